import type { Sdk } from '../sdk.types.js';

type CancelOptions = Parameters<Sdk.PortOneClient['payment']['cancelPayment']>[0];

/** The body of a cancel as it is sent: always with what could be cancelled when it was written. */
export type RefundRequest = CancelOptions & { readonly currentCancellableAmount: number };

/**
 * - `OPEN`: written, perhaps sent; what became of it is not known here.
 * - `REQUESTED`: PortOne has taken it, the provider will say later.
 * - `SUCCEEDED`, `FAILED`: what the provider made of it. Final.
 * - `REFUSED`: PortOne did not take it. It may be begun again.
 */
export type RefundState = 'OPEN' | 'REQUESTED' | 'SUCCEEDED' | 'FAILED' | 'REFUSED';

/** One refund, as it was written before anything was sent. It is plain data: JSON keeps all of it. */
export interface RefundRecord {
  /** The account's name, `''` for the unnamed one. */
  readonly account: string;
  /** The application's own name for this refund. */
  readonly refundId: string;
  readonly paymentId: string;
  /** Sent with the request, each time. Another one for each time that the refund is begun, so it tells those apart. */
  readonly idempotencyKey: string;
  /**
   * Sent as it is, each time. To be kept as text: PortOne compares what comes under a used key, so that fields in another
   * order may be another request to it.
   */
  readonly request: RefundRequest;
  /** What was sent under this refund's id and refused before it was begun again, which may be with other terms. */
  readonly refusedRequest?: RefundRequest;
  /** The cancellations that the payment had before this refund was begun for the first time. */
  readonly earlierCancellationIds: readonly string[];
  /** When it was begun, in ISO 8601. */
  readonly begunAt: string;
  readonly state: RefundState;
  /** What came of it; absent while `OPEN` and when `REFUSED`. */
  readonly cancellation?: Sdk.Payment.PaymentCancellation;
}

/**
 * Remembers refunds, so that one is never done twice: what is to be sent is written before it is sent. Extend it for a
 * journal of your own. `account` is the account's name, `''` for the unnamed one: accounts may share one journal.
 *
 * It must not forget a record: a refund whose record is gone is done again when it is asked for again.
 */
export abstract class RefundJournal {
  /** The record of a refund; `null` when it was never begun. */
  abstract find(account: string, refundId: string): Promise<RefundRecord | null>;

  /**
   * Writes an `OPEN` record, in one step, unless something stands in its way:
   *
   * - a record of the same refund, unless that is `REFUSED` and has the key `replaces`, in which case it is replaced;
   * - an `OPEN` or `REQUESTED` record of another refund of the same payment.
   *
   * Of two that begin at once, for one refund or for one payment, one is written.
   *
   * @returns the record that was written, or the one that stood in its way
   */
  abstract begin(record: RefundRecord, replaces?: string): Promise<RefundRecord>;

  /**
   * Replaces the record of the refund, in one step, if that has the same `idempotencyKey` and is neither `SUCCEEDED` nor
   * `FAILED`.
   *
   * @returns `false` when it was not replaced
   */
  abstract update(record: RefundRecord): Promise<boolean>;

  /**
   * The `OPEN` and `REQUESTED` records of an account.
   *
   * @param after only refund ids behind this one, in the order of their UTF-16 or byte values; `''` for the first page
   * @param limit how many at the most
   */
  abstract open(account: string, after: string, limit: number): Promise<readonly RefundRecord[]>;

  /** Every record of a payment. */
  abstract ofPayment(account: string, paymentId: string): Promise<readonly RefundRecord[]>;
}
