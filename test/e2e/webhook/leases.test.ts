import { jest } from '@jest/globals';
import {
  InMemoryWebhookInbox,
  PortOneWebhookEvents,
  WebhookInbox,
  type FailedWebhook,
  type HandledWebhook,
  type WebhookClaim,
} from 'nestjs-portone';

import { deliver, paidEvent, SECRET } from '../../support/deliveries.js';
import { PLATFORMS, type RunningApp } from '../../support/platforms.js';
import { advanceUntil, fakeTimers, openShop, type Shop } from '../../support/shop.js';
import { deferred } from '../../support/webhook-app.js';

describe.each(PLATFORMS)('time and leases on %s', (_platform, adapter) => {
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

  it('500 when a handler does not end in time: its signal aborts, and its late end is noted', async () => {
    await start({ webhook: { secrets: [SECRET], handlerTimeoutMs: 40, leaseMs: 60_000 } });
    const failures: FailedWebhook[] = [];
    running.app.get(PortOneWebhookEvents).failed$.subscribe((one) => failures.push(one));
    const handled = deferred<HandledWebhook>();
    running.app.get(PortOneWebhookEvents).all$.subscribe(handled.resolve);
    const aborted = deferred();
    const gate = deferred();
    shop.stock = ({ signal }) => {
      signal.addEventListener('abort', () => aborted.resolve());
      return gate.promise;
    };
    expect((await deliver(path, paidEvent(), { id: 'msg-5' })).status).toBe(500);
    await aborted.promise;
    expect([...failures[0]!.errors.keys()]).toEqual(['Shop.reserveStock']);
    // While the lease holds, nobody starts it a second time.
    const busy = await deliver(path, paidEvent(), { id: 'msg-5' });
    expect(busy).toMatchObject({ status: 503, body: { type: 'WEBHOOK_IN_PROGRESS' } });
    expect(Number(busy.headers.get('retry-after'))).toBeGreaterThan(0);
    gate.resolve();
    await handled.promise;
    expect((await deliver(path, paidEvent(), { id: 'msg-5' })).body).toEqual({ status: 'duplicate' });
    expect(shop.calls).toEqual(['stock 1', 'mail 1']);
  });

  it('takes up again, once its lease is over, what a handler that never ends held', async () => {
    await start();
    fakeTimers();
    const entered = deferred();
    shop.stock = ({ attempt }) => {
      entered.resolve();
      return attempt === 1 ? new Promise(() => undefined) : undefined;
    };
    const first = deliver(path, paidEvent(), { id: 'msg-6' });
    await entered.promise;
    expect((await advanceUntil(first)).status).toBe(500);
    expect((await advanceUntil(deliver(path, paidEvent(), { id: 'msg-6' }))).status).toBe(200);
    // The mail was through on the first attempt.
    expect(shop.calls).toEqual(['stock 1', 'mail 1', 'stock 2']);
  });

  it('renews the lease of a handler that takes longer than it', async () => {
    await start({ webhook: { secrets: [SECRET], leaseMs: 3_000 } });
    fakeTimers();
    const entered = deferred();
    const gate = deferred();
    let lost = false;
    shop.stock = ({ signal }) => {
      signal.addEventListener('abort', () => (lost = true));
      entered.resolve();
      return gate.promise;
    };
    const answer = deliver(path, paidEvent(), { id: 'msg-7' });
    await entered.promise;
    for (let second = 0; second < 20; second++) await jest.advanceTimersByTimeAsync(1_000);
    expect(lost).toBe(false);
    gate.resolve();
    expect((await answer).status).toBe(200);
  });

  it('503 when the lease is lost meanwhile: another process may have it', async () => {
    await start({ webhook: { secrets: [SECRET], leaseMs: 3_000 } });
    fakeTimers();
    const entered = deferred();
    const gate = deferred();
    const aborted = deferred();
    shop.stock = ({ signal }) => {
      signal.addEventListener('abort', () => aborted.resolve());
      entered.resolve();
      return gate.promise;
    };
    const answer = deliver(path, paidEvent(), { id: 'msg-11' });
    await entered.promise;
    await running.app.get(WebhookInbox).forget('/msg-11');
    await jest.advanceTimersByTimeAsync(1_000);
    await aborted.promise;
    gate.resolve();
    expect((await answer).status).toBe(503);
  });

  it('begins no handler under a claim that is over when its answer comes', async () => {
    const asked = deferred();
    const gate = deferred();
    class LateInbox extends InMemoryWebhookInbox {
      override async claim(...args: Parameters<InMemoryWebhookInbox['claim']>): Promise<WebhookClaim> {
        const claim = await super.claim(...args);
        asked.resolve();
        await gate.promise;
        return claim;
      }
    }
    await start({ webhook: { secrets: [SECRET], leaseMs: 1_000 }, webhookInbox: LateInbox });
    fakeTimers();
    const answer = deliver(path, paidEvent(), { id: 'msg-12' });
    await asked.promise;
    await jest.advanceTimersByTimeAsync(1_000);
    gate.resolve();
    expect(await answer).toMatchObject({ status: 503, body: { type: 'WEBHOOK_IN_PROGRESS' } });
    expect(shop.calls).toEqual([]);
    expect((await advanceUntil(deliver(path, paidEvent(), { id: 'msg-12' }))).status).toBe(200);
    expect(shop.calls).toEqual(['stock 2', 'mail 2']);
  });
});
