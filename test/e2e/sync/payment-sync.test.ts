import { Injectable } from '@nestjs/common';
import {
  DuplicateChargeError,
  OnPaymentSync,
  PaymentService,
  PaymentVerificationError,
  refundDuplicateCharge,
  type ExpectedOrder,
  type PaymentSyncContext,
} from 'nestjs-portone';
import type { Payment } from '@portone/server-sdk/payment';

import { PLATFORMS } from '../../support/platforms.js';
import { deferred } from '../../support/webhook-app.js';
import { RecordingLogger } from '../module/recording-logger.js';
import { Orders } from './orders.js';
import { startSyncApp, type SyncApp } from './sync-app.js';

describe.each(PLATFORMS)('payment sync on %s', (_, adapter) => {
  let app: SyncApp;
  let orders: Orders;

  beforeEach(async () => {
    app = await startSyncApp(adapter, [Orders]);
    orders = app.app.get(Orders);
  });
  afterEach(() => app.close());

  const statusOf = async (paymentId: string) => (await app.app.get(PaymentService).getPayment({ paymentId })).status;

  it('tells every state once, by webhook and by browser', async () => {
    await app.sandbox.buyer.pay('a-1');
    await app.sandbox.settled();
    expect(await app.sync.sync('a-1')).toMatchObject({ outcome: 'applied', changed: false });
    expect(orders.calls.filter((call) => call.endsWith('PAID'))).toEqual(['webhook a PAID']);
    expect(orders.fulfilled).toEqual(['a with a-1']);

    await app.sandbox.console.cancel('a-1', { amount: 300 });
    await app.sandbox.settled();
    await app.sandbox.console.cancel('a-1');
    await app.sandbox.settled();
    expect(orders.calls.slice(-2)).toEqual(['webhook a PARTIAL_CANCELLED', 'webhook a CANCELLED']);
    expect(app.sandbox.deliveries.every(({ status }) => status === 200)).toBe(true);
  });

  it('works on a payment one at a time, and on others meanwhile', async () => {
    app.unplug();
    await app.sandbox.buyer.pay('a-1');
    await app.sandbox.buyer.pay('b-1');
    const [entered, leave] = [deferred(), deferred()];
    orders.during = ({ status }, { order }) => {
      if (order.orderId !== 'a' || status !== 'PAID') return;
      entered.resolve();
      return leave.promise;
    };
    const first = app.sync.sync('a-1');
    await entered.promise;
    const others = [app.sync.sync('a-1'), app.sync.sync('a-1', 'reconcile')];
    expect(await app.sync.sync('b-1')).toMatchObject({ outcome: 'applied', changed: true });
    leave.resolve();
    expect(await first).toMatchObject({ changed: true });
    expect(await Promise.all(others)).toMatchObject([{ changed: false }, { changed: false }]);
    expect(orders.calls).toEqual(['browser a PAID', 'browser b PAID']);
  });

  it('fails a delivery whose event the read does not show yet, so that it comes again', async () => {
    app.sandbox.undocumented.staleReads = 2;
    await app.sandbox.buyer.pay('a-1');
    await app.sandbox.settled();
    expect(app.sandbox.deliveries.some(({ status }) => status === 500)).toBe(true);
    await app.sandbox.clock.advance({ minutes: 5 });
    expect(orders.fulfilled).toEqual(['a with a-1']);
    expect(app.sandbox.deliveries.at(-1)?.status).toBe(200);
  });

  it('warns of a read that is behind in one line, which is no error', async () => {
    const logger = new RecordingLogger();
    app.app.useLogger(logger);
    app.sandbox.undocumented.staleReads = 2;
    await app.sandbox.buyer.pay('a-1');
    await app.sandbox.settled();
    expect(logger.ofPortOne('error')).toEqual([]);
    expect(logger.ofPortOne('warn')).toContainEqual(
      expect.stringMatching(
        /^Transaction\.Paid \S+: PaymentSyncService\.sync failed\. Payment "a-1" reads READY, which does not show the announced Transaction\.Paid yet\.$/,
      ),
    );
  });

  it('takes a failed attempt that turns out paid', async () => {
    await app.sandbox.buyer.fail('a-1');
    await app.sandbox.settled();
    await app.sandbox.provider.succeedLate('a-1');
    await app.sandbox.settled();
    expect(orders.calls.slice(-2)).toEqual(['webhook a FAILED', 'webhook a PAID']);
    expect(orders.fulfilled).toEqual(['a with a-1']);
  });

  it('waits for the deposit', async () => {
    await app.sandbox.buyer.pay('a-1', { payMethod: 'VIRTUAL_ACCOUNT' });
    await app.sandbox.settled();
    expect(orders.fulfilled).toEqual([]);
    await app.sandbox.buyer.deposit('a-1');
    await app.sandbox.settled();
    expect(orders.calls.slice(-2)).toEqual(['webhook a VIRTUAL_ACCOUNT_ISSUED', 'webhook a PAID']);
  });

  it('refunds another amount than the order’s, and never tells it', async () => {
    await app.sandbox.buyer.pay('a-1', { totalAmount: 10 });
    await app.sandbox.settled();
    expect(await statusOf('a-1')).toBe('CANCELLED');
    expect(await app.sync.sync('a-1')).toMatchObject({ outcome: 'mismatch', changed: false });
    expect(orders.calls.filter((call) => !call.endsWith('READY'))).toEqual([]);
    // The order can still be paid.
    await app.sandbox.buyer.pay('a-2');
    await app.sandbox.settled();
    expect(orders.fulfilled).toEqual(['a with a-2']);
  });

  it('refunds a second payment of an order, whose own stays as it is', async () => {
    await app.sandbox.buyer.pay('a-1');
    await app.sandbox.settled();
    await app.sandbox.buyer.pay('a-2');
    await app.sandbox.settled();
    expect(await statusOf('a-2')).toBe('CANCELLED');
    expect(await statusOf('a-1')).toBe('PAID');
    expect(orders.fulfilled).toEqual(['a with a-1']);
    expect(orders.calls.filter((call) => call.endsWith('CANCELLED'))).toEqual([]);
    expect(await app.sync.sync('a-2')).toMatchObject({ outcome: 'duplicate-charge' });
  });

  it('refunds one of two payments that come at the same moment', async () => {
    app.unplug();
    await app.sandbox.buyer.pay('a-1');
    await app.sandbox.buyer.pay('a-2');
    const ends = await Promise.all([app.sync.sync('a-1'), app.sync.sync('a-2')]);
    expect(ends.map(({ outcome }) => outcome).sort()).toEqual(['applied', 'duplicate-charge']);
    expect([await statusOf('a-1'), await statusOf('a-2')].sort()).toEqual(['CANCELLED', 'PAID']);
    expect(orders.fulfilled).toHaveLength(1);
  });

  it('refunds what is paid after a lapse, but not what was paid before', async () => {
    await app.sandbox.buyer.pay('a-1');
    await app.sandbox.settled();
    orders.lapsed.add('a').add('b');
    await app.sandbox.buyer.pay('b-1');
    await app.sandbox.settled();
    await app.sandbox.provider.openDispute('a-1');
    await app.sandbox.settled();
    expect([await statusOf('a-1'), await statusOf('b-1')]).toEqual(['PAID', 'CANCELLED']);
    expect(orders.fulfilled).toEqual(['a with a-1']);
  });

  it('leaves it to the method when the order lapses behind its payment, as after a crash', async () => {
    app.unplug();
    await app.sandbox.buyer.pay('a-1');
    orders.during = () => Promise.reject(new Error('killed'));
    await expect(app.sync.sync('a-1')).rejects.toThrow('killed');
    orders.lapsed.add('a');
    orders.during = async (payment, context) => {
      if (payment.status === 'PAID' && context.order.lapsed) await refundDuplicateCharge(payment, context);
    };
    expect(await app.sync.sync('a-1')).toMatchObject({ outcome: 'applied' });
    await app.sync.sync('a-1');
    expect(orders.calls).toEqual(['browser a PAID', 'browser a PAID', 'browser a CANCELLED']);
  });

  it('tells nothing of a paid payment while a cancellation is under way', async () => {
    await app.sandbox.buyer.pay('a-1');
    await app.sandbox.settled();
    app.sandbox.faults.add({ fault: 'cancel-requested', after: { days: 2 }, settlesAs: 'FAILED' });
    await app.app.get(PaymentService).cancelPayment({ paymentId: 'a-1', reason: 'test', amount: 500 });
    await app.sandbox.settled();
    expect(await app.sync.sync('a-1')).toMatchObject({ outcome: 'cancelling' });
    const calls = orders.calls.length;
    // It fails without a webhook: the reconciler sees it.
    await app.sandbox.clock.advance({ days: 3 });
    expect(await app.reconciler.run()).toMatchObject({ changed: 1, failed: [] });
    expect(orders.calls.slice(calls)).toEqual(['reconcile a PAID']);
    expect(await statusOf('a-1')).toBe('PAID');
  });

  it('leaves payments of no order alone, and events of another store', async () => {
    await app.sandbox.buyer.pay('unknown');
    await app.sandbox.settled();
    expect(await app.sync.sync('unknown')).toMatchObject({ outcome: 'not-ours', changed: false });
    const other = app.sandbox.addStore({ storeId: 'store-2', webhook: app.sandbox.webhook! });
    await other.buyer.pay('a-1');
    await app.sandbox.settled();
    expect(other.deliveries.map(({ status }) => status)).toEqual(other.deliveries.map(() => 200));
    expect(orders.calls).toEqual([]);
    await expect(app.sync.sync('a-1')).rejects.toMatchObject({ data: { type: 'PAYMENT_NOT_FOUND' } });
  });

  it('calls again what threw, with what the payment is then', async () => {
    app.unplug();
    await app.sandbox.buyer.pay('a-1');
    orders.during = () => Promise.reject(new Error('the database is away'));
    await expect(app.sync.sync('a-1')).rejects.toThrow('the database is away');
    orders.during = () => undefined;
    await app.sandbox.console.cancel('a-1', { amount: 100 });
    expect(await app.sync.sync('a-1')).toMatchObject({ outcome: 'applied', changed: true });
    expect(orders.calls).toEqual(['browser a PAID', 'browser a PARTIAL_CANCELLED']);
  });
});

