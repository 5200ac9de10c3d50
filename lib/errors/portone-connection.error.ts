import type { CallFailure, CallOutcome } from './call-failure.js';

/** The connection failed before an answer came: refused, reset, DNS, TLS. */
export class PortOneConnectionError extends Error implements CallFailure {
  override name = 'PortOneConnectionError';
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

/**
 * The caller's `signal` stopped the call; `cause` is the signal's reason. Named `AbortError`, as every aborted call on
 * this platform is. The work may be done all the same, see `outcome`.
 */
export class PortOneAbortError extends PortOneConnectionError {
  override name = 'AbortError';
}
