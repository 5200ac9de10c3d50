import type { ClientSettings } from '../client/client.settings.js';
import { PaymentVerificationError, type PaymentMismatch } from '../errors/payment-verification.error.js';
import { shown } from '../errors/shown.js';
import type { Sdk } from '../sdk.types.js';

declare const verified: unique symbol;

/**
 * A payment that `verifyPayment` found to be what was expected. Only it makes one: a function that takes a
 * `VerifiedPayment` cannot be given a payment that nobody checked.
 */
export type VerifiedPayment = Sdk.Payment.PaidPayment & { readonly [verified]: true };

/** What the application's own order says of a payment. Amounts are integers in the currency's minor unit. */
export interface ExpectedPayment {
  /** The whole amount, before promotions: won for KRW, cents for USD. */
  totalAmount: number;
  /** ISO 4217, `KRW`. */
  currency: Sdk.Common.Currency;
  /**
   * The store that was paid.
   *
   * @default the module's `storeId`; without one the store is not checked
   */
  storeId?: string | undefined;
  /** The channel that was paid through. Not checked unless given. */
  channelKey?: string | undefined;
  /** The attempt that succeeded. Not checked unless given. */
  transactionId?: string | undefined;
  /** The part of the amount that is free of tax. Not checked unless given. */
  taxFreeAmount?: number | undefined;
  /** The promotion that was applied. Not checked unless given. */
  promotionId?: string | undefined;
  /**
   * Whether real money must have moved.
   *
   * @default the module's `environment`: `TEST` in `sandbox`, `LIVE` in `production`
   */
  channelType?: 'LIVE' | 'TEST' | undefined;
}

export type VerificationSettings = Pick<ClientSettings, 'storeId' | 'environment'>;

/**
 * @param method - whose arguments they are, for the message
 * @throws TypeError when an expectation could not be compared: it is a mistake of the caller's, not of the payment
 */
export function checkExpectations(paymentId: unknown, expected: ExpectedPayment, method = 'verifyPayment'): void {
  if (typeof paymentId !== 'string' || paymentId === '') {
    throw new TypeError(`${method}: paymentId must be a text that is not empty.`);
  }
  if (typeof expected !== 'object' || expected === null) {
    throw new TypeError(`${method}: expected must be { totalAmount, currency, … }.`);
  }
  checkAmount(`${method}: totalAmount`, expected.totalAmount);
  if (expected.taxFreeAmount !== undefined) checkAmount(`${method}: taxFreeAmount`, expected.taxFreeAmount);
  // In small letters it would be no payment's, and each would be a mismatch to be refunded.
  if (typeof expected.currency !== 'string' || !/^[A-Z]+$/.test(expected.currency)) {
    throw new TypeError(`${method}: currency must be an ISO 4217 code such as "KRW".`);
  }
}

function checkAmount(name: string, amount: unknown): void {
  if (Number.isSafeInteger(amount) && (amount as number) >= 0) return;
  throw new TypeError(`${name} must be a whole number of the currency's minor unit, 0 or more, got ${shown(amount)}.`);
}

/**
 * The payment, verified. It is looked at as it came: an answer that is newer than the SDK, or that lacks a field, is a
 * mismatch.
 *
 * @throws PaymentVerificationError that lists every difference
 */
export function verify(
  payment: Sdk.Payment.Payment,
  paymentId: string,
  expected: ExpectedPayment,
  settings: VerificationSettings,
): VerifiedPayment {
  const mismatches = mismatchesOf(payment, paymentId, expected, settings, 'paid and nothing cancelled');
  if (mismatches.length > 0) throw new PaymentVerificationError(paymentId, mismatches);
  return payment as VerifiedPayment;
}

/**
 * Every difference between the payment and what the order says.
 *
 * @param state whether it must be paid and whole too, or only be the order's
 */
export function mismatchesOf(
  payment: Sdk.Payment.Payment,
  paymentId: string,
  expected: ExpectedPayment,
  { storeId, environment }: VerificationSettings,
  state: 'paid and nothing cancelled' | 'any',
): PaymentMismatch[] {
  const mismatches: PaymentMismatch[] = [];
  const check = (field: string, want: unknown) => {
    const actual = valueAt(payment, field);
    if (want !== undefined && actual !== want) mismatches.push({ field, expected: want, actual });
  };
  const whole = state !== 'any';
  check('id', paymentId);
  if (whole) check('status', 'PAID');
  check('amount.total', expected.totalAmount);
  check('currency', expected.currency);
  if (whole) {
    check('amount.cancelled', 0);
    const cancellations = liveCancellations(payment);
    if (cancellations.length > 0) mismatches.push({ field: 'cancellations', expected: [], actual: cancellations });
  }
  check('storeId', expected.storeId ?? storeId);
  check('channel.type', channelTypeOf(expected, environment));
  check('channel.key', expected.channelKey);
  check('transactionId', expected.transactionId);
  check('amount.taxFree', expected.taxFreeAmount);
  check('promotionId', expected.promotionId);
  return mismatches;
}

/** Whether real money must have moved. */
export function channelTypeOf(
  { channelType }: Pick<ExpectedPayment, 'channelType'>,
  environment: ClientSettings['environment'],
): 'LIVE' | 'TEST' {
  return channelType ?? (environment === 'production' ? 'LIVE' : 'TEST');
}

/** The states of the cancellations that took money back or may still do so: all but the failed ones. */
function liveCancellations(payment: Sdk.Payment.Payment): unknown[] {
  const cancellations = valueAt(payment, 'cancellations') ?? [];
  if (!Array.isArray(cancellations)) return [cancellations];
  return cancellations.map((entry: unknown) => valueAt(entry, 'status')).filter((status) => status !== 'FAILED');
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | null | undefined)?.[name], value);
}
