import { NoAnswerError } from './call-failure.js';

/** No complete answer within `timeoutMs`. PortOne does not stop the work when a client hangs up. */
export class PortOneTimeoutError extends NoAnswerError {
  override name = 'PortOneTimeoutError';
}
