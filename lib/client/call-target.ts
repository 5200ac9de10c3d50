import type { Operation } from './operation.js';
import type { ExpectedAnswer } from './read-answer.js';

/** What a call has to know about the endpoint that it calls. */
export interface CallTarget {
  /** The operation's dotted name; for `request()` its method and path. */
  readonly name: string;
  readonly answer: ExpectedAnswer;
  /** The SDK's error class of the operation; absent for `request()`, whose endpoints have none. */
  readonly sdkError?: Pick<Operation, 'error' | 'errorFrom'>;
  /** The operation's path; absent for `request()`. */
  readonly path?: Operation['path'];
}

/** Nothing of what such an endpoint answers is shown in an error: it may be a token. */
export function answersTokens(target: CallTarget): boolean {
  return target.sdkError?.errorFrom === 'auth' || /^\w+ \/(login|token)\//.test(target.name);
}
