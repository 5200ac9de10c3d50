import type { CallFailure, CallOutcome } from './call-failure.js';

/** An answer that is not what the API promises: an HTML page of a gateway, truncated JSON, `null`. */
export class PortOneUnexpectedResponseError extends Error implements CallFailure {
  override name = 'PortOneUnexpectedResponseError';
  readonly operation: string;
  readonly outcome: CallOutcome;
  declare readonly idempotencyKey?: string;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** The first 512 bytes of the answer's body, as text. */
  readonly body: string;

  constructor(message: string, failure: CallFailure & { status: number; body: string; cause?: unknown }) {
    super(message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.operation = failure.operation;
    this.outcome = failure.outcome;
    this.status = failure.status;
    this.body = failure.body;
    if (failure.idempotencyKey !== undefined) this.idempotencyKey = failure.idempotencyKey;
  }
}
