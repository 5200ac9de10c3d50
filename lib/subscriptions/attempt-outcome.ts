import type { ScheduleId } from '../payment-id.js';
import type { Sdk } from '../sdk.types.js';
import { mismatchesOf, type VerificationSettings } from '../services/payment-verification.js';
import type { AttemptChange } from './subscription-changes.js';
import type { SubscriptionAttempt, SubscriptionRecord } from './subscription-record.js';

type Payment = Sdk.Payment.Payment;
type Schedule = Sdk.Payment.PaymentSchedule.PaymentSchedule;
type KnownSchedule = Extract<Schedule, { id: string }>;

/** Why an attempt failed whose payment id was paid by somebody else's payment. */
export const OTHER_PAYMENT = 'OTHER_PAYMENT';

const CHARGED: readonly unknown[] = ['PAID', 'PARTIAL_CANCELLED', 'CANCELLED'];

/** What a payment says of its attempt; `undefined` while it says nothing. */
export function outcomeOfPayment(
  { plan }: SubscriptionRecord,
  { paymentId, billingKey }: SubscriptionAttempt,
  payment: Payment | null,
  settings: VerificationSettings,
): AttemptChange | undefined {
  if (payment === null) return undefined;
  // One that was refunded since was charged all the same: charging again is not for us to decide.
  if (CHARGED.includes(payment.status)) {
    const { billingKey: charged } = payment as { billingKey?: string };
    // Ids can be guessed, and a browser can pay whatever sum it likes under one: without our key it has to be verified.
    const expected = { totalAmount: plan.amount, currency: plan.currency };
    if (charged === billingKey || mismatchesOf(payment, paymentId, expected, settings, 'any').length === 0) {
      return { type: 'paid', paymentId };
    }
    return { type: 'failed', paymentId, reason: OTHER_PAYMENT };
  }
  if (payment.status !== 'FAILED') return undefined;
  const { failure } = payment;
  return { type: 'failed', paymentId, reason: failure?.pgMessage ?? failure?.reason ?? 'FAILED' };
}

/** What a schedule says of its attempt, beside a payment that says nothing. */
export function outcomeOfSchedule(
  { paymentId }: SubscriptionAttempt,
  schedule: Schedule | null,
): AttemptChange | undefined {
  const status: unknown = schedule?.status;
  // No payment was opened: the billing key was gone, say.
  if (status === 'FAILED') return { type: 'failed', paymentId, reason: 'SCHEDULE_FAILED' };
  // None of this id: then none can charge.
  if (status === 'REVOKED' || schedule === null) return { type: 'revoked', paymentId };
  return undefined;
}

/** The schedule of a payment id that counts: one that may charge, else one that has, else one that cannot any more. */
export function scheduleThatCounts(schedules: readonly Schedule[], paymentId: string): KnownSchedule | undefined {
  const rank = ({ status }: KnownSchedule) => (status === 'SCHEDULED' ? 0 : status === 'REVOKED' ? 2 : 1);
  return schedules
    .filter((schedule): schedule is KnownSchedule => 'paymentId' in schedule && schedule.paymentId === paymentId)
    .sort((one, other) => rank(one) - rank(other))[0];
}

/** Whether a schedule charges what was asked for, and when. */
export function hasTerms(schedule: KnownSchedule, { plan }: SubscriptionRecord, attempt: SubscriptionAttempt): boolean {
  return (
    schedule.billingKey === attempt.billingKey &&
    schedule.totalAmount === plan.amount &&
    schedule.currency === plan.currency &&
    // Whatever is paid now may have been scheduled for any time before.
    (attempt.state !== 'SCHEDULING' || Date.parse(schedule.timeToPay) === Date.parse(attempt.chargeAt))
  );
}

export function scheduleIdOf({ id }: { id: string }): ScheduleId {
  return id as ScheduleId;
}
