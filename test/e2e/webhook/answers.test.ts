import { inspect } from 'node:util';

import { jest } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  InMemoryWebhookInbox,
  PaymentService,
  PortOneClient,
  PortOneWebhook,
  PortOneWebhookEvents,
  WebhookDiscard,
  WebhookDispatcher,
  WebhookInbox,
  WebhookVerifier,
  type AnyWebhookEvent,
  type DiscardedWebhook,
  type FailedWebhook,
  type HandledWebhook,
  type WebhookClaim,
  type WebhookDelivery,
  type WebhookEvent,
} from 'nestjs-portone';
import { Observable } from 'rxjs';

import { deliver, paidEvent, SECRET } from '../../support/deliveries.js';
import { PLATFORMS, type RunningApp } from '../../support/platforms.js';
import { deferred, startWebhookApp } from '../../support/webhook-app.js';

type Work = (delivery: WebhookDelivery) => unknown;

/** Two handlers of one event, whose work each test sets. */
@Injectable()
class Shop {
  stock: Work = () => undefined;
  mail: Work = () => undefined;
  readonly calls: string[] = [];

  @PortOneWebhook('Transaction.Paid')
  reserveStock(_event: WebhookEvent<'Transaction.Paid'>, delivery: WebhookDelivery): unknown {
    this.calls.push(`stock ${delivery.attempt}`);
    return this.stock(delivery);
  }

  @PortOneWebhook('Transaction.*')
  sendMail(_event: object, delivery: WebhookDelivery): unknown {
    this.calls.push(`mail ${delivery.attempt}`);
    return this.mail(delivery);
  }
}

@Injectable()
class Everything {
  readonly types: string[] = [];

  @PortOneWebhook('*')
  any(event: AnyWebhookEvent): void {
    this.types.push(event.type as string);
  }
}

/** An inbox that is away when the test says so. */
class MoodyInbox extends InMemoryWebhookInbox {
  away: 'claim' | 'complete' | 'silent' | undefined;

  override claim(id: string, leaseMs: number): Promise<WebhookClaim> {
    if (this.away === 'silent') return new Promise(() => undefined);
    return this.away === 'claim' ? Promise.reject(new Error('ECONNREFUSED')) : super.claim(id, leaseMs);
  }

  override complete(id: string, token: string): Promise<boolean> {
    return this.away === 'complete' ? Promise.reject(new Error('ECONNREFUSED')) : super.complete(id, token);
  }
}

/** The clock of leases and deadlines; sockets keep real time. */
function fakeTimers(): void {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
}

/** What plain JavaScript may throw. */
const throwing = async (thrown: unknown): Promise<never> => {
  await Promise.resolve();
  throw thrown as Error;
};

