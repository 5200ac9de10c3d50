import type { CallFailure } from '../errors/call-failure.js';
import { isKnownErrorType } from '../errors/error-status.js';
import { markApiError } from '../errors/is-portone-api-error.js';
import { PortOneAbortError, PortOneConnectionError } from '../errors/portone-connection.error.js';
import { PortOneTimeoutError } from '../errors/portone-timeout.error.js';
import { PortOneUnexpectedResponseError } from '../errors/portone-unexpected-response.error.js';
import { buildApiError } from '../errors/sdk-errors.js';
import { answersTokens, type CallTarget } from './call-target.js';
import type { HttpAnswer, NoHttpAnswer } from './http-attempt.js';
import type { ApiErrorData } from './read-answer.js';
import { safeCause, withoutSecrets } from './redaction.js';
import { OUTSTANDING_REQUEST } from './retry-policy.js';

/** What is known of a call while it is made, as its errors tell it. */
export interface CallRecord {
  readonly target: CallTarget;
  readonly idempotencyKey: string | undefined;
  readonly timeoutMs: number;
  /** How many requests were made, those that only asked again included. */
  attempts: number;
  /** An attempt went out and brought no answer of PortOne's own, so it may have been carried out. */
  mayBeDone: boolean;
}

/** How much of an unexpected body an error shows. */
const SHOWN_BODY_BYTES = 512;

/** Answers given in front of the operation: they say nothing of what an earlier attempt may have done. */
const GATE_STATUSES: ReadonlySet<number> = new Set([401, 403, 429]);

export function timeoutError(call: CallRecord, cause?: unknown): PortOneTimeoutError {
  return new PortOneTimeoutError(
    `${call.target.name}: no complete answer within ${call.timeoutMs} ms${inAttempts(call)}. ${fate(call)}`,
    { ...failure(call), attempts: call.attempts, cause },
  );
}

export function connectionError(
  call: CallRecord,
  cause: unknown,
  what = 'the connection failed',
): PortOneConnectionError {
  return new PortOneConnectionError(`${call.target.name}: ${what}${saying(cause)}${inAttempts(call)}. ${fate(call)}`, {
    ...failure(call),
    attempts: call.attempts,
    cause,
  });
}

export function abortError(call: CallRecord, reason: unknown): PortOneAbortError {
  return new PortOneAbortError(`${call.target.name}: stopped by the caller's signal. ${fate(call)}`, {
    ...failure(call),
    attempts: call.attempts,
    cause: reason,
  });
}

/** The error for an attempt that brought no answer. */
export function noAnswerError(call: CallRecord, end: NoHttpAnswer, secrets: readonly string[]): Error {
  if (end.kind === 'aborted') return abortError(call, end.cause);
  if (end.kind === 'timeout') return timeoutError(call);
  return connectionError(call, safeCause(end.cause, secrets, answersTokens(call.target)));
}

export function unexpectedResponseError(
  call: CallRecord,
  answer: HttpAnswer,
  secrets: readonly string[],
): PortOneUnexpectedResponseError {
  const body = answersTokens(call.target) ? '' : shownBody(answer.body, secrets);
  return new PortOneUnexpectedResponseError(
    `${call.target.name}: HTTP ${answer.status} with something that is not an answer of the API. ${fate({ ...call, mayBeDone: true })}`,
    { ...failure(call), outcome: 'unknown', status: answer.status, body },
  );
}

/** The beginning of a body without the secrets. A secret that the cut goes through is not recognised, so it is not shown. */
function shownBody(body: Buffer, secrets: readonly string[]): string {
  const longestSecret = Math.max(0, ...secrets.map((secret) => Buffer.byteLength(secret)));
  const start = body.subarray(0, SHOWN_BODY_BYTES + longestSecret);
  const clean = Buffer.from(withoutSecrets(start.toString('utf8'), secrets));
  // Placeholders are shorter than secrets, so what was at the cut may have moved far to the front.
  const whole = start.length === body.length ? clean.length : clean.length - longestSecret;
  return clean.subarray(0, Math.max(0, Math.min(SHOWN_BODY_BYTES, whole))).toString('utf8');
}

/** PortOne's error answer, as the official SDK throws it, with what the SDK does not keep. */
export async function apiError(call: CallRecord, status: number, data: ApiErrorData): Promise<Error> {
  const { target, idempotencyKey } = call;
  const error = await (target.sdkError ? buildApiError(target.sdkError, data) : buildUntypedApiError(data));
  // A type that is newer than this version may say no more of an earlier attempt than those.
  const saysNothing = GATE_STATUSES.has(status) || !isKnownErrorType(data.type);
  const mayBeDone = data.type === OUTSTANDING_REQUEST || (call.mayBeDone && saysNothing);
  return Object.assign(
    error,
    { status, operation: target.name },
    idempotencyKey === undefined ? {} : { idempotencyKey },
    mayBeDone ? { outcome: 'unknown' } : {},
  );
}

/** For `request()`, whose endpoints have no class of their own in the SDK: a direct child of its `RestError`. */
async function buildUntypedApiError(data: ApiErrorData): Promise<Error> {
  const { RestError } = await import('@portone/server-sdk');
  class PortOneRequestError extends RestError {
    override name = 'PortOneRequestError';
  }
  const error = new PortOneRequestError(data as ConstructorParameters<typeof RestError>[0]);
  markApiError(error);
  return error;
}

function failure(call: CallRecord): CallFailure {
  return {
    operation: call.target.name,
    outcome: call.mayBeDone ? 'unknown' : 'not-sent',
    idempotencyKey: call.idempotencyKey,
  };
}

function fate({ mayBeDone, idempotencyKey }: CallRecord): string {
  if (!mayBeDone) return 'Nothing was sent.';
  if (idempotencyKey === undefined) return 'It may be called again.';
  return 'PortOne may have carried it out all the same; the same call with the same idempotencyKey tells, within three hours.';
}

function inAttempts({ attempts }: CallRecord): string {
  return attempts > 1 ? ` in the last of ${attempts} attempts` : '';
}

/** The code alone where there is one: messages of sockets and dispatchers are the cause's to tell. */
function saying(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return '';
  const { code, message } = cause as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return ` (${code})`;
  return typeof message === 'string' && message !== '' ? ` (${message})` : '';
}
