import { mayAttempt, nextAttempt, withoutForgotten, type Present } from './subscription-attempts.js';
import type { AttemptChange, SubscriptionChange } from './subscription-changes.js';
import type { SubscriptionEvent } from './subscription-events.js';
import {
  countedFailures,
  isOpen,
  type SubscriptionAttempt,
  type SubscriptionRecord,
  withStatus,
} from './subscription-record.js';
import { wished } from './subscription-wishes.js';

/**
 * The record after a change. Pure, and safe to apply to whatever record is found: a change that no longer fits, because
 * somebody else was first, leaves the record as it is (the same object).
 *
 * ```mermaid
 * stateDiagram-v2
 *   state "one attempt" as attempt {
 *     [*] --> SCHEDULING: due ahead
 *     [*] --> PAYING: past due
 *     SCHEDULING --> SCHEDULED: PortOne has a schedule
 *     SCHEDULING --> WAITING: refused
 *     SCHEDULING --> PAYING: past due
 *     WAITING --> PAYING: its time has come
 *     PAYING --> SCHEDULED: it has a schedule after all
 *     SCHEDULED --> PAID
 *     SCHEDULED --> FAILED
 *     SCHEDULED --> REVOKED
 *     PAYING --> PAID
 *     PAYING --> FAILED
 *     FAILED --> PAID: late success
 *   }
 *   state "the subscription" as subscription {
 *     [*] --> ACTIVE: start
 *     ACTIVE --> PAUSED: pause
 *     PAUSED --> ACTIVE: resume
 *     ACTIVE --> LAPSED: the last dunning attempt failed
 *     LAPSED --> ACTIVE: resume
 *     ACTIVE --> CANCELLED: cancel
 *     PAUSED --> CANCELLED: cancel
 *     LAPSED --> CANCELLED: cancel
 *   }
 * ```
 *
 * A next attempt of a cycle is made only when the ones before are FAILED or REVOKED; the next cycle begins with PAID.
 *
 * @throws SubscriptionError for a wish that does not fit the status
 */
export function reduce(record: SubscriptionRecord, change: SubscriptionChange, present: Present): SubscriptionRecord {
  const changed = applied(record, change, present);
  if (changed === record || changed.setbacks === 0 || NO_PROGRESS.includes(change.type)) return changed;
  return { ...changed, setbacks: 0 };
}

/** After these the pauses keep growing. */
const NO_PROGRESS: readonly SubscriptionChange['type'][] = ['setback', 'sending', 'looked', 'told'];

function applied(record: SubscriptionRecord, change: SubscriptionChange, present: Present): SubscriptionRecord {
  const { now } = present;
  switch (change.type) {
    case 'attempt':
      if (!mayAttempt(record)) return record;
      return { ...record, attempts: [...withoutForgotten(record, now), nextAttempt(record, present)] };
    case 'told':
      return { ...record, events: record.events.filter((event) => nameOf(event) !== nameOf(change.event)) };
    case 'refunded':
      return refunded(record, change, present);
    case 'key-settled':
      return { ...record, keysToDelete: record.keysToDelete.filter((key) => key !== change.billingKey) };
    case 'setback':
      return { ...record, setbacks: record.setbacks + 1 };
    case 'rest':
      return { ...record };
    case 'pause':
    case 'resume':
    case 'cancel':
    case 'change-billing-key':
      return wished(record, change, present);
    default: {
      const attempt = record.attempts.find(({ paymentId }) => paymentId === change.paymentId);
      return attempt === undefined ? record : attempted(record, attempt, change, present);
    }
  }
}

function attempted(
  record: SubscriptionRecord,
  attempt: SubscriptionAttempt,
  change: AttemptChange,
  present: Present,
): SubscriptionRecord {
  const { now } = present;
  const to = (state: SubscriptionAttempt['state'], more: Partial<SubscriptionAttempt> = {}) =>
    withAttempt(record, { ...attempt, state, since: now, ...more });
  switch (change.type) {
    case 'scheduled':
      // One that was given up reappears: it has to be revoked.
      if (attempt.state === 'PAID' || attempt.state === 'FAILED' || attempt.state === 'SCHEDULED') return record;
      return to('SCHEDULED', { scheduleId: change.scheduleId, failure: undefined });
    case 'past-due':
      if (attempt.state !== 'SCHEDULING' && attempt.state !== 'WAITING') return record;
      return to('PAYING', { chargeAt: now, sentAt: now, failure: undefined });
    case 'sending':
      return isOpen(attempt) ? withAttempt(record, { ...attempt, sentAt: now }) : record;
    case 'renewed':
      return attempt.state === 'SCHEDULING' ? to('SCHEDULING', { sentAt: now }) : record;
    case 'processed':
      return isOpen(attempt) ? withAttempt(record, { ...attempt, processed: true, lookedAt: now }) : record;
    case 'in-doubt':
      if (attempt.state !== 'PAYING') return record;
      return withAttempt(record, { ...attempt, failure: change.reason, lookedAt: now });
    case 'looked':
      return withAttempt(record, { ...attempt, lookedAt: now });
    case 'revoked':
      return isOpen(attempt) ? to('REVOKED') : record;
    case 'refused':
      return isOpen(attempt) ? refused(record, attempt, change.reason, present) : record;
    case 'failed':
      return isOpen(attempt)
        ? failed({ ...to('FAILED', { failure: change.reason }), begun: true }, attempt, change.reason, present)
        : record;
    case 'paid':
      return attempt.state === 'PAID' ? record : paid(to('PAID', { failure: undefined }), attempt, present);
  }
}

