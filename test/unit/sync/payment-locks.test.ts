import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { InMemoryPaymentLock, PaymentLockError } from 'nestjs-portone';

import { PaymentLocks, type HeldLock } from '../../../lib/sync/payment-locks.js';
import { deferred } from '../../support/webhook-app.js';

const TIMES = { leaseMs: 3_000, waitMs: 2_000 };

describe('work under a lock', () => {
  let lock: InMemoryPaymentLock;
  let here: PaymentLocks;
  let elsewhere: PaymentLocks;

  beforeEach(() => {
    jest.useFakeTimers({ now: 1_700_000_000_000 });
    Logger.overrideLogger(false);
    lock = new InMemoryPaymentLock();
    here = new PaymentLocks(lock, TIMES);
    elsewhere = new PaymentLocks(lock, TIMES);
  });
  afterEach(() => {
    Logger.overrideLogger(['log', 'error', 'warn', 'debug', 'verbose', 'fatal']);
    jest.useRealTimers();
  });

  /** Begins work that ends when told, and is seen to have begun. */
  function begin(locks: PaymentLocks, key = 'a') {
    const [begun, end] = [deferred<HeldLock>(), deferred()];
    const done = locks.run(key, async (held) => {
      begun.resolve(held);
      await end.promise;
      return held.fence;
    });
    done.catch(() => undefined);
    return { begun: begun.promise, end: end.resolve, done };
  }

  it('is done one after another here, first come, first served', async () => {
    const first = begin(here);
    await first.begun;
    const order: number[] = [];
    const others = [1, 2, 3].map((number) => here.run('a', () => Promise.resolve(order.push(number))));
    first.end();
    await Promise.all(others);
    expect(order).toEqual([1, 2, 3]);
  });

  it('waits for another process, and is refused when that takes too long', async () => {
    const first = begin(here);
    await first.begun;
    const late = elsewhere.run('a', () => Promise.resolve('done'));
    const busy = expect(late).rejects.toMatchObject({ name: 'PaymentLockError', reason: 'BUSY', key: 'a' });
    await jest.advanceTimersByTimeAsync(2_500);
    await busy;
    const patient = elsewhere.run('a', () => Promise.resolve('done'));
    first.end();
    await first.done;
    await jest.advanceTimersByTimeAsync(300);
    expect(await patient).toBe('done');
  });

  it('is refused here too when that takes too long, without letting a third in', async () => {
    const first = begin(here);
    await first.begun;
    const second = here.run('a', () => Promise.resolve('second'));
    const busy = expect(second).rejects.toBeInstanceOf(PaymentLockError);
    await jest.advanceTimersByTimeAsync(2_000);
    await busy;
    const third = begin(here);
    let thirdBegan = false;
    void third.begun.then(() => (thirdBegan = true));
    await jest.advanceTimersByTimeAsync(100);
    expect(thirdBegan).toBe(false);
    first.end();
    third.end();
    expect(await third.done).toBeGreaterThan(await first.done);
  });

  it('keeps the lock for as long as it takes', async () => {
    const first = begin(here);
    const held = await first.begun;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(held.signal.aborted).toBe(false);
    expect((await lock.acquire('a', 1)).state).toBe('held');
    first.end();
    expect(await first.done).toBe(held.fence);
    expect((await lock.acquire('a', 1)).state).toBe('acquired');
  });

  it.each([
    ['is told that the lock is gone', () => Promise.resolve(false)],
    ['cannot reach the store for a whole lease', () => Promise.reject(new Error('away'))],
    ['has no answer from the store', () => new Promise<boolean>(() => undefined)],
  ])('is aborted and fails when its holder %s', async (_, renew) => {
    lock.renew = renew;
    const first = begin(here);
    const held = await first.begun;
    await jest.advanceTimersByTimeAsync(4_100);
    expect(held.signal.aborted).toBe(true);
    first.end();
    await expect(first.done).rejects.toMatchObject({ reason: 'LOST' });
  });

  it('is not begun once the caller has given up', async () => {
    const first = begin(elsewhere);
    await first.begun;
    const gaveUp = new AbortController();
    const waiting = here.run('a', () => Promise.resolve(), { signal: gaveUp.signal });
    const refused = expect(waiting).rejects.toThrow('enough');
    gaveUp.abort(new Error('enough'));
    await refused;
  });

  it('is not waited for here either once the caller has given up, and keeps its place for the next', async () => {
    const first = begin(here);
    await first.begun;
    const gaveUp = new AbortController();
    const waiting = here.run('a', () => Promise.resolve(), { signal: gaveUp.signal });
    const next = here.run('a', () => Promise.resolve('next'));
    gaveUp.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    first.end();
    expect(await next).toBe('next');
  });
});
