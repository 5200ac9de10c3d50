import { Injectable } from '@nestjs/common';
import { PortOneWebhook, type WebhookDelivery, type WebhookEvent } from 'nestjs-portone';

import { PLATFORMS } from '../../support/platforms.js';
import { startSyncApp, type SyncApp } from '../sync/sync-app.js';

@Injectable()
class Mails {
  readonly sent: string[] = [];
  readonly deliveries: WebhookDelivery[] = [];
  isDown = false;

  @PortOneWebhook('Transaction.Paid')
  onPaid({ data }: WebhookEvent<'Transaction.Paid'>, delivery: WebhookDelivery): void {
    if (this.isDown) throw new Error('no mail today');
    this.sent.push(data.paymentId);
    this.deliveries.push(delivery);
  }
}

describe.each(PLATFORMS)('redelivery on %s', (_, adapter) => {
  let app: SyncApp;
  let mails: Mails;

  beforeEach(async () => {
    app = await startSyncApp(adapter, [Mails], {}, { syncOnWebhook: false });
    mails = app.app.get(Mails);
  });
  afterEach(() => app.close());

  it('runs the handlers of what PortOne gave up on, once', async () => {
    mails.isDown = true;
    await app.sandbox.buyer.pay('a');
    await app.sandbox.settled();
    await app.sandbox.clock.advance({ hours: 12 });
    mails.isDown = false;
    await app.sandbox.buyer.pay('b');
    await app.sandbox.settled();
    expect(mails.sent).toEqual(['b']);
    expect(await app.reconciler.redeliverFailed()).toEqual({ payments: 1, handled: 1, failed: [] });
    expect(mails.sent).toEqual(['b', 'a']);
    const [delivered] = app.sandbox.deliveries.filter(({ type }) => type === 'Transaction.Paid');
    expect(mails.deliveries[1]).toMatchObject({ id: delivered!.webhookId, attempt: 7 });
    expect(await app.reconciler.redeliverFailed()).toEqual({ payments: 1, handled: 1, failed: [] });
    expect(mails.sent).toEqual(['b', 'a']);
  });

  it('also of what never arrived, and tells what fails again', async () => {
    const { webhook } = app.sandbox;
    app.unplug();
    await app.sandbox.buyer.pay('a');
    await app.sandbox.settled();
    app.sandbox.webhook = webhook;
    mails.isDown = true;
    const failed = [{ paymentId: 'a', webhookId: expect.any(String) as string }];
    expect(await app.reconciler.redeliverFailed()).toEqual({ payments: 1, handled: 1, failed });
    mails.isDown = false;
    // PortOne is still at it: whoever comes second finds it done.
    expect(await app.reconciler.redeliverFailed()).toMatchObject({ handled: 2, failed: [] });
    await app.sandbox.clock.advance({ hours: 6 });
    expect(mails.sent).toEqual(['a']);
  });

  it('counts each payment once, over all pages', async () => {
    mails.isDown = true;
    for (let number = 0; number < 210; number += 1) await app.sandbox.buyer.pay(`p-${number}`);
    await app.sandbox.settled();
    mails.isDown = false;
    expect(await app.reconciler.redeliverFailed()).toEqual({ payments: 210, handled: 210, failed: [] });
    expect(mails.sent).toHaveLength(210);
  });

  it('looks back a day, or as far as it is told', async () => {
    mails.isDown = true;
    await app.sandbox.buyer.pay('a');
    await app.sandbox.settled();
    const since = app.sandbox.clock.now();
    await app.sandbox.clock.advance({ days: 2 });
    mails.isDown = false;
    expect(await app.reconciler.redeliverFailed()).toMatchObject({ payments: 0 });
    expect(await app.reconciler.redeliverFailed({ since })).toMatchObject({ payments: 1 });
    expect(mails.sent).toEqual(['a']);
  });
});
