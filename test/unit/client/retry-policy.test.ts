import fc from 'fast-check';

import { delayMs, retryAfterMs, shouldRetry, type FailedAttempt } from '../../../lib/client/retry-policy.js';

const retry = { maxAttempts: 3, baseDelayMs: 500, maxDelayMs: 8_000 };
const answer = (status: number, type?: string): FailedAttempt => ({ failure: 'answer', status, type });

describe('shouldRetry', () => {
  it.each<[string, FailedAttempt, ReturnType<typeof shouldRetry>]>([
    ['a failed connection', { failure: 'connection' }, 'retry'],
    ['a timeout', { failure: 'timeout' }, 'retry'],
    ['429 without a type', answer(429), 'retry'],
    ['429 with a type', answer(429, 'TOO_MANY_REQUESTS'), 'retry'],
    ...[408, 500, 502, 503, 504].flatMap((status): [string, FailedAttempt, 'retry' | 'give-up'][] => [
      [`${status} without a PortOne error`, answer(status), 'retry'],
      [`${status} with a PortOne error`, answer(status, 'PG_PROVIDER'), 'give-up'],
    ]),
    ['409 outstanding', answer(409, 'IDEMPOTENCY_OUTSTANDING_REQUEST'), 'ask-again'],
    ['409 of the operation', answer(409, 'ALREADY_PAID'), 'give-up'],
    ['409 without a type', answer(409), 'give-up'],
    ['the outstanding type on another status', answer(400, 'IDEMPOTENCY_OUTSTANDING_REQUEST'), 'give-up'],
    ['a redirect', answer(302), 'give-up'],
    ['400', answer(400, 'INVALID_REQUEST'), 'give-up'],
    ['401', answer(401, 'UNAUTHORIZED'), 'give-up'],
    ['404 of a proxy', answer(404), 'give-up'],
    ['501', answer(501), 'give-up'],
  ])('%s', (_, attempt, verdict) => {
    expect(shouldRetry(attempt, 1, retry)).toBe(verdict);
    expect(shouldRetry(attempt, 2, retry)).toBe(verdict);
  });

  it('makes no more than maxAttempts, but asks for an outstanding result all the same', () => {
    expect(shouldRetry({ failure: 'timeout' }, 3, retry)).toBe('give-up');
    expect(shouldRetry(answer(429), 3, retry)).toBe('give-up');
    expect(shouldRetry(answer(409, 'IDEMPOTENCY_OUTSTANDING_REQUEST'), 3, retry)).toBe('ask-again');
    expect(shouldRetry({ failure: 'timeout' }, 1, { ...retry, maxAttempts: 1 })).toBe('give-up');
  });

  it('does nothing of its own when retries are off', () => {
    for (const attempt of [
      { failure: 'timeout' } as const,
      answer(503),
      answer(409, 'IDEMPOTENCY_OUTSTANDING_REQUEST'),
    ]) {
      expect(shouldRetry(attempt, 1, false)).toBe('give-up');
    }
  });

  it('never makes a typed answer again, save 429 and the outstanding one', () => {
    const type = fc.string().filter((text) => text !== 'IDEMPOTENCY_OUTSTANDING_REQUEST');
    const status = fc.integer({ min: 300, max: 599 }).filter((code) => code !== 429);
    fc.assert(fc.property(status, type, (code, name) => shouldRetry(answer(code, name), 1, retry) === 'give-up'));
  });
});

describe('delayMs', () => {
  const settings = fc.record({
    maxAttempts: fc.integer({ min: 1, max: 20 }),
    baseDelayMs: fc.integer({ min: 0, max: 10_000 }),
    maxDelayMs: fc.integer({ min: 0, max: 60_000 }),
  });
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('doubles its ceiling, up to maxDelayMs', () => {
    const ceilings = [1, 2, 3, 4, 5, 6, 2_000].map((attempt) => delayMs(attempt, retry, 1));
    expect(ceilings).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    expect(delayMs(3, retry, 0.25)).toBe(500);
    expect(delayMs(3, retry, 0)).toBe(0);
  });

  it('lies between the Retry-After that is honoured and maxDelayMs', () => {
    fc.assert(
      fc.property(settings, random, fc.integer({ min: 1, max: 5_000 }), fc.nat(), (given, chance, attempt, wish) => {
        const delay = delayMs(attempt, given, chance, wish);
        expect(delay).toBeGreaterThanOrEqual(Math.min(wish, given.maxDelayMs));
        expect(delay).toBeLessThanOrEqual(given.maxDelayMs);
      }),
    );
  });
});

describe('retryAfterMs', () => {
  const now = Date.parse('2026-03-01T00:00:00Z');

  it.each([
    [undefined, 0],
    ['3', 3_000],
    [' 120 ', 120_000],
    ['0', 0],
    ['-5', 0],
    ['1.5', 0],
    ['soon', 0],
    ['', 0],
    ['Sun, 01 Mar 2026 00:00:07 GMT', 7_000],
    ['Sunday, 01-Mar-26 00:00:07 GMT', 7_000],
    ['Sun, 01 Mar 2026 00:00:00 GMT', 0],
    ['Fri, 28 Feb 2025 23:59:00 GMT', 0],
    ['Sun, nonsense', 0],
  ])('%p is %p ms', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });

  it('takes anything without failing', () => {
    fc.assert(fc.property(fc.string(), (header) => retryAfterMs(header, now) >= 0));
  });
});