/** What never began is cancelled, so that `start` can say so; later, the card may be changed before the time comes. */
function refused(
  record: SubscriptionRecord,
  attempt: SubscriptionAttempt,
  reason: string,
  present: Present,
): SubscriptionRecord {
  const { now } = present;
  const to = (state: SubscriptionAttempt['state']) =>
    withAttempt(record, { ...attempt, state, since: now, failure: reason });
  if (!record.begun && record.status === 'ACTIVE') {
    return { ...to('REVOKED'), status: 'CANCELLED', statusSince: now, refusal: reason };
  }
  if (attempt.state === 'PAYING') return failed(to('FAILED'), attempt, reason, present);
  const waiting = to('WAITING');
  // After a failure it was told when the next attempt comes, and that still holds.
  if (record.status !== 'ACTIVE' || countedFailures(record).length > 0) return waiting;
  return withEvent(waiting, { type: 'failed', ...told(record, attempt, present), reason, retryAt: attempt.chargeAt });
}

function failed(
  record: SubscriptionRecord,
  attempt: SubscriptionAttempt,
  reason: string,
  present: Present,
): SubscriptionRecord {
  if (!mayAttempt(record) || attempt.cycle !== record.cycle) return record;
  const event = { ...told(record, attempt, present), reason };
  if (countedFailures(record).length > record.plan.dunningDays.length) {
    return withEvent(withStatus(record, 'LAPSED', present.now), { type: 'lapsed', ...event });
  }
  const { chargeAt: retryAt } = nextAttempt(record, present);
  return withEvent(record, { type: 'failed', ...event, retryAt });
}

function paid(record: SubscriptionRecord, attempt: SubscriptionAttempt, present: Present): SubscriptionRecord {
  const { cycle, paymentId } = attempt;
  const twice = record.attempts.some(
    (other) => other.cycle === cycle && other.state === 'PAID' && other.paymentId !== paymentId,
  );
  if (twice) return { ...record, surplus: [...record.surplus, paymentId] };
  const event = told(record, attempt, present);
  const isPresent = cycle === record.cycle;
  const through = isPresent ? { ...record, cycle: cycle + 1 } : record;
  if (isPresent && record.status === 'ACTIVE') return withEvent(through, { type: 'charged', ...event });
  return withEvent(through, { type: 'charged-after-cancel', ...event, status: record.status });
}

function refunded(
  record: SubscriptionRecord,
  { paymentId, refund }: Extract<SubscriptionChange, { type: 'refunded' }>,
  present: Present,
): SubscriptionRecord {
  const attempt = record.attempts.find((one) => one.paymentId === paymentId);
  if (attempt === undefined || !record.surplus.includes(attempt.paymentId)) return record;
  const settled = { ...record, surplus: record.surplus.filter((id) => id !== paymentId) };
  return withEvent(settled, { type: 'duplicate-charge', ...told(record, attempt, present), refund });
}

function withAttempt(record: SubscriptionRecord, changed: SubscriptionAttempt): SubscriptionRecord {
  const attempts = record.attempts.map((one) => (one.paymentId === changed.paymentId ? changed : one));
  const begun = record.begun || BEGUN.includes(changed.state);
  return { ...record, attempts, begun };
}

const BEGUN: readonly SubscriptionAttempt['state'][] = ['SCHEDULED', 'PAID'];

function withEvent(record: SubscriptionRecord, event: SubscriptionEvent): SubscriptionRecord {
  return { ...record, events: [...record.events, event] };
}

function told({ subscriptionId, plan }: SubscriptionRecord, attempt: SubscriptionAttempt, { calendar }: Present) {
  const { cycle, paymentId } = attempt;
  return { subscriptionId, cycle, dueAt: calendar.dueAt(plan, cycle), paymentId };
}

/** A refused schedule and the failed charge after it are two events of one payment id. */
function nameOf(event: SubscriptionEvent): string {
  return `${event.type} ${event.paymentId} ${event.type === 'failed' ? event.retryAt : ''}`;
}