async function advanceUntil<T>(promise: Promise<T>): Promise<T> {
  let settled = false;
  const done = () => (settled = true);
  promise.then(done, done);
  while (!settled) {
    await jest.advanceTimersByTimeAsync(250);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return promise;
}

describe.each(PLATFORMS)('the answers on %s', (_platform, adapter) => {
  let running: RunningApp;
  let path: string;
  let shop: Shop;

  async function start(options: Parameters<typeof startWebhookApp>[1] = {}): Promise<void> {
    running = await startWebhookApp(adapter, { providers: [Shop], ...options });
    path = `${running.url}/webhook/portone`;
    shop = running.app.get(Shop, { strict: false });
  }

  afterEach(async () => {
    jest.useRealTimers();
    await running.app.close();
  });

  it('200 when every matching handler is through; the same id again runs none', async () => {
    await start();
    expect(await deliver(path, paidEvent(), { id: 'msg-1' })).toMatchObject({
      status: 200,
      body: { status: 'handled' },
    });
    expect(await deliver(path, paidEvent(), { id: 'msg-1' })).toMatchObject({
      status: 200,
      body: { status: 'duplicate' },
    });
    expect(shop.calls).toEqual(['stock 1', 'mail 1']);
  });

  it("200 without a handler, and for a type newer than this version, which goes to '*' alone", async () => {
    await start({ providers: [Shop, Everything] });
    const billingKey = { type: 'BillingKey.Issued', timestamp: 't', data: { billingKey: 'k', storeId: 's' } };
    expect((await deliver(path, billingKey)).status).toBe(200);
    expect((await deliver(path, { type: 'Transaction.FromTheFuture', data: {} })).status).toBe(200);
    expect(running.app.get(Everything).types).toEqual(['BillingKey.Issued', 'Transaction.FromTheFuture']);
    expect(shop.calls).toEqual([]);
  });

  it('500 when one of two handlers throws; on the re-send only that one runs again', async () => {
    await start();
    shop.mail = () => Promise.reject(new Error('smtp is away'));
    expect((await deliver(path, paidEvent(), { id: 'msg-2' })).status).toBe(500);
    shop.mail = () => undefined;
    expect((await deliver(path, paidEvent(), { id: 'msg-2' })).status).toBe(200);
    expect((await deliver(path, paidEvent(), { id: 'msg-2' })).body).toEqual({ status: 'duplicate' });
    expect(shop.calls).toEqual(['stock 1', 'mail 1', 'mail 2']);
  });

  it('runs every handler to its end before it answers, although one has failed', async () => {
    await start();
    const mail = deferred();
    const failed = deferred();
    shop.stock = () => {
      failed.resolve();
      throw new Error('sold out');
    };
    let mailed = false;
    shop.mail = async () => {
      await mail.promise;
      mailed = true;
    };
    const answer = deliver(path, paidEvent(), { id: 'msg-3' });
    await failed.promise;
    mail.resolve();
    expect((await answer).status).toBe(500);
    expect(mailed).toBe(true);
  });

  it('gives the same id twice at once the same outcome, and runs the handlers once', async () => {
    await start();
    const dispatcher = running.app.get(WebhookDispatcher);
    const dispatch = dispatcher.dispatch.bind(dispatcher);
    for (const [id, outcome] of [
      ['msg-ok', 200],
      ['msg-bad', 500],
    ] as const) {
      const entered = deferred();
      const gate = deferred();
      shop.calls.length = 0;
      shop.stock = async () => {
        entered.resolve();
        await gate.promise;
        if (outcome === 500) throw new Error('no');
      };
      const first = deliver(path, paidEvent(), { id });
      await entered.promise;
      const arrived = deferred();
      dispatcher.dispatch = (...args) => {
        arrived.resolve();
        return dispatch(...args);
      };
      const second = deliver(path, paidEvent(), { id });
      await arrived.promise;
      gate.resolve();
      expect([(await first).status, (await second).status]).toEqual([outcome, outcome]);
      expect(shop.calls).toEqual(['stock 1', 'mail 1']);
    }
  });

  it('200 when a handler discards the event; the others run, and it is not asked again', async () => {
    await start();
    const discarded: DiscardedWebhook[] = [];
    running.app.get(PortOneWebhookEvents).discarded$.subscribe((one) => discarded.push(one));
    class OldOrder extends WebhookDiscard {
      override name = 'OldOrder';
    }
    shop.stock = () => {
      throw new OldOrder('an order of the old shop');
    };
    expect((await deliver(path, paidEvent(), { id: 'msg-4' })).status).toBe(200);
    expect((await deliver(path, paidEvent(), { id: 'msg-4' })).body).toEqual({ status: 'duplicate' });
    expect(shop.calls).toEqual(['stock 1', 'mail 1']);
    expect(discarded).toMatchObject([{ handler: 'Shop.reserveStock', reason: 'an order of the old shop' }]);
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

  it('503 and Retry-After when the inbox is full of unfinished work', async () => {
    await start({ webhookInbox: { useFactory: () => new InMemoryWebhookInbox({ maxEntries: 1 }) } });
    shop.mail = () => Promise.reject(new Error('no'));
    expect((await deliver(path, paidEvent(), { id: 'msg-8' })).status).toBe(500);
    const full = await deliver(path, paidEvent(), { id: 'msg-9' });
    expect(full).toMatchObject({ status: 503, body: { type: 'WEBHOOK_INBOX_FULL' } });
    expect(full.headers.get('retry-after')).toBe('30');
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

  it('publishes what was handled and what failed, after the handlers', async () => {
    await start();
    const events = running.app.get(PortOneWebhookEvents);
    const log: string[] = [];
    events
      .on('Transaction.Paid')
      .subscribe(({ event }) => log.push(`paid ${event.data.paymentId} after ${shop.calls.length}`));
    events.failed$.subscribe(({ errors }) => log.push(`failed ${[...errors.keys()].join()}`));
    await deliver(path, paidEvent('p-1'));
    shop.mail = () => Promise.reject(new Error('no'));
    await deliver(path, paidEvent('p-2'));
    expect(log).toEqual(['paid p-1 after 2', 'failed Shop.sendMail']);
  });

  it('401 for a timestamp out of tolerance, a wrong secret and missing headers, without a word on the right signature', async () => {
    await start({ webhook: { secrets: [SECRET], toleranceSeconds: 60 } });
    const seconds = Math.floor(Date.now() / 1000);
    const cases = [
      [{ 'webhook-timestamp': String(seconds - 61) }, 'TIMESTAMP_TOO_OLD'],
      [{ 'webhook-timestamp': String(seconds + 65) }, 'TIMESTAMP_TOO_NEW'],
      [{ 'webhook-timestamp': 'soon' }, 'INVALID_SIGNATURE'],
      [{ 'webhook-signature': '' }, 'MISSING_REQUIRED_HEADERS'],
      [{ 'webhook-signature': 'v1,AAAA v2,BBBB' }, 'NO_MATCHING_SIGNATURE'],
    ] as const;
    for (const [headers, type] of cases) {
      const answer = await deliver(path, paidEvent(), { headers });
      expect(answer).toMatchObject({ status: 401, body: { statusCode: 401, type } });
      expect(Object.keys(answer.body).sort()).toEqual(['message', 'statusCode', 'type']);
    }
    expect((await deliver(path, paidEvent(), { secret: Buffer.from('another').toString('base64') })).status).toBe(401);
    expect(shop.calls).toEqual([]);
  });

  it('shows no secret to whoever logs what is injected', async () => {
    await start();
    for (const type of [WebhookDispatcher, WebhookVerifier, PaymentService, PortOneClient]) {
      const shown =
        inspect(running.app.get(type), { depth: 10, showHidden: true }) + JSON.stringify(running.app.get(type));
      expect(shown).not.toContain(SECRET.slice(6));
      expect(shown).not.toContain(JSON.stringify([...Buffer.from(SECRET.slice(6), 'base64')]).slice(1, -1));
      expect(shown).not.toContain(
        Buffer.from(SECRET.slice(6), 'base64').toString('hex').replace(/../g, '$& ').trim().slice(0, 60),
      );
    }
  });

  it('takes both secrets during a rotation', async () => {
    const next = Buffer.from('the next secret').toString('base64');
    await start({ webhook: { secrets: [SECRET, next] } });
    expect((await deliver(path, paidEvent(), { secret: SECRET })).status).toBe(200);
    expect((await deliver(path, paidEvent(), { secret: `whsec_${next}` })).status).toBe(200);
  });
});
