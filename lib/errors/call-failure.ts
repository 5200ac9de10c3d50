/**
 * What became of a call that brought no usable answer: `not-sent` never left this process, `unknown` may have been
 * carried out. An `unknown` call can be made again with the same idempotency key within PortOne's three hours.
 */
export type CallOutcome = 'unknown' | 'not-sent';

/** What every error of a call says of it. */
export interface CallFailure {
  /** The operation's dotted name, `payment.cancelPayment`; for `request()` its method and path. */
  readonly operation: string;
  readonly outcome: CallOutcome;
  /** The key that the call was sent with; absent on GET, which has none. */
  readonly idempotencyKey?: string | undefined;
}

/** What the errors of a call without any answer have in common. */
export abstract class NoAnswerError extends Error implements CallFailure {
  readonly operation: string;
  readonly outcome: CallOutcome;
  declare readonly idempotencyKey?: string;
  /** How many attempts were made in all. */
  readonly attempts: number;

  constructor(message: string, failure: CallFailure & { attempts: number; cause?: unknown }) {
    super(message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.operation = failure.operation;
    this.outcome = failure.outcome;
    this.attempts = failure.attempts;
    if (failure.idempotencyKey !== undefined) this.idempotencyKey = failure.idempotencyKey;
  }
}
