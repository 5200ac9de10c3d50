import type { SubscriptionCalendar } from './subscription-calendar.js';
import { subscriptionPaymentId } from './subscription-ids.js';
import {
  countedFailures,
  isOpen,
  presentAttempts,
  type SubscriptionAttempt,
  type SubscriptionRecord,
} from './subscription-record.js';

/** For how long a failed charge is looked at again: it may turn out paid after all. */
export const WATCHED_MS = 60 * 86_400_000;

/** The instant of the change, and the calendar. */
export interface Present {
  /** ISO 8601. */
  readonly now: string;
  readonly calendar: SubscriptionCalendar;
}

/** Whether the next attempt of the present cycle may be made: none before it can charge any more. */
export function mayAttempt(record: SubscriptionRecord): boolean {
  return record.status === 'ACTIVE' && !presentAttempts(record).some(isOpen);
}

/**
 * The next attempt to charge the present cycle: when the cycle is due, after a failure when the dunning policy says, and
 * at once where that is past.
 */
export function nextAttempt(record: SubscriptionRecord, { now, calendar }: Present): SubscriptionAttempt {
  const { account, subscriptionId, plan, cycle, billingKey } = record;
  const attempt = 1 + Math.max(-1, ...presentAttempts(record).map((earlier) => earlier.attempt));
  const failures = countedFailures(record);
  const [first] = failures;
  const days = plan.dunningDays[failures.length - 1];
  const chargeAt =
    first !== undefined && days !== undefined
      ? calendar.daysAfter(plan, first.chargeAt, days)
      : calendar.dueAt(plan, cycle);
  const isPast = chargeAt <= now;
  return {
    cycle,
    attempt,
    paymentId: subscriptionPaymentId(account, subscriptionId, cycle, attempt),
    billingKey,
    chargeAt: isPast ? now : chargeAt,
    state: isPast ? 'PAYING' : 'SCHEDULING',
    since: now,
    sentAt: now,
  };
}

/** Without the attempts of earlier cycles that can no longer turn out paid. */
export function withoutForgotten(record: SubscriptionRecord, now: string): readonly SubscriptionAttempt[] {
  const watchedFrom = new Date(Date.parse(now) - WATCHED_MS).toISOString();
  const kept = new Set(
    record.attempts
      .filter(
        (attempt) =>
          attempt.cycle >= record.cycle ||
          isOpen(attempt) ||
          (attempt.state === 'FAILED' && attempt.since > watchedFrom) ||
          record.surplus.includes(attempt.paymentId),
      )
      // Whole cycles: what else a cycle was charged with tells a surplus payment.
      .map(({ cycle }) => cycle),
  );
  return record.attempts.filter(({ cycle }) => kept.has(cycle));
}
