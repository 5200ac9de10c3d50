import { Inject, Injectable, Scope, type Type } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import {
  PortOneStartError,
  PortOneWebhook,
  PortOneWebhookEvents,
  type TransactionalWebhookDelivery,
  type WebhookDelivery,
  type WebhookEvent,
} from 'nestjs-portone';
import { firstValueFrom } from 'rxjs';

import { deliver, paidEvent } from '../../support/deliveries.js';
import type { RunningApp } from '../../support/platforms.js';
import { Shop } from '../../support/shop.js';
import { FAST, WatchedInbox } from '../../support/watched-inbox.js';
import { deferred, startWebhookApp } from '../../support/webhook-app.js';
import { RecordingLogger } from '../module/recording-logger.js';

const adapter = () => new ExpressAdapter();
const failing = (): never => {
  throw new Error('no stock today');
};

describe('an inbox that finishes the work itself', () => {
  const open: RunningApp[] = [];
  let inbox: WatchedInbox;

  beforeEach(() => (inbox = new WatchedInbox()));
  afterEach(async () => {
    for (const { app } of open.splice(0)) await app.close();
  });

  async function start(providers: Type<object>[] = [Shop]) {
    const webhookInbox = { useFactory: () => inbox };
    const running = await startWebhookApp(adapter, { providers, webhookInbox });
    open.push(running);
    const events = running.app.get(PortOneWebhookEvents);
    return { running, path: `${running.url}/webhook/portone`, events };
  }

  const shopOf = ({ running }: { running: RunningApp }): Shop => running.app.get(Shop, { strict: false });

  it('has a failed handler run again until it is through, without PortOne, and no other', async () => {
    const app = await start();
    const shop = shopOf(app);
    const seen: WebhookDelivery[] = [];
    shop.stock = (delivery) => {
      seen.push(delivery);
      if (delivery.attempt < 3) failing();
    };
    const handled = firstValueFrom(app.events.all$);
    expect((await deliver(app.path, paidEvent('p-1'), { id: 'msg-1' })).status).toBe(500);
    const { event, delivery } = await handled;
    expect(event).toMatchObject({ type: 'Transaction.Paid', data: { paymentId: 'p-1' } });
    expect(delivery).toMatchObject({ id: 'msg-1', attempt: 3 });
    expect(shop.calls).toEqual(['stock 1', 'mail 1', 'stock 2', 'stock 3']);
    const [first, , last] = seen;
    expect(last).toMatchObject({ rawBody: first!.rawBody, timestamp: first!.timestamp, receivedAt: first!.receivedAt });
    expect(await deliver(app.path, paidEvent('p-1'), { id: 'msg-1' })).toMatchObject({
      status: 200,
      body: { status: 'duplicate' },
    });
  });

  it('gives up what has had all its attempts, says so, and still takes it from PortOne', async () => {
    const app = await start();
    const logger = new RecordingLogger();
    app.running.app.useLogger(logger);
    const shop = shopOf(app);
    shop.stock = failing;
    const exhausted = firstValueFrom(app.events.exhausted$);
    await deliver(app.path, paidEvent('p-1'), { id: 'msg-2' });
    expect(await exhausted).toMatchObject({
      event: { type: 'Transaction.Paid', data: { paymentId: 'p-1' } },
      delivery: { id: 'msg-2' },
      attempts: 3,
    });
    expect(logger.ofPortOne('error')).toContain(
      'Transaction.Paid msg-2 was taken up 3 times and is not taken up any more. See WebhookInboxAdmin.',
    );
    expect(shop.calls.filter((call) => call.startsWith('stock'))).toEqual(['stock 1', 'stock 2', 'stock 3']);
    await inbox.asked('claimDue', 3);
    expect(shop.calls).toHaveLength(4);
    shop.stock = () => undefined;
    expect((await deliver(app.path, paidEvent('p-1'), { id: 'msg-2' })).body).toEqual({ status: 'handled' });
    expect(shop.calls.at(-1)).toBe('stock 4');
  });

  it('never has two processes at work on one delivery, and brings each to its end once', async () => {
    const apps = [await start(), await start()];
    const atWork = new Set<string>();
    const doneBy: Record<string, number[]> = {};
    const all = deferred();
    // Each process holds its first until the other one has had one, so that both take part.
    const gates = [deferred(), deferred()];
    apps.forEach((app, index) => {
      shopOf(app).stock = async ({ id, attempt }) => {
        expect(atWork.has(id)).toBe(false);
        atWork.add(id);
        if (attempt > 1) {
          gates[1 - index]!.resolve();
          await gates[index]!.promise;
        }
        await new Promise((resolve) => setImmediate(resolve));
        atWork.delete(id);
        if (attempt === 1) failing();
        (doneBy[id] ??= []).push(index);
        if (Object.keys(doneBy).length === 20) all.resolve();
      };
    });
    const ids = Array.from({ length: 20 }, (_, index) => `msg-${index}`);
    await Promise.all(ids.map((id, index) => deliver(apps[index % 2]!.path, paidEvent(id), { id })));
    await all.promise;
    await inbox.asked('claimDue', 5);
    expect(Object.values(doneBy).every((done) => done.length === 1)).toBe(true);
    expect([...new Set(Object.values(doneBy).flat())].sort()).toEqual([0, 1]);
    expect(await inbox.backlog('')).toEqual({ unfinished: 0, exhausted: 0, oldestReceivedAt: null });
  });

  it('takes up no more at once than it is told', async () => {
    inbox = new WatchedInbox({ ...FAST, concurrency: 2 });
    const app = await start();
    const shop = shopOf(app);
    const gate = deferred();
    const entered = [deferred(), deferred(), deferred()];
    let running = 0;
    let most = 0;
    const all = deferred();
    let through = 0;
    shop.stock = async ({ attempt }) => {
      if (attempt === 1) failing();
      running += 1;
      most = Math.max(most, running);
      entered[running - 1]!.resolve();
      await gate.promise;
      running -= 1;
      if (++through === 5) all.resolve();
    };
    for (const id of ['a', 'b', 'c', 'd', 'e']) await deliver(app.path, paidEvent(id), { id });
    await entered[1]!.promise;
    gate.resolve();
    await all.promise;
    expect(most).toBe(2);
  });

  it('keeps a delivery for a process that has its handlers, and lets one without any look for none', async () => {
    @Injectable()
    class Cards {
      @PortOneWebhook('BillingKey.*')
      onChange(): void {}
    }
    inbox = new WatchedInbox({ ...FAST, maxAttempts: 1_000 });
    const first = await start();
    shopOf(first).stock = failing;
    await deliver(first.path, paidEvent(), { id: 'msg-3' });
    await open.shift()!.app.close();

    let looks = 0;
    const look = inbox.claimDue.bind(inbox);
    inbox.claimDue = (...args) => {
      looks += 1;
      return look(...args);
    };
    await start([]);
    expect(looks).toBe(0);
    const released = inbox.asked('release', 2);
    const without = await start([Cards]);
    await released;
    const [entry] = await inbox.list('');
    expect(entry).toMatchObject({ deliveryId: 'msg-3', lastFailure: 'There is no handler of Transaction.Paid here.' });
    await without.running.app.close();

    const completed = inbox.asked('complete');
    await inbox.replay('/msg-3');
    const last = await start();
    await completed;
    expect(shopOf(last).calls).toEqual(['stock 1']);
  });

  it('makes request-scoped handlers anew for what it takes up, without a request', async () => {
    const made: unknown[] = [];
    let attempts = 0;
    @Injectable({ scope: Scope.REQUEST })
    class Scoped {
      constructor(@Inject(REQUEST) request: object) {
        made.push('headers' in request);
      }
      @PortOneWebhook('Transaction.Paid')
      onPaid(): void {
        if (++attempts === 1) failing();
      }
    }
    const app = await start([Scoped]);
    const handled = firstValueFrom(app.events.all$);
    await deliver(app.path);
    await handled;
    expect(made).toEqual([true, false]);
  });

  it('answers 503 while its store is away, says so once, and goes on by itself', async () => {
    const app = await start();
    const logger = new RecordingLogger();
    const shop = shopOf(app);
    shop.stock = ({ attempt }) => (attempt === 1 ? failing() : undefined);
    inbox.away = ['claimDue'];
    await inbox.asked('claimDue');
    await deliver(app.path, paidEvent(), { id: 'msg-4' });
    app.running.app.useLogger(logger);
    inbox.away = [];
    await firstValueFrom(app.events.all$);
    inbox.away = ['claim', 'claimDue', 'renew', 'complete', 'release'];
    await inbox.asked('claimDue', 4);
    const refused = await deliver(app.path, paidEvent(), { id: 'msg-5' });
    expect(refused).toMatchObject({ status: 503, body: { type: 'WEBHOOK_INBOX_UNAVAILABLE' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    inbox.away = [];
    await inbox.asked('claimDue', 2);
    expect(logger.ofPortOne('error')).toEqual([
      'The webhook inbox cannot be reached, so nothing is taken up; it is tried again and again.',
      'The webhook inbox cannot be reached; delivery msg-5 was answered with 503.',
    ]);
    const back = 'The webhook inbox can be reached again.';
    expect(logger.ofPortOne('log').filter((line) => line === back)).toHaveLength(2);
  });

  it('does not start with a transactional handler and an inbox that has no transactions', async () => {
    @Injectable()
    class Ledger {
      @PortOneWebhook('Transaction.Paid', { transactional: true })
      onPaid(_event: WebhookEvent<'Transaction.Paid'>, _delivery: TransactionalWebhookDelivery): void {}
    }
    const error: unknown = await start([Ledger]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PortOneStartError);
    expect((error as Error).message).toBe(
      'PortOneModule: Ledger.onPaid is transactional, but WatchedInbox has no transactions. ' +
        'Give webhookInbox a PostgresWebhookInbox (nestjs-portone/postgres), or remove { transactional: true }.',
    );
  });
});
