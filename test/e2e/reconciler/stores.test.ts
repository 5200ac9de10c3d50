import { jest } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { PaymentService, PortOneWebhook, type WebhookEvent } from 'nestjs-portone';

import { PLATFORMS } from '../../support/platforms.js';
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
