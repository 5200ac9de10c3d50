import { Clock } from '../../../lib/testing/time/clock.js';
import type { Answer } from '../../../lib/testing/http/answer.js';
import { IdempotencyStore, readIdempotencyKey } from '../../../lib/testing/http/idempotency.js';

const answer = (body: string): Answer => ({ status: 200, body });

describe('IdempotencyStore', () => {
  let clock: Clock;
  let store: IdempotencyStore;
  let executions: number;
  const execute = () => Promise.resolve(answer(`execution ${++executions}`));

  beforeEach(() => {
    clock = new Clock(new Date('2026-01-01T00:00:00Z'), () => Promise.resolve());
    store = new IdempotencyStore(clock);
    executions = 0;
  });

  it('executes once per key and replays the answer', async () => {
    await expect(store.run('a', 'x', execute)).resolves.toEqual({ answer: answer('execution 1'), replayed: false });
    await expect(store.run('a', 'x', execute)).resolves.toEqual({ answer: answer('execution 1'), replayed: true });
    await expect(store.run('b', 'x', execute)).resolves.toEqual({ answer: answer('execution 2'), replayed: false });
    expect(executions).toBe(2);
  });

  it('refuses the same request while the first is at work, and gives its answer afterwards', async () => {
    let finish: (answer: Answer) => void = () => {};
    const first = store.run('a', 'x', () => new Promise((resolve) => (finish = resolve)));
    await expect(store.run('a', 'x', execute)).rejects.toMatchObject({
      status: 409,
      data: { type: 'IDEMPOTENCY_OUTSTANDING_REQUEST' },
    });
    finish(answer('done'));
    await first;
    await expect(store.run('a', 'x', execute)).resolves.toEqual({ answer: answer('done'), replayed: true });
    expect(executions).toBe(0);
  });

  it('refuses another request under the same key', async () => {
    await store.run('a', 'x', execute);
    await expect(store.run('a', 'y', execute)).rejects.toMatchObject({
      status: 422,
      data: { type: 'SANDBOX_IDEMPOTENCY_KEY_REUSED' },
    });
    expect(executions).toBe(1);
  });

  it('keeps an answer for three hours of its clock', async () => {
    await store.run('a', 'x', execute);
    await clock.advance({ hours: 2, minutes: 59, seconds: 59 });
    expect(await store.run('a', 'x', execute)).toMatchObject({ replayed: true });
    await clock.advance({ seconds: 1 });
    expect(await store.run('a', 'x', execute)).toMatchObject({ replayed: false });
    expect(executions).toBe(2);
  });

  it('forgets the answers of one store alone', async () => {
    const [mine, yours] = [{}, {}];
    await store.run('a', 'x', execute, mine);
    await store.run('b', 'x', execute, yours);
    store.clear(mine);
    expect(await store.run('a', 'x', execute, mine)).toMatchObject({ replayed: false });
    expect(await store.run('b', 'x', execute, yours)).toMatchObject({ replayed: true });
  });

  it.each([
    ['replay', { answer: answer('execution 1'), replayed: true }],
    ['execute', { answer: answer('execution 2'), replayed: false }],
  ] as const)('gives another request under the key as the switch %s says', async (reusedKey, expected) => {
    store = new IdempotencyStore(clock, { reusedKey });
    await store.run('a', 'x', execute);
    expect(await store.run('a', 'y', execute)).toEqual(expected);
    expect(await store.run('a', 'x', execute)).toEqual({ answer: answer('execution 1'), replayed: true });
  });

  it('forgets all when cleared', async () => {
    await store.run('a', 'x', execute);
    store.clear();
    expect(await store.run('a', 'y', execute)).toMatchObject({ replayed: false });
  });
});

describe('readIdempotencyKey', () => {
  it.each([
    ['"0123456789abcdef"', '0123456789abcdef'],
    [`"${'x'.repeat(256)}"`, 'x'.repeat(256)],
    [' "0123456789 abcdef" ', '0123456789 abcdef'],
    ['"0123456789\\"\\\\abcd"', '0123456789"\\abcd'],
  ])('reads %s', (header, key) => {
    expect(readIdempotencyKey(header)).toBe(key);
  });

  it('reads nothing where there is none', () => {
    expect(readIdempotencyKey(undefined)).toBeUndefined();
  });

  it.each([
    '0123456789abcdef', // a token, no string
    '"0123456789abcde"', // 15 characters
    '"\\"\\"\\"\\"\\"\\"\\"\\""', // 16 with their backslashes, 8 without
    `"${'x'.repeat(257)}"`,
    '"0123456789"abcdef"',
    '"0123456789\\abcdef"',
    '"0123456789abcdé"',
    '"0123456789abcdef"; a=b',
    '',
  ])('refuses %s', (header) => {
    expect(() => readIdempotencyKey(header)).toThrow(
      expect.objectContaining({
        status: 400,
        data: expect.objectContaining({ type: 'INVALID_REQUEST' }) as object,
      }) as Error,
    );
  });
});
