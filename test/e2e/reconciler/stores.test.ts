import { jest } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { PaymentService, PortOneWebhook, type WebhookEvent } from 'nestjs-portone';

import { PLATFORMS } from '../../support/platforms.js';
import { Orders } from '../sync/orders.js';
import { startSyncApp, type SyncApp } from '../sync/sync-app.js';

@Injectable()
class Mails {
  readonly sent: string[] = [];

  @PortOneWebhook('Transaction.Paid')
  onPaid({ data }: WebhookEvent<'Transaction.Paid'>): void {
    this.sent.push(data.paymentId);
  }
}

let app: SyncApp;
afterEach(() => app.close());

it('redelivers to a store that is not the first of its secret, also what a list shows without its webhooks', async () => {
  app = await startSyncApp(PLATFORMS[0]![1], [Mails], {}, { storeId: 'store-2', syncOnWebhook: false });
  const second = app.sandbox.addStore({ storeId: 'store-2' });
  second.webhook = { url: 'http://127.0.0.1:9/nobody', secret: app.sandbox.webhook!.secret };
  await second.buyer.pay('a-1');
  await second.settled();
  const payments = app.app.get(PaymentService);
  const { getPayments } = payments;
  jest.spyOn(payments, 'getPayments').mockImplementation(async (...request) => {
    const listed = await getPayments.apply(payments, request);
    return { ...listed, items: listed.items.map((item) => ({ ...item, webhooks: undefined })) } as typeof listed;
  });
  expect(await app.reconciler.redeliverFailed()).toMatchObject({ payments: 1, failed: [] });
  expect(app.app.get(Mails).sent).toEqual(['a-1']);
});

describe('an account of a store that is not the first of its secret', () => {
  const start = async () => {
    app = await startSyncApp(PLATFORMS[0]![1], [Orders], {}, { storeId: 'store-2' });
    return app.sandbox.addStore({ storeId: 'store-2', webhook: app.sandbox.webhook! });
  };

  it('is told of its payments by webhook and browser', async () => {
    const store = await start();
    await store.buyer.pay('a-1');
    await store.settled();
    expect(store.deliveries.map(({ status }) => status)).toEqual(store.deliveries.map(() => 200));
    expect(app.app.get(Orders).fulfilled).toEqual(['a with a-1']);
    expect(await app.sync.sync('a-1')).toMatchObject({ outcome: 'applied', changed: false });
  });

  it('finds them in the lists, and refunds what is no order’s', async () => {
    const store = await start();
    store.webhook = { url: 'http://127.0.0.1:9/nobody', secret: app.sandbox.webhook!.secret };
    await store.buyer.pay('a-1');
    await store.buyer.pay('b-1', { totalAmount: 999 });
    const summary = await app.reconciler.run();
    expect(summary).toMatchObject({ outcomes: { applied: 1, mismatch: 1 }, failed: [] });
    expect(app.app.get(Orders).fulfilled).toEqual(['a with a-1']);
    const kinds = store.ledger.executions.map(({ kind, paymentId }) => `${kind} ${paymentId}`);
    expect(kinds).toContain('CANCEL b-1');
  });

  it('leaves a payment of that id in the secret’s own store alone', async () => {
    const store = await start();
    await app.sandbox.buyer.pay('a-1');
    await app.sandbox.settled();
    expect(app.app.get(Orders).calls).toEqual([]);
    await expect(app.sync.sync('a-1')).rejects.toMatchObject({ data: { type: 'PAYMENT_NOT_FOUND' } });
    await store.buyer.pay('a-1');
    await store.settled();
    expect(app.app.get(Orders).fulfilled).toEqual(['a with a-1']);
  });
});
