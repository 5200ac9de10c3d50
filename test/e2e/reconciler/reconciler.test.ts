import { jest } from '@jest/globals';
import { InMemoryPaymentSyncStore, PaymentService, PaymentSyncStore, type ReconcileSummary } from 'nestjs-portone';

import { PLATFORMS } from '../../support/platforms.js';
import { deferred } from '../../support/webhook-app.js';
import { Orders } from '../sync/orders.js';
import { startSyncApp, type SyncApp } from '../sync/sync-app.js';

const HOUR_MS = 3_600_000;

describe.each(PLATFORMS)('reconciler on %s', (_, adapter) => {
  let app: SyncApp;
  let orders: Orders;
  let store: InMemoryPaymentSyncStore;

  beforeEach(async () => {
    store = new InMemoryPaymentSyncStore();
    app = await startSyncApp(adapter, [Orders], {}, { paymentSyncStore: { useFactory: () => store } });
    orders = app.app.get(Orders);
    app.unplug();
  });
  afterEach(() => app.close());

  const run = async (options?: object): Promise<ReconcileSummary> => {
    const summary = await app.reconciler.run(options);
    if (summary === null) throw new Error('another run is under way');
    return summary;
  };

  it('finds what no webhook told, and nothing twice', async () => {
    await app.sandbox.buyer.pay('a-1');
    await app.sandbox.buyer.fail('b-1');
    await app.sandbox.buyer.pay('c-1', { payMethod: 'VIRTUAL_ACCOUNT' });
    await app.sandbox.buyer.pay('unknown');
    const other = app.sandbox.addStore({ storeId: 'store-2' });
    await other.buyer.pay('d-1');
    expect(await run()).toMatchObject({
      payments: 4,
      changed: 3,
      outcomes: { applied: 3, 'not-ours': 1 },
      failed: [],
      until: app.sandbox.clock.now(),
    });
    expect(orders.calls.sort()).toEqual([
      'reconcile a PAID',
      'reconcile b FAILED',
      'reconcile c VIRTUAL_ACCOUNT_ISSUED',
    ]);
    expect(await run()).toMatchObject({ payments: 4, changed: 0 });
    await app.sandbox.buyer.deposit('c-1');
    await app.sandbox.console.cancel('a-1', { amount: 1 });
    await app.sandbox.provider.succeedLate('b-1');
    expect(await run()).toMatchObject({ changed: 3 });
    expect(orders.fulfilled.sort()).toEqual(['a with a-1', 'b with b-1', 'c with c-1']);
  });

  it('begins an hour before where the last run ended', async () => {
    const first = await run();
    expect(await store.watermark('')).toEqual(first.until);
    expect(first.from).toEqual(new Date(first.until.getTime() - 24 * HOUR_MS));
    await app.sandbox.clock.advance({ days: 40 });
    const second = await run();
    expect(second.from).toEqual(new Date(first.until.getTime() - HOUR_MS));
    expect(await run({ since: new Date('2026-01-01T00:00:00Z') })).toMatchObject({
      from: new Date('2026-01-01T00:00:00Z'),
    });
    // Later than the watermark would leave a hole.
    expect(await run({ since: app.sandbox.clock.now() })).toMatchObject({
      from: new Date(app.sandbox.clock.now().getTime() - HOUR_MS),
    });
  });

  it('is not kept from anything by a time that lies ahead: given, or of a clock that was ahead', async () => {
    const ahead = new Date(app.sandbox.clock.now().getTime() + 40 * 24 * HOUR_MS);
    expect(await run({ since: ahead })).toMatchObject({ from: app.sandbox.clock.now() });
    await app.sandbox.buyer.pay('a-1');
    await app.sandbox.clock.advance({ minutes: 10 });
    expect(await run()).toMatchObject({ changed: 1 });
    await store.advanceWatermark('', ahead);
    await app.sandbox.buyer.pay('b-1');
    await app.sandbox.clock.advance({ minutes: 10 });
    expect(await run()).toMatchObject({ changed: 1 });
  });

  it.each([
    [{ since: new Date('yesterday') }, 'since must be a valid Date, got Invalid Date'],
    [{ since: '2026-03-01' }, 'since must be a valid Date, got "2026-03-01"'],
    [{ concurrency: 0 }, 'concurrency must be a whole number, 1 or more, got 0'],
    [{ concurrency: NaN }, 'concurrency must be a whole number, 1 or more, got NaN'],
    [{ concurrency: '4' as unknown as number }, 'concurrency must be a whole number, 1 or more, got "4"'],
  ])('refuses %j, and keeps nothing of it', async (options, message) => {
    await expect(run(options)).rejects.toThrow(new TypeError(`PaymentReconciler.run: ${message}.`));
    await expect(app.reconciler.redeliverFailed(options as object)).rejects.toThrow(
      new TypeError(`PaymentReconciler.redeliverFailed: ${message}.`),
    );
    expect(await store.watermark('')).toBeNull();
  });

  it.each(['a-1', 5, {}])('takes %j for no list of payments', async (paymentIds) => {
    await expect(run({ paymentIds: paymentIds as string[] })).rejects.toThrow(
      new TypeError(
        `PaymentReconciler.run: paymentIds must be a list of payment ids, got ${JSON.stringify(paymentIds)}.`,
      ),
    );
  });

  it('finds what a lagging list shows late', async () => {
    app.sandbox.undocumented.listLagSeconds = 600;
    await app.sandbox.buyer.pay('a-1');
    expect(await run()).toMatchObject({ payments: 0 });
    await app.sandbox.clock.advance({ minutes: 15 });
    expect(await run()).toMatchObject({ changed: 1 });
  });

  it('keeps looking at what failed, long after its time', async () => {
    await app.sandbox.buyer.pay('a-1');
    await app.sandbox.buyer.pay('b-1');
    orders.during = (_, { order }) => {
      if (order.orderId === 'a') throw new Error('out of paper');
    };
    expect(await run()).toMatchObject({ changed: 1, failed: [{ paymentId: 'a-1', error: new Error('out of paper') }] });
    await app.sandbox.clock.advance({ days: 30 });
    expect(await run()).toMatchObject({ failed: [{ paymentId: 'a-1' }] });
    await app.sandbox.clock.advance({ days: 30 });
    orders.during = () => undefined;
    expect(await run()).toMatchObject({ changed: 1, failed: [] });
    expect(orders.fulfilled.sort()).toEqual(['a with a-1', 'b with b-1']);
    await app.sandbox.clock.advance({ days: 1 });
    expect(await run()).toMatchObject({ payments: 0 });
  });

  it('follows a deposit, a dispute and a cancellation to their end', async () => {
    await app.sandbox.buyer.pay('a-1', { payMethod: 'VIRTUAL_ACCOUNT' });
    await app.sandbox.buyer.pay('b-1');
    await app.sandbox.provider.openDispute('b-1');
    await run();
    await app.sandbox.clock.advance({ days: 2 });
    expect(await run()).toMatchObject({ payments: 2, changed: 0 });
    await app.sandbox.provider.resolveDispute('b-1');
    expect(await run()).toMatchObject({ payments: 2, changed: 1 });
    expect(await run()).toMatchObject({ payments: 1 });
    // Ten days after the account was closed nobody waits any more.
    await app.sandbox.clock.advance({ days: 10 });
    await run();
    expect(await run()).toMatchObject({ changed: 0 });
    await app.sandbox.clock.advance({ days: 1 });
    expect(await run()).toMatchObject({ payments: 0 });
  });

  it('finds what PortOne lists as an event alone', async () => {
    await app.sandbox.buyer.pay('a-1');
    // A further refund in part changes no status: no list of changed ones need have it.
    const none = { items: [], page: { number: 0, size: 100, totalCount: 0 } };
    jest.spyOn(app.app.get(PaymentService), 'getPayments').mockResolvedValue(none);
    expect(await run()).toMatchObject({ payments: 1, changed: 1 });
  });

  it('leaves the watermark before a failure that could not be noted', async () => {
    await app.sandbox.buyer.pay('a-1');
    const open = jest.spyOn(store, 'open').mockRejectedValue(new Error('the store is away'));
    expect(await run()).toMatchObject({ failed: [{ paymentId: 'a-1', error: new Error('the store is away') }] });
    const watermark = await store.watermark('');
    expect(watermark!.getTime()).toBeLessThan(app.sandbox.clock.now().getTime());
    open.mockRestore();
    await app.sandbox.clock.advance({ days: 3 });
    expect(await run()).toMatchObject({ changed: 1, failed: [] });
    expect(await store.watermark('')).toEqual(app.sandbox.clock.now());
  });

  it('looks at payments that the application names, also at those that PortOne never had', async () => {
    const summary = await run({ paymentIds: ['a-1', 'b-1'] });
    expect(summary).toMatchObject({ payments: 2, outcomes: { 'not-found': 2 }, failed: [] });
    expect(await run()).toMatchObject({ payments: 0 });
  });

  it('goes on where an earlier run was cut off', async () => {
    await app.sandbox.buyer.pay('a-1');
    await app.sandbox.clock.advance({ days: 2 });
    await app.sandbox.buyer.pay('b-1');
    const begun = app.sandbox.clock.now();
    const stop = new AbortController();
    orders.during = () => stop.abort(new Error('the process ends'));
    await expect(run({ since: new Date('2026-03-01T00:00:00Z'), signal: stop.signal })).rejects.toThrow(
      'the process ends',
    );
    const watermark = await store.watermark('');
    expect(watermark!.getTime()).toBeLessThan(begun.getTime());
    orders.during = () => undefined;
    await run();
    expect(orders.fulfilled).toEqual(['a with a-1', 'b with b-1']);
    expect(await store.watermark('')).toEqual(begun);
  });

  it('is one at a time', async () => {
    await app.sandbox.buyer.pay('a-1');
    const [entered, leave] = [deferred(), deferred()];
    orders.during = () => {
      entered.resolve();
      return leave.promise;
    };
    const first = app.reconciler.run();
    await entered.promise;
    expect(await app.reconciler.run()).toBeNull();
    leave.resolve();
    expect(await first).toMatchObject({ changed: 1 });
  });

  it('looks at so many at a time, over all pages of payments of one instant', async () => {
    for (let number = 0; number < 230; number += 1) await app.sandbox.buyer.pay(`o${number}-1`);
    let most = 0;
    orders.during = async () => {
      most = Math.max(most, orders.running);
      await new Promise((resolve) => setImmediate(resolve));
    };
    expect(await run({ concurrency: 3 })).toMatchObject({ payments: 230, changed: 230 });
    expect(most).toBe(3);
  });
});

describe('the reconciler', () => {
  let app: SyncApp;
  afterEach(() => app.close());

  it('needs a store', async () => {
    app = await startSyncApp(PLATFORMS[0]![1], [Orders], {}, { storeId: undefined });
    await expect(app.reconciler.run()).rejects.toThrow(/storeId/);
    await expect(app.reconciler.redeliverFailed()).rejects.toThrow(/storeId/);
    expect(app.app.get(PaymentSyncStore)).toBeInstanceOf(InMemoryPaymentSyncStore);
  });
});
