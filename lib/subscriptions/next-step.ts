import type { PaymentId, ScheduleId } from '../payment-id.js';
import { mayAttempt, WATCHED_MS } from './subscription-attempts.js';
import type { SubscriptionChange } from './subscription-changes.js';
import { isOpen, isWanted, type SubscriptionAttempt, type SubscriptionRecord } from './subscription-record.js';

/** What is to be done next about a subscription. */
export type SubscriptionStep =
  /** Only to be written down. */
  | { readonly kind: 'change'; readonly change: SubscriptionChange }
  /** Ask for the schedule, also again: within its life the idempotency key brings the first answer. */
  | { readonly kind: 'schedule'; readonly attempt: SubscriptionAttempt }
  /** Look whether there is a schedule: nobody can tell any more by asking for it again. */
  | { readonly kind: 'search'; readonly attempt: SubscriptionAttempt }
  | { readonly kind: 'pay'; readonly attempt: SubscriptionAttempt }
  | { readonly kind: 'revoke'; readonly attempt: SubscriptionAttempt & { readonly scheduleId: ScheduleId } }
  /** Read what became of it. */
  | { readonly kind: 'look'; readonly attempt: SubscriptionAttempt }
  | { readonly kind: 'refund'; readonly paymentId: PaymentId }
  | { readonly kind: 'delete-key'; readonly billingKey: string }
  /** Nothing, until then; `null`: until somebody asks for something. */
  | { readonly kind: 'wait'; readonly until: string | null };

const MINUTE = 60_000;

/** PortOne keeps an idempotency key for three hours. */
const KEY_LIFE_MS = 170 * MINUTE;

/** After this long no request that was sent can still begin to be carried out. */
export const SETTLED_MS = 10 * MINUTE;

/** A webhook tells sooner. */
const FIRST_LOOK_MS = 5 * MINUTE;

/** A request that was sent this long ago is sent again only after that was written down. */
const RESEND_MS = MINUTE / 2;

const LONGEST_PAUSE_MS = 360 * MINUTE;
const DAY = 24 * 60 * MINUTE;

/** Decides what is to be done next. Pure: the same record and the same time give the same step. */
export function nextStep(record: SubscriptionRecord, now: string): SubscriptionStep {
  const waits: string[] = [];
  const due = (at: string, step: SubscriptionStep): SubscriptionStep | undefined => {
    if (at <= now) return step;
    waits.push(at);
    return undefined;
  };
  // What is not wanted comes first: it may charge.
  const open = record.attempts.filter(isOpen);
  for (const attempt of open.filter((one) => !isWanted(record, one))) {
    const step = stepBack(attempt, now, due);
    if (step) return step;
  }
  for (const attempt of open.filter((one) => isWanted(record, one))) {
    const step = stepForward(attempt, now, due);
    if (step) return step;
  }
  if (mayAttempt(record)) return { kind: 'change', change: { type: 'attempt' } };
  for (const billingKey of record.keysToDelete) {
    if (!open.some((attempt) => attempt.billingKey === billingKey)) return { kind: 'delete-key', billingKey };
  }
  for (const attempt of record.attempts) {
    const at = lateSuccessDue(attempt);
    const step = at === undefined ? undefined : due(at, { kind: 'look', attempt });
    if (step) return step;
  }
  const [paymentId] = record.surplus;
  if (paymentId !== undefined) return { kind: 'refund', paymentId };
  return { kind: 'wait', until: waits.sort()[0] ?? null };
}

/**
 * When `sweep` has to look at the subscription: when there is something to be done; in a minute where something is being
 * done now, by somebody who may crash; later and later after setbacks.
 */
export function checkAt(record: SubscriptionRecord, now: string): string | null {
  const step = nextStep(record, now);
  const until = step.kind === 'wait' ? step.until : undefined;
  if (until !== undefined && record.setbacks === 0 && record.events.length === 0) return until;
  const again = plus(now, Math.min(2 ** record.setbacks * MINUTE, LONGEST_PAUSE_MS));
  return until && until < again ? until : again;
}

type Due = (at: string, step: SubscriptionStep) => SubscriptionStep | undefined;

function stepForward(attempt: SubscriptionAttempt, now: string, due: Due): SubscriptionStep | undefined {
  const { paymentId, chargeAt } = attempt;
  switch (attempt.state) {
    case 'SCHEDULING':
      if (keyIsOver(attempt, now)) return due(nextLook(attempt, attempt.since), { kind: 'search', attempt });
      return resendIsNoted(attempt, now) ?? { kind: 'schedule', attempt };
    case 'WAITING':
      return due(chargeAt, { kind: 'change', change: { type: 'past-due', paymentId } });
    case 'PAYING':
      // In doubt: asking again with the same key would only bring the same answer.
      if (attempt.failure !== undefined) return due(nextLook(attempt, attempt.since), { kind: 'look', attempt });
      return resendIsNoted(attempt, now) ?? { kind: 'pay', attempt };
    default:
      return due(nextLook(attempt, plus(chargeAt, FIRST_LOOK_MS)), { kind: 'look', attempt });
  }
}

function stepBack(attempt: SubscriptionAttempt, now: string, due: Due): SubscriptionStep | undefined {
  const { paymentId, scheduleId } = attempt;
  switch (attempt.state) {
    case 'SCHEDULING':
      // The schedule's id is needed to revoke it, and asking for it again tells; not, if it could charge meanwhile.
      if (keyIsOver(attempt, now) || attempt.chargeAt <= plus(now, MINUTE)) {
        return due(nextLook(attempt, attempt.since), { kind: 'search', attempt });
      }
      return resendIsNoted(attempt, now) ?? { kind: 'schedule', attempt };
    case 'WAITING':
      return { kind: 'change', change: { type: 'revoked', paymentId } };
    case 'SCHEDULED':
      if (scheduleId !== undefined && !attempt.processed)
        return { kind: 'revoke', attempt: { ...attempt, scheduleId } };
      return due(nextLook(attempt, attempt.since), { kind: 'look', attempt });
    default:
      // It may have been sent and cannot be taken back: see what becomes of it.
      return due(nextLook(attempt, attempt.since), { kind: 'look', attempt });
  }
}

function resendIsNoted({ sentAt, paymentId }: SubscriptionAttempt, now: string): SubscriptionStep | undefined {
  if (plus(sentAt, RESEND_MS) > now) return undefined;
  return { kind: 'change', change: { type: 'sending', paymentId } };
}

function keyIsOver({ since }: SubscriptionAttempt, now: string): boolean {
  return plus(since, KEY_LIFE_MS) <= now;
}

/** At `first`, then after half the time again that has passed since: soon for what is new, seldom for what drags on. */
function nextLook({ lookedAt }: SubscriptionAttempt, first: string): string {
  if (lookedAt === undefined || lookedAt < first) return first;
  const passed = Date.parse(lookedAt) - Date.parse(first);
  return plus(lookedAt, Math.min(Math.max(passed / 2, MINUTE), LONGEST_PAUSE_MS));
}

/** A failed charge is looked at after a day, two, four …, as long as it is watched. */
function lateSuccessDue({ state, since, lookedAt = since }: SubscriptionAttempt): string | undefined {
  if (state !== 'FAILED') return undefined;
  const passed = Date.parse(lookedAt) - Date.parse(since);
  return passed >= WATCHED_MS ? undefined : plus(lookedAt, Math.max(passed, DAY));
}

function plus(instant: string, ms: number): string {
  return new Date(Date.parse(instant) + ms).toISOString();
}
