import type { PaymentId } from '../payment-id.js';

/** What every event tells. The same one may come again after a crash: its `paymentId` and type tell it. */
interface Told<Type extends string> {
  readonly type: Type;
  readonly subscriptionId: string;
  /** Counts from 0, the plan's anchor. */
  readonly cycle: number;
  /** When the cycle was due. ISO 8601. */
  readonly dueAt: string;
  readonly paymentId: PaymentId;
}

/** A cycle was charged: once, whatever else happens. */
export type SubscriptionCharged = Told<'charged'>;

/** A charge failed, or PortOne refused to schedule it. */
export interface SubscriptionFailed extends Told<'failed'> {
  /**
   * PortOne's error type, or what the payment provider said. `OTHER_PAYMENT`: somebody paid under this payment id, not
   * with the subscription's billing key and not what is due. It counts as no charge; give it back if you like.
   */
  readonly reason: string;
  /** When it is tried again; earlier where the billing key is changed before. */
  readonly retryAt: string;
}

/** The last attempt failed: nothing more is charged until the subscription is resumed. */
export interface SubscriptionLapsed extends Told<'lapsed'> {
  readonly reason: string;
}

/**
 * A charge went through that the subscription no longer wanted: it could not be revoked in time, or turned out paid after
 * the subscription had lapsed. The application decides: refund it, or let the cycle be used.
 */
export interface SubscriptionChargedAfterCancel extends Told<'charged-after-cancel'> {
  readonly status: 'ACTIVE' | 'PAUSED' | 'CANCELLED' | 'LAPSED';
}

/** A cycle that was charged before was charged a second time, by an attempt that had failed; it was refunded by itself. */
export interface SubscriptionDuplicateCharge extends Told<'duplicate-charge'> {
  /** `FAILED`: the provider would not, and the money has to go back some other way. */
  readonly refund: 'SUCCEEDED' | 'FAILED';
}

/** What a subscription tells, by type. */
export interface SubscriptionEvents {
  charged: SubscriptionCharged;
  failed: SubscriptionFailed;
  lapsed: SubscriptionLapsed;
  'charged-after-cancel': SubscriptionChargedAfterCancel;
  'duplicate-charge': SubscriptionDuplicateCharge;
}

export type SubscriptionEventType = keyof SubscriptionEvents;

export const SUBSCRIPTION_EVENT_TYPES: readonly SubscriptionEventType[] = [
  'charged',
  'failed',
  'lapsed',
  'charged-after-cancel',
  'duplicate-charge',
];

export type SubscriptionEvent = SubscriptionEvents[SubscriptionEventType];
