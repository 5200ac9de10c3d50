import { isPortOneApiError } from '../errors/is-portone-api-error.js';
import { PortOneTimeoutError } from '../errors/portone-timeout.error.js';
import type { ObservedCall } from '../observability/observe-call.js';
import { VERSION } from '../version.generated.js';
import { onAbort, untilAborted } from './abort.js';
import {
  abortError,
  apiError,
  connectionError,
  noAnswerError,
  timeoutError,
  unexpectedResponseError,
  type CallRecord,
} from './call-errors.js';
import type { CallOptions } from './call-options.js';
import type { CallTarget } from './call-target.js';
import type { ClientSettings } from './client.settings.js';
import type { Clock } from './clock.js';
import type { Credentials } from './credentials.js';
import type { AttemptEnd } from './http-attempt.js';
import type { HttpRequest } from './http-request.js';
import type { HttpTransport } from './http-transport.js';
import { checkIdempotencyKey, idempotencyKeyHeader, newIdempotencyKey } from './idempotency-key.js';
import { readApiError, readResult, UNEXPECTED } from './read-answer.js';
import { delayMs, retryAfterMs, shouldRetry, type FailedAttempt } from './retry-policy.js';

/** What calls are made with. */
export interface CallContext {
  readonly settings: Pick<ClientSettings, 'timeoutMs' | 'retry'>;
  readonly transport: Pick<HttpTransport, 'send'>;
  readonly clock: Clock;
  /** As `Math.random`. */
  readonly random: () => number;
}

const USER_AGENT = `nestjs-portone/${VERSION} node/${process.versions.node}`;

/**
 * Makes a call to its end: attempts, waits, and a result or one of the documented errors.
 *
 * @throws TypeError for an idempotency key or a timeout that does not fit, before anything is sent
 */
export async function callOperation(
  context: CallContext,
  credentials: Credentials,
  target: CallTarget,
  request: HttpRequest,
  options: CallOptions | undefined,
  observed?: ObservedCall,
): Promise<unknown> {
  const { settings, transport, clock } = context;
  const signal = options?.signal;
  const retry = options?.retry === false ? false : settings.retry;
  const call: CallRecord = {
    target,
    idempotencyKey: keyFor(target, request, options),
    timeoutMs: timeoutFor(target, options, settings),
    attempts: 0,
    mayBeDone: false,
  };
  // Attempts that asked again for an outstanding result are counted apart: they end by the clock.
  let tried = 1;
  let asked = 0;
  let askUntil = 0;
  let hasNewToken = false;

  for (;;) {
    if (signal?.aborted) throw abortError(call, signal.reason);
    const ready = credentials.authorization();
    const authorization = typeof ready === 'string' ? ready : await authorized(call, ready, signal);
    if (asked === 0) askUntil = clock.now() + call.timeoutMs;
    call.attempts++;
    const headers = headersFor(call, request, authorization);
    const end = await (observed === undefined
      ? transport.send(request, headers, call.timeoutMs, signal)
      : observed.attempt(call.attempts, headers, () => transport.send(request, headers, call.timeoutMs, signal)));

    if (end.kind === 'answer' && end.status >= 200 && end.status < 300) {
      const result = readResult(end, target.answer);
      if (result === UNEXPECTED) throw unexpectedResponseError(call, end, secretsOf(credentials, authorization));
      return result;
    }

    const data = end.kind === 'answer' ? readApiError(end) : undefined;
    if (end.kind === 'answer' && end.status === 401 && data?.type === 'UNAUTHORIZED' && !hasNewToken) {
      hasNewToken = true;
      if (credentials.renew(authorization)) continue;
    }
    if (end.kind === 'answer' ? data === undefined : end.sent) call.mayBeDone = true;
    if (end.kind === 'aborted') throw noAnswerError(call, end, []);

    const verdict = shouldRetry(failed(end, data?.type), tried, retry);
    if (retry === false || verdict === 'give-up') {
      const secrets = secretsOf(credentials, authorization);
      if (end.kind !== 'answer') throw noAnswerError(call, end, secrets);
      if (data === undefined) throw unexpectedResponseError(call, end, secrets);
      throw await apiError(call, end.status, data);
    }

    const serverWish = end.kind === 'answer' ? retryAfterMs(end.retryAfter, Date.now()) : 0;
    if (verdict === 'ask-again') {
      call.mayBeDone = true;
      const left = askUntil - clock.now();
      if (left <= 0) throw timeoutError(call, data && (await apiError(call, 409, data)));
      asked++;
      await wait(clock, Math.min(left, delayMs(asked, retry, context.random(), serverWish)), signal);
    } else {
      await wait(clock, delayMs(tried, retry, context.random(), serverWish), signal);
      tried++;
      asked = 0;
    }
  }
}

/** GET changes nothing and has no key; a key given to it is ignored. */
function keyFor(target: CallTarget, request: HttpRequest, options: CallOptions | undefined): string | undefined {
  if (request.method === 'GET') return undefined;
  const given = options?.idempotencyKey;
  return given === undefined ? newIdempotencyKey() : checkIdempotencyKey(target.name, given);
}

function timeoutFor(
  target: CallTarget,
  options: CallOptions | undefined,
  settings: Pick<ClientSettings, 'timeoutMs'>,
): number {
  const given = options?.timeoutMs;
  if (given === undefined) return settings.timeoutMs;
  if (Number.isFinite(given) && given > 0) return given;
  throw new TypeError(`${target.name}: timeoutMs must be a number of milliseconds above 0, got ${String(given)}.`);
}

function headersFor({ target, idempotencyKey }: CallRecord, request: HttpRequest, authorization: string): string[] {
  const accept = target.answer === 'json' ? 'application/json' : '*/*';
  const headers = ['authorization', authorization, 'accept', accept, 'user-agent', USER_AGENT];
  if (request.body !== undefined) headers.push('content-type', 'application/json');
  if (idempotencyKey !== undefined) headers.push('idempotency-key', idempotencyKeyHeader(idempotencyKey));
  return headers;
}

/** A token may have been renewed since it was sent, and be good for a while yet. */
function secretsOf(credentials: Credentials, authorization: string): readonly string[] {
  return [...credentials.secrets(), authorization.slice(authorization.indexOf(' ') + 1)];
}

function failed(end: AttemptEnd, type: string | undefined): FailedAttempt {
  if (end.kind === 'answer') return { failure: 'answer', status: end.status, type };
  return { failure: end.kind === 'timeout' ? 'timeout' : 'connection' };
}

/**
 * Waits for a token. What went wrong with the login is told as this call's failure: as its own SDK error where PortOne
 * answered, and with its own outcome where not, since of this call nothing was sent.
 */
async function authorized(call: CallRecord, ready: Promise<string>, signal: AbortSignal | undefined): Promise<string> {
  try {
    return await untilAborted(ready, signal);
  } catch (cause) {
    if (signal?.aborted) throw abortError(call, signal.reason);
    if (isPortOneApiError(cause)) {
      const error = await apiError(call, cause.status ?? 401, cause.data as { type: string });
      throw Object.assign(error, { cause });
    }
    if (cause instanceof PortOneTimeoutError) throw timeoutError(call, cause);
    throw connectionError(call, cause, 'no access token could be had');
  }
}

/** Ends early when the signal aborts; the caller looks at the signal. */
function wait(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise<void>((resolve) => {
    if (signal?.aborted) return resolve();
    const stopTimer = clock.setTimer(() => {
      stopListening?.();
      resolve();
    }, ms);
    const stopListening =
      signal &&
      onAbort(signal, () => {
        stopTimer();
        resolve();
      });
  });
}
