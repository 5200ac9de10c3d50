import { Injectable } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { PortOneWebhook, type WebhookEvent } from 'nestjs-portone';

import { FAST, WatchedInbox } from '../../support/watched-inbox.js';
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

describe('an event whose six sendings fell into an outage', () => {
  let app: SyncApp;
  afterEach(() => app.close());

  it('is brought by the reconciler: the payment by run, the webhook by redeliverFailed, each once', async () => {
    const webhookInbox = { useFactory: () => new WatchedInbox(FAST) };
    app = await startSyncApp(() => new ExpressAdapter(), [Orders, Mails], {}, { webhookInbox });
    const { webhook } = app.sandbox;
    const mails = app.app.get(Mails);
    const orders = app.app.get(Orders);
    app.unplug();
    await app.sandbox.buyer.pay('a-1');
    await app.sandbox.settled();
    await app.sandbox.clock.advance({ hours: 8 });
    app.sandbox.webhook = webhook;
    const sendings = app.sandbox.deliveries.filter(({ type }) => type === 'Transaction.Paid');
    expect(sendings).toHaveLength(6);
    await app.sandbox.clock.advance({ days: 1 });
    await app.sandbox.settled();
    expect([mails.sent, orders.fulfilled]).toEqual([[], []]);

    expect(await app.reconciler.run({ since: new Date('2026-03-02T00:00:00Z') })).toMatchObject({ changed: 1 });
    expect([mails.sent, orders.fulfilled]).toEqual([[], ['a with a-1']]);
    const since = new Date('2026-03-02T00:00:00Z');
    expect(await app.reconciler.redeliverFailed({ since })).toMatchObject({ payments: 1, failed: [] });
    await app.reconciler.redeliverFailed({ since });
    await app.reconciler.run({ since });
    expect([mails.sent, orders.fulfilled]).toEqual([['a-1'], ['a with a-1']]);
  });
});
