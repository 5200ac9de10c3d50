import type { PaymentId, ScheduleId } from '../payment-id.js';
import type { Sdk } from '../sdk.types.js';
import type { SubscriptionEvent } from './subscription-events.js';
import type { StoredPlan } from './subscription-plan.js';

/**
 * `ACTIVE` ones are charged. `PAUSED` and `CANCELLED` is what the application asked for, `LAPSED` what becomes of one
 * whose charges failed to the end.
 */
export type SubscriptionStatus = 'ACTIVE' | 'PAUSED' | 'CANCELLED' | 'LAPSED';

/** How far an attempt to charge a cycle has come. */
export type SubscriptionAttemptState =
  /** PortOne is about to be asked for a schedule, and may have been. */
  | 'SCHEDULING'
  /** PortOne has a schedule and charges when the time has come. */
  | 'SCHEDULED'
  /** PortOne refused a schedule: `sweep` pays when the time has come. */
  | 'WAITING'
  /** PortOne is about to be asked to charge at once, and may have been. */
  | 'PAYING'
  | 'PAID'
  | 'FAILED'
  /** It was taken back before it came to a charge. */
  | 'REVOKED';

/** One attempt to charge one cycle, under a payment id of its own. */
export interface SubscriptionAttempt {
  readonly cycle: number;
  /** Counts from 0 in each cycle. */
  readonly attempt: number;
  readonly paymentId: PaymentId;
  readonly billingKey: string;
  /** When it is charged. ISO 8601, as every instant of a record. */
  readonly chargeAt: string;
  readonly state: SubscriptionAttemptState;
  /** Since when it is in that state. */
  readonly since: string;
  /** When a request about it was last about to be sent. */
  readonly sentAt: string;
  /** When PortOne was last asked what became of it. */
  readonly lookedAt?: string | undefined;
  readonly scheduleId?: ScheduleId | undefined;
  /** It could not be revoked any more: the charge was made or under way. */
  readonly processed?: boolean | undefined;
  /** Why PortOne refused, or why the charge failed. */
  readonly failure?: string | undefined;
}

/** What is sent with each charge beside what the plan says. */
export type SubscriptionPaymentOptions = Omit<
  Sdk.Common.BillingKeyPaymentInput,
  'storeId' | 'billingKey' | 'orderName' | 'amount' | 'currency'
>;

/** A subscription as it is stored: plain JSON. */
export interface SubscriptionRecord {
  /** The account's name, `''` for the unnamed one. */
  readonly account: string;
  /** The application's. */
  readonly subscriptionId: string;
  /** Grows by one with each write. */
  readonly version: number;
  readonly status: SubscriptionStatus;
  /** Since when it has that status. */
  readonly statusSince: string;
  readonly plan: StoredPlan;
  /** What further attempts are charged with. */
  readonly billingKey: string;
  readonly payment: SubscriptionPaymentOptions;
  /** The cycle that is charged next; those before it are through. */
  readonly cycle: number;
  /** Whether PortOne ever took an attempt. */
  readonly begun: boolean;
  /** Those of the present cycle, and earlier ones that failed and might turn out paid after all. In order. */
  readonly attempts: readonly SubscriptionAttempt[];
  /** Billing keys to delete once nothing is scheduled with them. */
  readonly keysToDelete: readonly string[];
  /** Payments that charged a cycle a second time and have to be refunded. */
  readonly surplus: readonly PaymentId[];
  /** What the application has yet to be told. */
  readonly events: readonly SubscriptionEvent[];
  /** When `sweep` has to look at it; `null`: never. */
  readonly checkAt: string | null;
  /** How often in a row going on with it failed. */
  readonly setbacks: number;
  /** Why PortOne refused the first attempt, so that it never began. */
  readonly refusal?: string | undefined;
}

const OPEN: readonly SubscriptionAttemptState[] = ['SCHEDULING', 'SCHEDULED', 'WAITING', 'PAYING'];

/** Whether money may yet move, or be about to. */
export function isOpen({ state }: SubscriptionAttempt): boolean {
  return OPEN.includes(state);
}

/** The attempts of the cycle that is charged next. */
export function presentAttempts({ attempts, cycle }: SubscriptionRecord): SubscriptionAttempt[] {
  return attempts.filter((attempt) => attempt.cycle === cycle);
}

/** Whether the subscription still wants this attempt to charge. */
export function isWanted(record: SubscriptionRecord, attempt: SubscriptionAttempt): boolean {
  return (
    record.status === 'ACTIVE' &&
    attempt === presentAttempts(record).at(-1) &&
    // What may be paying at this moment cannot be taken back; it ends as it ends.
    (attempt.billingKey === record.billingKey || attempt.state === 'PAYING')
  );
}

/** The failures that count against the present billing key, since the subscription was started or resumed. */
export function countedFailures(record: SubscriptionRecord): SubscriptionAttempt[] {
  return presentAttempts(record).filter(
    ({ state, billingKey, since }) =>
      state === 'FAILED' && billingKey === record.billingKey && since >= record.statusSince,
  );
}

export function withStatus(record: SubscriptionRecord, status: SubscriptionStatus, now: string): SubscriptionRecord {
  return { ...record, status, statusSince: now };
}
