import { jest } from '@jest/globals';
import { InMemoryPaymentLock, InMemoryPaymentSyncStore } from 'nestjs-portone';

import { paymentLockContract } from '../../contracts/payment-lock.contract.js';
import { paymentSyncStoreContract } from '../../contracts/payment-sync-store.contract.js';

describe('in memory', () => {
  beforeEach(() => jest.useFakeTimers({ now: 1_700_000_000_000 }));
  afterEach(() => jest.useRealTimers());

  paymentLockContract('InMemoryPaymentLock', () => ({
    lock: new InMemoryPaymentLock(),
    pass: (ms) => void jest.advanceTimersByTime(ms),
  }));

  paymentSyncStoreContract('InMemoryPaymentSyncStore', () => new InMemoryPaymentSyncStore());

  it('the lock goes on with greater fences after a restart', async () => {
    const before = await new InMemoryPaymentLock().acquire('a', 1000);
    jest.advanceTimersByTime(1);
    const after = await new InMemoryPaymentLock().acquire('a', 1000);
    expect(after).toMatchObject({ state: 'acquired' });
    expect((after as { fence: number }).fence).toBeGreaterThan((before as { fence: number }).fence);
  });

  it('the sync store drops finished payments at its bound, and no others', async () => {
    const store = new InMemoryPaymentSyncStore({ maxEntries: 2 });
    const applied = { fingerprint: 'f', updatedAt: '', outcome: 'applied' as const };
    for (const id of ['1', '2', '3', '4']) {
      await store.open('', id, 1);
      await store.write('', id, 1, applied, id === '1');
    }
    expect(await store.open('', '1', 2)).toEqual({ state: 'open', applied });
    expect(await store.open('', '2', 2)).toEqual({ state: 'open', applied: null });
    expect(await store.open('', '4', 2)).toEqual({ state: 'open', applied });
    expect(() => new InMemoryPaymentSyncStore({ maxEntries: 0 })).toThrow(/maxEntries must be/);
  });
});
