import { jest } from '@jest/globals';
import { PortOneWebhookEvents, type FailedWebhook } from 'nestjs-portone';
import { firstValueFrom } from 'rxjs';

import { deliver, paidEvent, SECRET } from '../../support/deliveries.js';
import { PLATFORMS } from '../../support/platforms.js';
import { fakeTimers, openShop, type OpenShop } from '../../support/shop.js';
import { WatchedInbox } from '../../support/watched-inbox.js';
import { deferred } from '../../support/webhook-app.js';

describe.each(PLATFORMS)('handlers that take longer than PortOne waits, on %s', (_platform, adapter) => {
  let app: OpenShop;
  let events: PortOneWebhookEvents;
  let inbox: WatchedInbox;

  async function start(webhook: object, webhookInbox: object = { useFactory: () => inbox }): Promise<void> {
    inbox = new WatchedInbox({ baseDelayMs: 3_600_000 });
    app = await openShop(adapter, { webhookInbox: webhookInbox as never, webhook: { secrets: [SECRET], ...webhook } });
    events = app.running.app.get(PortOneWebhookEvents);
  }

  afterEach(async () => {
    jest.useRealTimers();
    await app.running.app.close();
  });

  it('go on behind a 503, and their end is what the re-send is answered', async () => {
    await start({ handlerTimeoutMs: 30, backgroundTimeoutMs: 60_000 });
    const { path, shop } = app;
    const gate = deferred();
    const signals: AbortSignal[] = [];
    shop.stock = ({ signal }) => {
      signals.push(signal);
      return gate.promise;
    };
    const first = await deliver(path, paidEvent(), { id: 'msg-1' });
    expect(first).toMatchObject({ status: 503, body: { type: 'WEBHOOK_IN_PROGRESS' } });
    expect(first.headers.get('retry-after')).toBe('20');
    expect((await deliver(path, paidEvent(), { id: 'msg-1' })).status).toBe(503);
    const handled = firstValueFrom(events.all$);
    gate.resolve();
    await handled;
    expect(await deliver(path, paidEvent(), { id: 'msg-1' })).toMatchObject({
      status: 200,
      body: { status: 'duplicate' },
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    expect(shop.calls).toEqual(['stock 1', 'mail 1']);
  });

  it('are answered for while the re-send waits', async () => {
    await start({ handlerTimeoutMs: 400, backgroundTimeoutMs: 60_000 });
    const { path, shop } = app;
    const gate = deferred();
    shop.stock = () => gate.promise;
    expect((await deliver(path, paidEvent(), { id: 'msg-2' })).status).toBe(503);
    const claimed = inbox.asked('claim');
    const again = deliver(path, paidEvent(), { id: 'msg-2' });
    await claimed;
    gate.resolve();
    expect(await again).toMatchObject({ status: 200, body: { status: 'duplicate' } });
  });

  it('are told to end once the longer time is up, and are taken up again later', async () => {
    await start({ handlerTimeoutMs: 20, backgroundTimeoutMs: 60 });
    const { path, shop } = app;
    const failed = firstValueFrom(events.failed$);
    const released = inbox.asked('release');
    shop.stock = ({ signal }) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
      );
    expect((await deliver(path, paidEvent(), { id: 'msg-3' })).status).toBe(503);
    const { errors }: FailedWebhook = await failed;
    expect([...errors.values()].map(String)).toEqual([
      'Error: Shop.reserveStock did not end within 60 ms (webhook.backgroundTimeoutMs).',
    ]);
    await released;
    expect(await inbox.list('')).toMatchObject([{ deliveryId: 'msg-3', attempt: 1 }]);
  });

  it.each([
    ['with an inbox that finishes nothing itself', { handlerTimeoutMs: 20, backgroundTimeoutMs: 60_000 }, {}],
    ['with as much time in the background', { handlerTimeoutMs: 20, backgroundTimeoutMs: 20 }, undefined],
    ['with no time of their own in the background', { handlerTimeoutMs: 20 }, undefined],
  ])('are told to end, and PortOne 500, %s', async (_why, webhook, webhookInbox) => {
    const { InMemoryWebhookInbox } = await import('nestjs-portone');
    await start(webhook, webhookInbox && { useClass: InMemoryWebhookInbox });
    const aborted = deferred();
    app.shop.stock = ({ signal }) =>
      new Promise<void>((resolve) =>
        signal.addEventListener('abort', () => {
          aborted.resolve();
          resolve();
        }),
      );
    expect((await deliver(app.path, paidEvent(), { id: 'msg-4' })).status).toBe(500);
    await aborted.promise;
  });

  it('are told to end when the store was away for as long as the lease: another process may have it', async () => {
    await start({ leaseMs: 3_000 });
    fakeTimers();
    const entered = deferred();
    const aborted = deferred<unknown>();
    app.shop.stock = ({ signal }) => {
      signal.addEventListener('abort', () => aborted.resolve(signal.reason));
      entered.resolve();
      return aborted.promise;
    };
    const answer = deliver(app.path, paidEvent(), { id: 'msg-5' });
    await entered.promise;
    inbox.away = ['renew'];
    for (let third = 0; third < 2; third += 1) await jest.advanceTimersByTimeAsync(1_000);
    inbox.away = [];
    // One renewal that is heard is enough.
    await jest.advanceTimersByTimeAsync(900);
    inbox.away = ['renew'];
    await jest.advanceTimersByTimeAsync(4_000);
    expect(String(await aborted.promise)).toBe('Error: The lease of this delivery was lost.');
    expect((await answer).status).toBe(503);
  });
});
