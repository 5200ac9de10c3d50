import { Injectable, Module } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import {
  getPortOneToken,
  PortOneModule,
  PortOneWebhook,
  PortOneWebhookEvents,
  WebhookInboxAdmin,
  type WebhookDelivery,
} from 'nestjs-portone';
import { firstValueFrom } from 'rxjs';

import { deliver, paidEvent, SECRET } from '../../support/deliveries.js';
import { startApp } from '../../support/platforms.js';
import { openShop, Shop, type OpenShop } from '../../support/shop.js';
import { FAST, WatchedInbox } from '../../support/watched-inbox.js';
import { deferred } from '../../support/webhook-app.js';

const failing = (): never => {
  throw new Error('no stock today');
};

describe('an operator, with an inbox that finishes the work itself,', () => {
  let app: OpenShop;
  let admin: WebhookInboxAdmin;

  async function start(inbox?: WatchedInbox) {
    const stores = inbox && { webhookInbox: { useFactory: () => inbox } };
    app = await openShop(() => new ExpressAdapter(), stores);
    admin = app.running.app.get(WebhookInboxAdmin);
    app.shop.stock = failing;
    return app.running.app.get(PortOneWebhookEvents);
  }

  afterEach(() => app.running.app.close());

  it.each([
    [{ state: 'failed' as 'exhausted' }, /^WebhookInboxAdmin\.list: state must be .* got "failed"\.$/],
    [{ limit: 0 }, /^WebhookInboxAdmin\.list: limit must be a whole number, 1 or more, got 0\.$/],
  ])('is told of %j in a list', async (options, message) => {
    await start(new WatchedInbox(FAST));
    await expect(admin.list(options)).rejects.toThrow(message);
  });

  it('lists what waits, and has it taken up at once by a replay', async () => {
    const hour = 3_600_000;
    const events = await start(new WatchedInbox({ baseDelayMs: hour, pollMs: hour }));
    const { path, shop } = app;
    await deliver(path, paidEvent(), { id: 'msg-1' });
    const [entry, ...others] = await admin.list();
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      deliveryId: 'msg-1',
      type: 'Transaction.Paid',
      state: 'unfinished',
      attempt: 1,
      lastFailure: 'Shop.reserveStock: no stock today',
    });
    expect(entry!.dueAt!.getTime()).toBeGreaterThan(entry!.receivedAt.getTime() + hour / 2 - 1);
    expect(JSON.parse(String(entry!.rawBody))).toEqual(paidEvent());
    expect(await admin.backlog()).toEqual({ unfinished: 1, exhausted: 0, oldestReceivedAt: entry!.receivedAt });
    const entered = deferred();
    const gate = deferred();
    shop.stock = () => {
      entered.resolve();
      return gate.promise;
    };
    const handled = firstValueFrom(events.all$);
    expect(await admin.replay('msg-1')).toBe(true);
    await entered.promise;
    // Somebody is at work on it.
    expect([await admin.replay('msg-1'), await admin.discard('msg-1')]).toEqual([false, false]);
    gate.resolve();
    await handled;
    expect(shop.calls).toEqual(['stock 1', 'mail 1', 'stock 1']);
    expect(await admin.list()).toEqual([]);
    expect([await admin.replay('msg-1'), await admin.discard('msg-1')]).toEqual([false, false]);
  });

  it('lists what is exhausted, and takes it for done by a discard', async () => {
    const events = await start(new WatchedInbox(FAST));
    const exhausted = firstValueFrom(events.exhausted$);
    await deliver(app.path, paidEvent(), { id: 'msg-2' });
    await exhausted;
    expect(await admin.list({ state: 'unfinished' })).toEqual([]);
    expect(await admin.list({ state: 'exhausted' })).toMatchObject([{ deliveryId: 'msg-2', attempt: 3, dueAt: null }]);
    expect(await admin.discard('msg-2')).toBe(true);
    expect((await deliver(app.path, paidEvent(), { id: 'msg-2' })).body).toEqual({ status: 'duplicate' });
    expect(await admin.backlog()).toEqual({ unfinished: 0, exhausted: 0, oldestReceivedAt: null });
  });

  it('is told where the inbox does not finish work itself', async () => {
    await start();
    const calls = [admin.list(), admin.replay('a'), admin.discard('a'), admin.backlog()];
    for (const call of calls) await expect(call).rejects.toThrow(/InMemoryWebhookInbox does not finish work itself/);
  });

  it('has each account by itself, on one inbox', async () => {
    const hour = 3_600_000;
    const inbox = new WatchedInbox({ baseDelayMs: hour, pollMs: hour });
    const seen: string[] = [];
    @Injectable()
    class Both {
      @PortOneWebhook('Transaction.Paid')
      @PortOneWebhook('Transaction.Paid', { account: 'b' })
      onPaid(_event: object, { account = 'unnamed', attempt }: WebhookDelivery): void {
        seen.push(`${account} ${attempt}`);
        if (seen.length <= 2) failing();
      }
    }
    const options = { apiSecret: 'secret', webhook: { secrets: [SECRET] }, webhookInbox: { useFactory: () => inbox } };
    @Module({
      imports: [PortOneModule.forRoot(options), PortOneModule.forRoot({ ...options, name: 'b' })],
      providers: [Both],
    })
    class TwoAccounts {}
    const running = await startApp(TwoAccounts, () => new ExpressAdapter());
    app = { running, path: `${running.url}/webhook/portone`, shop: new Shop() };
    for (const path of [app.path, `${app.path}/b`]) {
      expect((await deliver(path, paidEvent(), { id: 'same' })).status).toBe(500);
    }
    const [own, other] = [
      running.app.get(WebhookInboxAdmin),
      running.app.get<WebhookInboxAdmin>(getPortOneToken(WebhookInboxAdmin, 'b')),
    ];
    expect(await own.discard('same')).toBe(true);
    expect([await own.list(), await other.list()]).toMatchObject([[], [{ deliveryId: 'same', attempt: 1 }]]);
    const handled = firstValueFrom(
      running.app.get<PortOneWebhookEvents>(getPortOneToken(PortOneWebhookEvents, 'b')).all$,
    );
    expect(await other.replay('same')).toBe(true);
    expect((await handled).delivery).toMatchObject({ id: 'same', account: 'b' });
    expect(seen).toEqual(['unnamed 1', 'b 1', 'b 1']);
  });
});
