/**
 * What every operation on a tracing channel tells. It is one object from `start` to `asyncEnd`; what is known only at the
 * end is filled in by then. It never holds the API secret, a webhook secret or signature, an idempotency key, a body, a
 * query, a billing key, an account number or an error object: those may be told of by type alone.
 */
export interface PortOneObserved {
  /** The account's name; absent for the unnamed one, and for a client of `createPortOneClient`. */
  readonly account?: string;
  /** At the end: milliseconds that it took. */
  durationMs?: number;
  /** At the end of one that failed: what it failed of, one of few words. Told on `error` too, before `asyncEnd`. */
  errorType?: string;
  /**
   * On `start`: has the operation begun inside `run`, so that it and what it calls see the asynchronous context that is
   * set there. `run` calls `work` at once; the promise tells when the operation is over and never rejects. What `run`
   * returns or throws changes nothing.
   */
  within(run: (work: () => Promise<void>) => unknown): void;
}

/** A call of an operation. */
export interface PortOneCallMessage extends PortOneObserved {
  /** Where the official SDK keeps it: `payment.cancelPayment`; `request` for `client.request()`. */
  readonly operation: string;
  readonly method: string;
  /** HTTP attempts so far; at the end, in all. */
  attempts: number;
  /**
   * PortOne's own type (`PAYMENT_NOT_FOUND`), or the class of the error: `PortOneTimeoutError`,
   * `PortOneConnectionError` …
   */
  errorType?: string;
}

/** One HTTP attempt of a call. */
export interface PortOneAttemptMessage extends PortOneObserved {
  /** The call that it is for: the same object as on the call's channel. */
  readonly call: PortOneCallMessage;
  /** 1 for the first. */
  readonly attempt: number;
  readonly serverAddress: string;
  readonly serverPort: number;
  /** Without a query. Of the values in its path only the payment id is shown, the others are `REDACTED`. */
  readonly url: string;
  /** `/payments/{paymentId}/cancel`; absent for `client.request()`. */
  readonly urlTemplate?: string;
  /** On `start`: what is put here is sent too, by name in small letters. A header that the library sends stays as it is. */
  readonly headers: Record<string, string>;
  /** At the end: the HTTP status, of an answer. */
  status?: number;
  /** The status of 400 and more, `timeout`, `aborted`, or the code of the connection's failure: `ECONNREFUSED`. */
  errorType?: string;
}

/** How a delivery came. */
export type PortOneDeliveryVia =
  /** By `WebhookDispatcher.dispatch`: the endpoint, a route of one's own, or the reconciler. */
  | 'http'
  /** The inbox had it taken up. */
  | 'redrive'
  /** By a job of a queue: one handler of it. */
  | 'queue';

/** What names a delivery. */
export interface PortOneDeliveryName {
  /** The `webhook-id`. */
  readonly deliveryId: string;
  /** The event's type. */
  readonly eventType: string;
  /** Of an event of a payment. */
  readonly paymentId?: string;
}

/** A verified delivery, until it is known what to answer. Handlers that are given more time than that may go on. */
export interface PortOneDeliveryMessage extends PortOneObserved, PortOneDeliveryName {
  readonly via: PortOneDeliveryVia;
  /**
   * Via `http`, on `start`: what is put here travels with the delivery's jobs, if there is a queue. Via `queue`: what was
   * put there.
   */
  readonly carrier: Record<string, string>;
  /** At the end: the HTTP status of the answer, also where nobody waits for one. */
  status?: number;
  /** At the end: `handled`, `duplicate`, `queued`, `approved`, `rejected`, or the `type` of the answer. */
  answer?: string;
  /** The answer's `type`, of one that is to be tried again, unless it is merely `WEBHOOK_IN_PROGRESS`. */
  errorType?: string;
}

/** One attempt of a handler at a delivery. */
export interface PortOneHandlerMessage extends PortOneObserved, PortOneDeliveryName {
  /** How the inbox and the log call it. */
  readonly handler: string;
  /** How often the delivery was taken up, this time included. */
  readonly attempt: number;
  /**
   * At the end. `overdue`: it did not end in time and may still be at work. `rejected`: the handler of
   * `Transaction.Confirm` said no.
   */
  outcome?: 'completed' | 'discarded' | 'rejected' | 'failed' | 'overdue';
  /** PortOne's own type or the class of what the handler threw; `timeout` when it is overdue. */
  errorType?: string;
}

/** A request that had PortOne's signature. */
export interface PortOneVerifiedMessage {
  readonly account?: string;
  readonly deliveryId: string;
  readonly eventType: string;
  /** How long the body is. */
  readonly bytes: number;
}

/** A request that was turned away before any handler. */
export interface PortOneRefusedMessage {
  readonly account?: string;
  /** What it was answered with. */
  readonly status: number;
  /** `NO_MATCHING_SIGNATURE`, `TIMESTAMP_TOO_OLD`, `WEBHOOK_TOO_LARGE` … */
  readonly reason: string;
}

/** A delivery that has had all its attempts; of a queue, one handler of it. */
export interface PortOneExhaustedMessage extends PortOneDeliveryName {
  readonly account?: string;
  readonly attempts: number;
}