@Injectable()
class NoHooks {
  readonly calls: string[] = [];

  expected(paymentId: string): ExpectedOrder {
    return { orderId: paymentId.split('-')[0]!, totalAmount: 1000, currency: 'KRW' };
  }

  @OnPaymentSync({ expect: 'expected' })
  apply({ status }: { status: unknown }): void {
    this.calls.push(String(status));
  }
}

@Injectable()
class Everything {
  readonly calls: unknown[] = [];

  @OnPaymentSync()
  apply(payment: Payment, { cause, account }: PaymentSyncContext): void {
    this.calls.push([cause, account, payment.status]);
  }
}

describe('without hooks', () => {
  let app: SyncApp;
  afterEach(() => app.close());

  it('a charge that is not the order’s is an error until somebody refunds it', async () => {
    app = await startSyncApp(PLATFORMS[0]![1], [NoHooks]);
    app.unplug();
    await app.sandbox.buyer.pay('a-1', { totalAmount: 999 });
    await app.sandbox.buyer.pay('b-1');
    await app.sandbox.buyer.pay('b-2');
    await expect(app.sync.sync('a-1')).rejects.toBeInstanceOf(PaymentVerificationError);
    await app.sync.sync('b-1');
    await expect(app.sync.sync('b-2')).rejects.toBeInstanceOf(DuplicateChargeError);
    const summary = await app.reconciler.run();
    expect(summary!.failed.map(({ paymentId }) => paymentId).sort()).toEqual(['a-1', 'b-2']);
    await app.sandbox.console.cancel('a-1');
    await app.sandbox.console.cancel('b-2');
    expect(await app.reconciler.run()).toMatchObject({ failed: [], outcomes: { mismatch: 1, 'duplicate-charge': 1 } });
    expect(app.app.get(NoHooks).calls).toEqual(['PAID']);
  });

  it('a payment that is called as the reconciler locks is a payment like any other', async () => {
    app = await startSyncApp(PLATFORMS[0]![1], [Everything]);
    app.unplug();
    await app.sandbox.buyer.pay('reconciler');
    expect(await app.reconciler.run()).toMatchObject({ changed: 1, failed: [] });
  });

  it('and without expect every state is told as it is', async () => {
    app = await startSyncApp(PLATFORMS[0]![1], [Everything]);
    app.unplug();
    await app.sandbox.buyer.pay('a', { totalAmount: 7 });
    await app.sync.sync('a');
    await app.sync.sync('a');
    expect(app.app.get(Everything).calls).toEqual([['browser', undefined, 'PAID']]);
  });
});
