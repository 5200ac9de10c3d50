import { ExpressAdapter } from '@nestjs/platform-express';
import { PortOneWebhookEvents, WebhookInboxAdmin } from 'nestjs-portone';
import { firstValueFrom } from 'rxjs';

import { deliver, paidEvent } from '../../support/deliveries.js';
import { openShop, type OpenShop } from '../../support/shop.js';
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
});
