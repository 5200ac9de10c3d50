import type { PortOneTransaction } from '../../portone.transaction.js';

/** What the inbox says of a delivery that wants to be worked on. */
export type WebhookClaim =
  /** It is yours until the lease ends: `completedHandlers` were through on an earlier attempt and are not run again. */
  | {
      readonly state: 'claimed';
      readonly token: string;
      /** How often it was claimed, this time included. */
      readonly attempt: number;
      readonly completedHandlers: readonly string[];
    }
  /** Somebody else is at work on it, for `retryAfterMs` at the most unless the lease is renewed. */
  | { readonly state: 'in-progress'; readonly retryAfterMs: number }
  /** Every handler was through, before. */
  | { readonly state: 'done' }
  /** No room for another unfinished delivery: PortOne is told 503. */
  | { readonly state: 'full'; readonly retryAfterMs: number };

/** What an inbox keeps of a delivery, so that it can be handled without PortOne sending it again. */
export interface KeptDelivery {
  /** The account's name, `''` for the unnamed one. */
  readonly account: string;
  /** The `webhook-id`. */
  readonly deliveryId: string;
  /** The event's type, for lists. */
  readonly type: string;
  /** When PortOne signed it. */
  readonly timestamp: Date;
  /** When it came here first. */
  readonly receivedAt: Date;
  /** The exact bytes. */
  readonly rawBody: Buffer;
}

/**
 * Remembers deliveries, so that one which comes again is not handled again, and two processes never handle the same one
 * at the same time. Extend it for a store of your own. An id carries its account, so accounts may share one store.
 *
 * A claim holds for its lease; the token of an expired lease changes nothing, and its holder is told so with `false`.
 * A method that rejects means that the store cannot be reached: PortOne is told 503 and asks again.
 */
export abstract class WebhookInbox {
  /**
   * Takes up a delivery.
   *
   * @param id the account and the `webhook-id`
   * @param leaseMs milliseconds that the claim holds unless it is renewed
   * @param delivery for an inbox that finishes the work itself: what to keep, at the first claim
   */
  abstract claim(id: string, leaseMs: number, delivery?: KeptDelivery): Promise<WebhookClaim>;

  /** Lets the claim hold for `leaseMs` from now. `false`: it was lost. */
  abstract renew(id: string, token: string, leaseMs: number): Promise<boolean>;

  /** Notes that one handler is through: it is not run again when the delivery is. `false`: the claim was lost. */
  abstract completeHandler(id: string, token: string, handler: string): Promise<boolean>;

  /** Notes that the delivery is done. `false`: the claim was lost. */
  abstract complete(id: string, token: string): Promise<boolean>;

  /**
   * Gives an unfinished delivery back, so that the next attempt can take it up at once. `false`: the claim was lost.
   *
   * @param failure what went wrong, in a line, for lists
   */
  abstract release(id: string, token: string, failure?: string): Promise<boolean>;

  /** Forgets all about a delivery, so that it can be handled anew. */
  abstract forget(id: string): Promise<void>;

  /**
   * For an inbox with transactions: runs a `transactional` handler. The first thing in the transaction notes the handler
   * as completed, unique for delivery and handler, so that its writes and that note take effect together or not at all,
   * also when the claim was lost meanwhile. Rejects when the transaction did not commit.
   *
   * @returns `false`: it was completed before, and `work` was not called
   */
  inTransaction?(
    id: string,
    handler: string,
    work: (transaction: PortOneTransaction) => Promise<void>,
  ): Promise<boolean>;
}
