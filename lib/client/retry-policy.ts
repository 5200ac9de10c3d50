import type { RetrySettings } from './client.settings.js';

/** How an attempt failed. */
export interface FailedAttempt {
  /** `answer`: there was one, but not a success. */
  readonly failure: 'connection' | 'timeout' | 'answer';
  /** The HTTP status, of an answer. */
  readonly status?: number | undefined;
  /** The `type` of a PortOne error, where the answer is one. */
  readonly type?: string | undefined;
}

/** `ask-again`: the first try is still at work, so the same is asked again until its result is there. */
export type RetryVerdict = 'give-up' | 'retry' | 'ask-again';

/** The answer to a key whose first request is still being worked on; absent from the OpenAPI description. */
export const OUTSTANDING_REQUEST = 'IDEMPOTENCY_OUTSTANDING_REQUEST';

/** What a gateway in front of the API answers when the API itself was not reached or did not finish. */
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([408, 500, 502, 503, 504]);

/**
 * Whether an attempt is made again. Pure, and in this order.
 *
 * @param attempt - how many attempts were made, this one included; those that only asked again do not count
 */
export function shouldRetry(
  { failure, status, type }: FailedAttempt,
  attempt: number,
  retry: false | RetrySettings,
): RetryVerdict {
  // The caller wants one attempt and its outcome, whatever that is.
  if (retry === false) return 'give-up';

  // PortOne is at work on this very call. Its result will be there for the same key, so the number of attempts does
  // not matter; how long to ask is up to the caller's clock.
  if (status === 409 && type === OUTSTANDING_REQUEST) return 'ask-again';

  // Enough. Each attempt is another `timeoutMs` that somebody waits for.
  if (attempt >= retry.maxAttempts) return 'give-up';

  // No answer. The key makes a second try safe even when the first one was carried out.
  if (failure !== 'answer') return 'retry';

  // Too many requests: turned away before any work was done. No PortOne error type has this status, so a `type` beside
  // it is the limiter's, not the operation's.
  if (status === 429) return 'retry';

  // PortOne has answered; asking again brings the stored answer. A 502 PG_PROVIDER is a refusal, not an outage.
  if (type !== undefined) return 'give-up';

  // An outage between here and the API.
  if (status !== undefined && TRANSIENT_STATUSES.has(status)) return 'retry';

  // A redirect, an unknown path, a page of a proxy: it would be the same again.
  return 'give-up';
}

/**
 * How long to wait before the next attempt, in milliseconds: exponential with full jitter, and not less than the
 * server's `Retry-After`, of which no more than `maxDelayMs` is honoured.
 *
 * @param attempt - how many attempts were made
 * @param random - 0 (included) to 1 (excluded)
 */
export function delayMs(attempt: number, retry: RetrySettings, random: number, retryAfterMs = 0): number {
  // An outstanding result may be asked for thousands of times, and 0 * Infinity is no number.
  const ceiling = Math.min(retry.maxDelayMs, retry.baseDelayMs * 2 ** Math.min(attempt - 1, 50));
  return Math.max(random * ceiling, Math.min(retryAfterMs, retry.maxDelayMs));
}

/**
 * A `Retry-After` header in milliseconds from now: whole seconds or an HTTP date (RFC 9110, 10.2.3).
 *
 * @returns 0 for a header that is absent, past, or neither
 */
export function retryAfterMs(header: string | undefined, nowEpochMs: number): number {
  if (header === undefined) return 0;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Every form of an HTTP date starts with the day's name; Date.parse alone takes nearly anything.
  const at = /^[A-Z][a-z]+,? /.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? 0 : Math.max(0, at - nowEpochMs);
}
