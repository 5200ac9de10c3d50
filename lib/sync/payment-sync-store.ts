import type { PortOneTransaction } from '../portone.transaction.js';

/** What became of a state of a payment. */
export type PaymentSyncOutcome =
  /** The `@OnPaymentSync` method was called with it and returned. */
  | 'applied'
  /** It is not what the order expects: `onMismatch` was called instead. */
  | 'mismatch'
  /** The order was paid by another payment, or is past its time: `onDuplicateCharge` was called instead. */
  | 'duplicate-charge'
  /** The order was paid by another payment and this one holds no money: nothing was called. */
  | 'superseded'
  /** Paid, with a cancellation under way: nothing is called before that has come to its end. */
  | 'cancelling'
  /** `expect` knew no order: nothing was called. Kept only of a payment that the reconciler had noted as unfinished. */
  | 'not-ours';

/** What was applied of a payment last. */
export interface AppliedPayment {
  /** The state in short: equal texts, equal states. */
  readonly fingerprint: string;
  /** PortOne's `updatedAt` of that state, as PortOne wrote it. */
  readonly updatedAt: string;
  readonly outcome: PaymentSyncOutcome;
}

/** What the store has of a payment that is about to be worked on. */
export type PaymentSyncOpening =
  | { readonly state: 'open'; readonly applied: AppliedPayment | null }
  /** Somebody with a greater fence was here: the lock was lost. */
  | { readonly state: 'fenced' };

/**
 * Remembers what was applied of each payment, which payment an order was paid by, and how far the reconciler came.
 * Extend it for a store of your own. `account` is the account's name, `''` for the unnamed one: accounts may share one
 * store.
 *
 * Every write is fenced: it carries the fence of the {@link PaymentLock} under which it is made, and is refused once
 * somebody with a greater one was here.
 */
export abstract class PaymentSyncStore {
  /**
   * Begins work on a payment, in one step: takes note of the fence, marks the payment unfinished, and answers what was
   * applied last. From now on whoever has a smaller fence is refused. A crash after it leaves the payment unfinished, so
   * that the reconciler finds it.
   */
  abstract open(account: string, paymentId: string, fence: number): Promise<PaymentSyncOpening>;

  /**
   * Writes what was applied.
   *
   * @param unfinished whether more is to come, so that the reconciler keeps looking at it
   * @param transaction one of `inTransaction`, with which it takes effect
   * @returns `false` when a greater fence was here, and nothing was written
   */
  abstract write(
    account: string,
    paymentId: string,
    fence: number,
    applied: AppliedPayment,
    unfinished: boolean,
    transaction?: PortOneTransaction,
  ): Promise<boolean>;

  /**
   * For a store with transactions: runs a `transactional` method together with the `write` of what it applied. Commits
   * when `work` resolves, rolls back when it rejects. Rejects when it was not committed.
   */
  inTransaction?<T>(work: (transaction: PortOneTransaction) => Promise<T>): Promise<T>;

  /**
   * Says that an order was paid by this payment, unless it was paid by another one. Atomic, and for ever: of two payments
   * that claim one order at once, both are answered the same.
   *
   * @returns the payment that the order was paid by
   */
  abstract claimOrder(account: string, orderId: string, paymentId: string): Promise<string>;

  /** The payment that an order was paid by; `null` when nobody claimed it. */
  abstract ownerOf(account: string, orderId: string): Promise<string | null>;

  /**
   * The ids of unfinished payments: those that were opened and never written, and those that were written as such.
   *
   * @param after only ids behind this one, in the order of their UTF-16 or byte values; `''` for the first page
   * @param limit how many at the most
   */
  abstract unfinished(account: string, after: string, limit: number): Promise<readonly string[]>;

  /** Until when the reconciler has seen everything; `null` before its first run. */
  abstract watermark(account: string): Promise<Date | null>;

  /** Moves the watermark forward; an earlier instant than the kept one changes nothing. */
  abstract advanceWatermark(account: string, to: Date): Promise<void>;
}
