import { NoAnswerError } from './call-failure.js';

/** The connection failed before an answer came: refused, reset, DNS, TLS. */
export class PortOneConnectionError extends NoAnswerError {
  override name = 'PortOneConnectionError';
}

/**
 * The caller's `signal` stopped the call; `cause` is the signal's reason. Named `AbortError`, as every aborted call on
 * this platform is. The work may be done all the same, see `outcome`.
 */
export class PortOneAbortError extends PortOneConnectionError {
  override name = 'AbortError';
}
