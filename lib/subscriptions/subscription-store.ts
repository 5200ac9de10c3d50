import type { SubscriptionRecord } from './subscription-record.js';

/**
 * Keeps subscriptions: records of plain JSON, named by account and id, so that accounts may share one store. Extend it
 * for a store of your own. A record that was handed out or taken in is never changed in place, and comes back with its fields in the
 * order in which it came (`json` in PostgreSQL, not `jsonb`): PortOne compares a request under a used key by its bytes.
 *
 * Everything that must not be lost is written here before PortOne is asked for it, so a durable store must have a write
 * on disk before it answers.
 */
export abstract class SubscriptionStore {
  /** Adds a record. Atomic. `false`: there is one of that account and id, and nothing was written. */
  abstract create(record: SubscriptionRecord): Promise<boolean>;

  abstract find(account: string, subscriptionId: string): Promise<SubscriptionRecord | null>;

  /** The one of the account whose `attempts` hold this payment id. */
  abstract findByPayment(account: string, paymentId: string): Promise<SubscriptionRecord | null>;

  /**
   * Puts a record in the place of the one whose `version` is `expectedVersion`. Atomic: of two that expect the same
   * version, one is written.
   *
   * @returns `false`: there is none of that version, and nothing was written
   */
  abstract replace(record: SubscriptionRecord, expectedVersion: number): Promise<boolean>;

  /**
   * The records of an account whose `checkAt` is not `null` and not after an instant, the earliest first.
   *
   * @param until ISO 8601 in UTC with milliseconds, as `checkAt` is: both sort as texts
   * @param limit how many at the most
   */
  abstract findDue(account: string, until: string, limit: number): Promise<readonly SubscriptionRecord[]>;
}
