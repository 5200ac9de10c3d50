import { InMemoryPaymentSyncStore } from 'nestjs-portone';

import { PLATFORMS } from '../../support/platforms.js';
import { Orders } from '../sync/orders.js';
import { startSyncApp, type SyncApp } from '../sync/sync-app.js';

describe('the reconciler, where nothing else tells', () => {
  let app: SyncApp;
  let store: InMemoryPaymentSyncStore;

  beforeEach(async () => {
    store = new InMemoryPaymentSyncStore();
    app = await startSyncApp(PLATFORMS[0]![1], [Orders], {}, { paymentSyncStore: { useFactory: () => store } });
    app.unplug();
  });
  afterEach(() => app.close());

  it('reads again what is behind its lists', async () => {
    await app.sandbox.buyer.pay('a-1');
    await app.reconciler.run();
    await app.sandbox.clock.advance({ hours: 5 });
    app.sandbox.undocumented.staleReads = 2;
    await app.sandbox.console.cancel('a-1', { amount: 300 });
    expect(await app.reconciler.run()).toMatchObject({ changed: 1, failed: [] });
    expect(app.app.get(Orders).calls).toEqual(['reconcile a PAID', 'reconcile a PARTIAL_CANCELLED']);
  });

  it('takes no read that stays behind, and looks again at the next run', async () => {
    await app.sandbox.buyer.pay('a-1');
    await app.reconciler.run();
    app.sandbox.undocumented.staleReads = 10;
    await app.sandbox.console.cancel('a-1', { amount: 300 });
    const summary = await app.reconciler.run();
    expect(summary?.failed).toMatchObject([{ paymentId: 'a-1', error: { name: 'StalePaymentReadError' } }]);
    expect(await store.unfinished('', '', 9)).toEqual(['a-1']);
  });

  it('begins where a first run began that came to nothing', async () => {
    await app.sandbox.buyer.pay('a-1');
    await expect(app.reconciler.run({ signal: AbortSignal.abort() })).rejects.toThrow();
    await app.sandbox.clock.advance({ days: 3 });
    await app.reconciler.run();
    expect(app.app.get(Orders).fulfilled).toEqual(['a with a-1']);
  });

  it('looks at money that is not wanted until it is gone, also when its refund fails without a word', async () => {
    app.sandbox.faults.add({
      fault: 'cancel-requested',
      operation: 'payment.cancelPayment',
      settlesAs: 'FAILED',
      after: { days: 2 },
      count: 1,
    });
    await app.sandbox.buyer.pay('a-1', { totalAmount: 10 });
    await app.sync.sync('a-1');
    expect(await store.unfinished('', '', 9)).toEqual(['a-1']);
    await app.sandbox.clock.advance({ days: 3 });
    await app.reconciler.run();
    await app.reconciler.run();
    expect((await app.sync.sync('a-1')).payment.status).toBe('CANCELLED');
    expect(await store.unfinished('', '', 9)).toEqual([]);
  });
});
