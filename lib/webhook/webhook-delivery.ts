import type { PortOneTransaction } from '../portone.transaction.js';
import type { KeptDelivery } from './inbox/webhook-inbox.js';
import type { LazySignal } from './lazy-signal.js';

/** One HTTP attempt of PortOne to tell an event. */
export interface WebhookDelivery {
  /** The `webhook-id` header: names the event, not the attempt, where PortOne keeps it over re-sends. */
  readonly id: string;
  /** When PortOne signed this attempt (`webhook-timestamp`). */
  readonly timestamp: Date;
  /** When its last byte came; of one that the inbox takes up itself, when it came first. */
  readonly receivedAt: Date;
  /** How often this id was taken up, this time included; 0 before the dispatcher has taken it up. */
  readonly attempt: number;
  /** The exact bytes of the body. */
  readonly rawBody: Buffer;
  /** The account's name; absent for the unnamed one. */
  readonly account?: string;
  /** Aborts when the handler's time is up or its lease is lost: what the handler still does may be done again. */
  readonly signal: AbortSignal;
}

/** What a `transactional` handler gets. */
export interface TransactionalWebhookDelivery extends WebhookDelivery {
  /**
   * What is written with it takes effect together with the note that this handler is through, or not at all. It is
   * committed when the handler returns, rolled back when it throws.
   */
  readonly transaction: PortOneTransaction;
}

const NEVER_ABORTED = new AbortController().signal;

/** A delivery before it is taken up. */
export class ReceivedDelivery implements WebhookDelivery {
  readonly attempt = 0;
  readonly signal: AbortSignal = NEVER_ABORTED;
  declare readonly account?: string;
  /** Not a property that could be logged: a request is large, and full of the application's own. */
  readonly #request: object;

  constructor(
    readonly id: string,
    readonly timestamp: Date,
    readonly rawBody: Buffer,
    account: string | undefined,
    request: object,
    readonly receivedAt = new Date(),
  ) {
    if (account !== undefined) this.account = account;
    this.#request = request;
  }

  /** One that an inbox kept: no request brought it now. */
  static ofKept({ deliveryId, timestamp, rawBody, account, receivedAt }: KeptDelivery): ReceivedDelivery {
    return new ReceivedDelivery(deliveryId, timestamp, rawBody, account === '' ? undefined : account, {}, receivedAt);
  }

  /** The HTTP request that brought a delivery, for handlers that are made for a request. */
  static requestOf(delivery: object): object | undefined {
    return #request in delivery ? delivery.#request : undefined;
  }
}

/** A delivery as its handlers get it: taken up for the n-th time, and with a signal that aborts. */
export class TakenUpDelivery implements WebhookDelivery {
  readonly id: string;
  readonly timestamp: Date;
  readonly receivedAt: Date;
  readonly rawBody: Buffer;
  declare readonly account?: string;
  readonly #abort: LazySignal;

  constructor(
    delivery: WebhookDelivery,
    readonly attempt: number,
    abort: LazySignal,
  ) {
    this.id = delivery.id;
    this.timestamp = delivery.timestamp;
    this.receivedAt = delivery.receivedAt;
    this.rawBody = delivery.rawBody;
    if (delivery.account !== undefined) this.account = delivery.account;
    this.#abort = abort;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The same for a handler with a transaction. */
  within(transaction: PortOneTransaction): TransactionalWebhookDelivery {
    return Object.assign(new TakenUpDelivery(this, this.attempt, this.#abort), { transaction });
  }
}

/** What an inbox is to keep of a delivery. See `ReceivedDelivery.ofKept`. */
export function toKept(delivery: WebhookDelivery, type: string): KeptDelivery {
  const { account = '', id: deliveryId, timestamp, receivedAt, rawBody } = delivery;
  return { account, deliveryId, type, timestamp, receivedAt, rawBody };
}
