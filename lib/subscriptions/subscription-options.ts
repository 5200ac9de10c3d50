import { shown } from '../errors/shown.js';
import type { SubscriptionPlan } from './subscription-plan.js';
import type { SubscriptionPaymentOptions } from './subscription-record.js';

/** What `start` takes. */
export interface StartSubscriptionOptions {
  /** The application's own name for it, for ever: it is part of every payment id. */
  subscriptionId: string;
  plan: SubscriptionPlan;
  /** What is charged. One that reads `NEEDS_CONFIRMATION` is none yet. */
  billingKey: string;
  /** What goes with each charge: `customer`, `customData`, `noticeUrls`, `channelKey` … */
  payment?: SubscriptionPaymentOptions | undefined;
  /**
   * Cycles that were due before are not charged.
   * @default the anchor; where that is past, the cycle that is under way, which is charged at once
   */
  chargeFrom?: Date | undefined;
}

/** How `sweep` goes about it. */
export interface SubscriptionSweepOptions {
  /**
   * How many subscriptions are worked on at once.
   * @default 8
   */
  concurrency?: number | undefined;
  /**
   * How many at the most; the others stay due.
   * @default 10000
   */
  limit?: number | undefined;
}

/** What a sweep did. */
export interface SubscriptionSweep {
  /** How many subscriptions were due and taken on. */
  readonly swept: number;
  /** Those that could not be taken on; they come again, later each time. */
  readonly failures: readonly { readonly subscriptionId: string; readonly error: unknown }[];
}

/** @throws TypeError for a text that is none, or is empty */
export function checkText(name: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') return;
  throw new TypeError(`Subscription: ${name} must be a text that is not empty.`);
}

/** @throws TypeError for a number that is not whole, or below 1 */
export function checkCount(name: string, value: unknown): void {
  if (Number.isInteger(value) && (value as number) >= 1) return;
  throw new TypeError(`Subscription: ${name} must be a whole number, 1 or more, got ${shown(value)}.`);
}

/** @throws TypeError for a date that is none */
export function checkDate(name: string, value: unknown): void {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return;
  throw new TypeError(`Subscription: ${name} must be a valid Date, got ${shown(value)}.`);
}

/**
 * What is to be sent with each charge, as a store gives it back.
 *
 * @throws TypeError for what is no plain JSON
 */
export function plainPayment(payment: SubscriptionPaymentOptions): SubscriptionPaymentOptions {
  try {
    if (typeof payment === 'object' && payment !== null) {
      return JSON.parse(JSON.stringify(payment)) as SubscriptionPaymentOptions;
    }
  } catch (cause) {
    throw new TypeError('Subscription: payment must be plain JSON.', { cause });
  }
  throw new TypeError('Subscription: payment must be an object, { customer, … }.');
}
