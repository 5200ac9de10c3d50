import { jest } from '@jest/globals';
import { InMemoryWebhookInbox, WebhookInbox, WebhookInboxAdmin, type WebhookClaim } from 'nestjs-portone';
import { Observable } from 'rxjs';

import { deliver, paidEvent, SECRET } from '../../support/deliveries.js';
import { PLATFORMS, type RunningApp } from '../../support/platforms.js';
import { advanceUntil, fakeTimers, MoodyInbox, openShop, throwing, type Shop } from '../../support/shop.js';
import { deferred } from '../../support/webhook-app.js';

describe.each(PLATFORMS)('trouble on %s', (_platform, adapter) => {
  let running: RunningApp;
  let path: string;
  let shop: Shop;

  async function start(options?: Parameters<typeof openShop>[1]): Promise<void> {
    ({ running, path, shop } = await openShop(adapter, options));
  }

  afterEach(async () => {
    jest.useRealTimers();
    await running.app.close();
  });

  it('503 and Retry-After when the inbox is full of unfinished work', async () => {
    await start({ webhookInbox: { useFactory: () => new InMemoryWebhookInbox({ maxEntries: 1 }) } });
    shop.mail = () => Promise.reject(new Error('no'));
    expect((await deliver(path, paidEvent(), { id: 'msg-8' })).status).toBe(500);
    const full = await deliver(path, paidEvent(), { id: 'msg-9' });
    expect(full).toMatchObject({ status: 503, body: { type: 'WEBHOOK_INBOX_FULL' } });
    expect(full.headers.get('retry-after')).toBe('30');
    await expect(running.app.get(WebhookInboxAdmin).ping()).rejects.toThrow(/full/);
    shop.mail = () => undefined;
    expect((await deliver(path, paidEvent(), { id: 'msg-8' })).status).toBe(200);
    expect((await deliver(path, paidEvent(), { id: 'msg-9' })).status).toBe(200);
  });

  it('503 and Retry-After while the inbox cannot be reached, before or after the handlers', async () => {
    await start({ webhookInbox: MoodyInbox });
    const inbox = running.app.get<unknown, MoodyInbox>(WebhookInbox);
    inbox.away = 'claim';
    expect(await deliver(path, paidEvent(), { id: 'msg-10' })).toMatchObject({
      status: 503,
      body: { type: 'WEBHOOK_INBOX_UNAVAILABLE' },
    });
    expect(shop.calls).toEqual([]);
    inbox.away = 'complete';
    expect((await deliver(path, paidEvent(), { id: 'msg-10' })).status).toBe(503);
    inbox.away = undefined;
    await inbox.forget('/msg-10');
    expect((await deliver(path, paidEvent(), { id: 'msg-10' })).status).toBe(200);
  });

  it.each([
    ['nothing', undefined],
    ['an object without a prototype', Object.create(null) as object],
    [
      'an object that throws when it is looked at',
      {
        get stack() {
          throw new Error('no');
        },
        get name() {
          throw new Error('no');
        },
      },
    ],
    ['a frozen error', Object.freeze(new Error('frozen'))],
  ])('500 when a handler throws %s, in time and late', async (_name, thrown) => {
    await start({ webhook: { secrets: [SECRET], handlerTimeoutMs: 50 } });
    shop.stock = () => throwing(thrown);
    expect((await deliver(path, paidEvent(), { id: 'msg-12' })).status).toBe(500);
    const gate = deferred();
    shop.stock = () => gate.promise.then(() => throwing(thrown));
    expect((await deliver(path, paidEvent(), { id: 'msg-12' })).status).toBe(500);
    gate.resolve();
    shop.stock = () => undefined;
    expect((await deliver(path, paidEvent(), { id: 'msg-12' })).status).toBe(200);
    expect(shop.calls).toEqual(['stock 1', 'mail 1', 'stock 2', 'stock 3']);
  });

  it('waits for an observable that a handler returns', async () => {
    await start();
    let subscribed = 0;
    shop.stock = () =>
      new Observable((subscriber) => {
        subscribed++;
        setImmediate(() => (subscribed === 1 ? subscriber.error(new Error('no')) : subscriber.complete()));
      });
    expect((await deliver(path, paidEvent(), { id: 'msg-13' })).status).toBe(500);
    expect((await deliver(path, paidEvent(), { id: 'msg-13' })).status).toBe(200);
    expect(subscribed).toBe(2);
  });

  it('503 when the inbox answers what no inbox answers', async () => {
    await start({ webhookInbox: MoodyInbox });
    const inbox = running.app.get<unknown, MoodyInbox>(WebhookInbox);
    inbox.claim = () => Promise.resolve({ state: 'in-progress' } as WebhookClaim);
    expect((await deliver(path)).status).toBe(503);
    expect(shop.calls).toEqual([]);
  });

  it('503 when the inbox does not answer at all', async () => {
    await start({ webhookInbox: MoodyInbox });
    running.app.get<unknown, MoodyInbox>(WebhookInbox).away = 'silent';
    fakeTimers();
    expect((await advanceUntil(deliver(path))).status).toBe(503);
    expect(shop.calls).toEqual([]);
  });
});
