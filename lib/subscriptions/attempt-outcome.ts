import type { ScheduleId } from '../payment-id.js';
import type { Sdk } from '../sdk.types.js';
import type { AttemptChange } from './subscription-changes.js';
import type { SubscriptionAttempt, SubscriptionRecord } from './subscription-record.js';

type Payment = Sdk.Payment.Payment;
type Schedule = Sdk.Payment.PaymentSchedule.PaymentSchedule;
type KnownSchedule = Extract<Schedule, { id: string }>;

/** What a payment says of its attempt; `undefined` while it says nothing. */
export function outcomeOfPayment(
  { paymentId }: SubscriptionAttempt,
  payment: Payment | null,
): AttemptChange | undefined {
  const status: unknown = payment?.status;
  // One that was refunded since was charged all the same: charging again is not for us to decide.
  if (status === 'PAID' || status === 'PARTIAL_CANCELLED' || status === 'CANCELLED') return { type: 'paid', paymentId };
  if (payment?.status !== 'FAILED') return undefined;
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
