import type { CallFailure, CallOutcome } from './call-failure.js';

/** No complete answer within `timeoutMs`. PortOne does not stop the work when a client hangs up. */
export class PortOneTimeoutError extends Error implements CallFailure {
  override name = 'PortOneTimeoutError';
  readonly operation: string;
  readonly outcome: CallOutcome;
  readonly idempotencyKey?: string;
  /** How many attempts were made in all. */
  readonly attempts: number;

  constructor(message: string, failure: CallFailure & { attempts: number; cause?: unknown }) {
    super(message, { cause: failure.cause });
    this.operation = failure.operation;
    this.outcome = failure.outcome;
    this.attempts = failure.attempts;
    if (failure.idempotencyKey !== undefined) this.idempotencyKey = failure.idempotencyKey;
  }
}
