import { inspect } from 'node:util';

import { jest } from '@jest/globals';
import {
  PaymentService,
  PortOneClient,
  PortOneWebhookEvents,
  WebhookDiscard,
  WebhookDispatcher,
  WebhookVerifier,
  type DiscardedWebhook,
} from 'nestjs-portone';

import { deliver, paidEvent, SECRET } from '../../support/deliveries.js';
import { PLATFORMS, type RunningApp } from '../../support/platforms.js';
import { Everything, openShop, Shop } from '../../support/shop.js';
import { deferred } from '../../support/webhook-app.js';

describe.each(PLATFORMS)('the answers on %s', (_platform, adapter) => {
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

  it('takes both secrets during a rotation', async () => {
    const next = Buffer.from('the next secret').toString('base64');
    await start({ webhook: { secrets: [SECRET, next] } });
    expect((await deliver(path, paidEvent(), { secret: SECRET })).status).toBe(200);
    expect((await deliver(path, paidEvent(), { secret: `whsec_${next}` })).status).toBe(200);
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
});
