import { channel, tracingChannel } from 'node:diagnostics_channel';

import {
  createPortOneClient,
  PORTONE_CHANNELS,
  WebhookDiscard,
  type PortOneAttemptMessage,
  type PortOneCallMessage,
} from 'nestjs-portone';

import { makeClient, type ClosablePortOneClient } from '../../../lib/client/portone-client.js';
import { clientSettings } from '../../support/client-settings.js';
import { deliver, paidEvent, post, SECRET } from '../../support/deliveries.js';
import { ManualClock } from '../../support/manual-clock.js';
import * as does from '../../support/misbehaving-server.js';
import { MisbehavingServer } from '../../support/misbehaving-server.js';
import { PLATFORMS, type RunningApp } from '../../support/platforms.js';
import { openShop } from '../../support/shop.js';
import { WatchedInbox } from '../../support/watched-inbox.js';
import { deferred } from '../../support/webhook-app.js';

type Seen = { readonly event: string; readonly message: Record<string, unknown> };
/** Which of the two it is depends on what the socket sees first. */
const BROKEN: unknown = expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/);
const TRACED = ['call', 'attempt', 'delivery', 'handler'] as const;
const PLAIN = ['verified', 'refused', 'exhausted'] as const;

/** Subscribes to every channel, and keeps a copy of each message as it was then. */
class Onlooker {
  readonly seen: Seen[] = [];
  readonly live: object[] = [];
  onStart: (name: string, message: never) => void = () => undefined;
  private readonly undo: (() => void)[] = [];
  private watchers: (() => void)[] = [];

  constructor() {
    for (const name of TRACED) {
      for (const event of ['start', 'error', 'asyncEnd'] as const) {
        this.listen(tracingChannel(PORTONE_CHANNELS[name])[event], `${name} ${event}`);
      }
    }
    for (const name of PLAIN) this.listen(channel(PORTONE_CHANNELS[name]), name);
  }

  of(event: string): Record<string, unknown>[] {
    return this.seen.filter((one) => one.event === event).map(({ message }) => message);
  }

  async happened(event: string, times = 1): Promise<void> {
    while (this.of(event).length < times) await new Promise<void>((resolve) => this.watchers.push(resolve));
  }

  leave(): void {
    for (const undo of this.undo) undo();
  }

  private listen(on: ReturnType<typeof channel>, event: string): void {
    const listener = (message: unknown): void => {
      this.live.push(message as object);
      if (event.endsWith('start')) this.onStart(event.split(' ')[0]!, message as never);
      this.seen.push({ event, message: { ...(message as object) } });
      for (const tell of this.watchers.splice(0)) tell();
    };
    on.subscribe(listener);
    this.undo.push(() => on.unsubscribe(listener));
  }
}

let onlooker: Onlooker;
beforeEach(() => (onlooker = new Onlooker()));
afterEach(() => onlooker.leave());

describe('the channels of calls', () => {
  let server: MisbehavingServer;
  let client: ClosablePortOneClient;
  let clock: ManualClock;

  async function start(...script: does.Behaviour[]): Promise<void> {
    server = await MisbehavingServer.start(...script);
    clock = new ManualClock();
    client = makeClient(clientSettings({ baseUrl: `${server.url}/v2/` }), { clock, account: 'b' });
  }
  afterEach(async () => {
    await client.close();
    await server.stop();
  });

  it('tell a call and each of its attempts', async () => {
    await start(does.html502, does.resetAfterReading);
    await client.payment.cancelPayment(
      { paymentId: '주문 17', reason: 'a private reason' },
      { idempotencyKey: 'a-key-of-the-shop' },
    );
    expect(onlooker.seen.map(({ event }) => event)).toEqual([
      'call start',
      ...['attempt start', 'attempt error', 'attempt asyncEnd'],
      ...['attempt start', 'attempt error', 'attempt asyncEnd'],
      ...['attempt start', 'attempt asyncEnd'],
      'call asyncEnd',
    ]);
    expect(onlooker.of('call asyncEnd')).toEqual([
      expect.objectContaining({ account: 'b', operation: 'payment.cancelPayment', method: 'POST', attempts: 3 }),
    ]);
    const [first, second, third] = onlooker.of('attempt asyncEnd');
    expect(first).toMatchObject({
      account: 'b',
      attempt: 1,
      serverAddress: '127.0.0.1',
      serverPort: Number(new URL(server.url).port),
      url: `${server.url}/v2/payments/${encodeURIComponent('주문 17')}/cancel`,
      urlTemplate: '/payments/{paymentId}/cancel',
      status: 502,
      errorType: '502',
    });
    expect(first!['call']).toBe(onlooker.live[0]);
    expect(second).toMatchObject({ attempt: 2, errorType: BROKEN });
    expect(second).not.toHaveProperty('status');
    expect(third).toMatchObject({ attempt: 3, status: 200 });
    expect(third).not.toHaveProperty('errorType');
    expect(JSON.stringify(onlooker.seen)).not.toMatch(/a-key-of-the-shop|private|very-secret/);
  });

  it.each<[string, does.Behaviour, string, unknown]>([
    ["PortOne's own error", does.typedError(404, 'PAYMENT_NOT_FOUND'), 'PAYMENT_NOT_FOUND', '404'],
    ['an answer of something else', does.html502, 'PortOneUnexpectedResponseError', '502'],
    ['a connection that breaks', does.resetAfterReading, 'PortOneConnectionError', BROKEN],
    ['no answer', (exchange) => [does.hang(exchange), clock.advance(60_000)], 'PortOneTimeoutError', 'timeout'],
  ])('tell of %s by its type', async (_, behaviour, ofCall, ofAttempt) => {
    await start(behaviour);
    await expect(client.payment.getPayment({ paymentId: 'p-1' }, { retry: false })).rejects.toThrow();
    expect(onlooker.of('attempt error')).toMatchObject([{ errorType: ofAttempt }]);
    expect(onlooker.of('call error')).toMatchObject([{ errorType: ofCall, attempts: 1 }]);
    expect(JSON.stringify(onlooker.seen)).not.toContain('Bad Gateway');
  });

  it('tell of a call that was stopped, and of one that was never sent', async () => {
    await start(does.hang);
    const stop = new AbortController();
    const call = client.payment.getPayment({ paymentId: 'p-1' }, { signal: stop.signal });
    await server.arrived(1);
    stop.abort();
    await expect(call).rejects.toThrow('stopped');
    await expect(client.payment.getPayment({ paymentId: 'p-1' }, { signal: stop.signal })).rejects.toThrow('stopped');
    expect(onlooker.of('attempt error')).toMatchObject([{ errorType: 'aborted' }]);
    expect(onlooker.of('call error')).toMatchObject([
      { errorType: 'AbortError', attempts: 1 },
      { errorType: 'AbortError', attempts: 0 },
    ]);
  });

  it('send what a subscriber puts among the headers, and not in the place of ours', async () => {
    await start();
    onlooker.onStart = (name, message) => {
      if (name !== 'attempt') return;
      const { headers } = message as PortOneAttemptMessage;
      headers['x-request-of'] = 'a test';
      headers['authorization'] = 'somebody else';
    };
    await client.payment.getPayment({ paymentId: 'p-1' });
    const { headers } = server.exchanges[0]!.request;
    expect(headers['x-request-of']).toBe('a test');
    expect(headers.authorization).toBe('PortOne a-very-secret-api-secret');
  });

  it('show of an endpoint that is not in the table no value', async () => {
    await start();
    await client.request({ method: 'GET', path: '/billing-keys/billing-key-1', query: { q: 'private' } });
    const [attempt] = onlooker.of('attempt asyncEnd');
    expect(attempt).toMatchObject({ url: `${server.url}/v2/billing-keys/REDACTED` });
    expect(attempt).not.toHaveProperty('urlTemplate');
    expect((attempt!['call'] as PortOneCallMessage).operation).toBe('request');
  });

  it('tell of a client without Nest, and of the login of one with access tokens, without either', async () => {
    await start((exchange) => exchange.answer(200, JSON.stringify({ accessToken: 'ey.token', refreshToken: 're' })));
    const own = createPortOneClient({ apiSecret: 'another-secret', baseUrl: server.url, auth: 'access-token' });
    await own.payment.billingKey.getBillingKeyInfo({ billingKey: 'billing-key-99' });
    await own.close();
    expect(onlooker.of('call asyncEnd').map(({ operation }) => operation)).toEqual([
      'auth.loginViaApiSecret',
      'payment.billingKey.getBillingKeyInfo',
    ]);
    expect(onlooker.of('attempt asyncEnd').at(-1)).toMatchObject({ url: `${server.url}/billing-keys/REDACTED` });
    expect(onlooker.of('call start')[0]).not.toHaveProperty('account');
    expect(JSON.stringify(onlooker.seen)).not.toMatch(/ey\.token|another-secret|billing-key-99/);
  });
});

describe.each(PLATFORMS)('the channels of deliveries, on %s', (_, adapter) => {
  let running: RunningApp;
  const open = async (options: Parameters<typeof openShop>[1] = {}) => {
    const shop = await openShop(adapter, options);
    ({ running } = shop);
    return shop;
  };
  afterEach(() => running.app.close());

  it('tell a delivery from its signature to its answer', async () => {
    const { path, shop } = await open();
    await deliver(
      path,
      { ...paidEvent('p-17'), data: { ...paidEvent('p-17').data, customer: 'private' } },
      { id: 'm-1' },
    );
    expect(onlooker.seen.map(({ event }) => event)).toEqual([
      ...['verified', 'delivery start', 'handler start', 'handler start'],
      ...['handler asyncEnd', 'handler asyncEnd', 'delivery asyncEnd'],
    ]);
    const named = { deliveryId: 'm-1', eventType: 'Transaction.Paid' };
    expect(onlooker.of('verified')).toEqual([{ ...named, bytes: expect.any(Number) as number }]);
    expect(onlooker.of('delivery asyncEnd')).toMatchObject([
      { ...named, paymentId: 'p-17', via: 'http', status: 200, answer: 'handled' },
    ]);
    expect(onlooker.of('handler asyncEnd')).toMatchObject([
      { ...named, paymentId: 'p-17', handler: 'Shop.reserveStock', attempt: 1, outcome: 'completed' },
      { ...named, paymentId: 'p-17', handler: 'Shop.sendMail', attempt: 1, outcome: 'completed' },
    ]);
    await deliver(path, paidEvent('p-17'), { id: 'm-1' });
    expect(onlooker.of('delivery asyncEnd')[1]).toMatchObject({ answer: 'duplicate', status: 200 });
    expect(shop.calls).toHaveLength(2);
    expect(JSON.stringify(onlooker.seen)).not.toMatch(/private|whsec|v1,/);
  });

  it('tell of requests that are turned away why, and nothing of what they hold', async () => {
    const { path } = await open({ webhook: { secrets: [SECRET], maxBodyBytes: 1024 } });
    await post(path, '{"type":"Transaction.Paid"}', { 'content-type': 'application/json' });
    await deliver(path, paidEvent(), { secret: 'whsec_' + Buffer.from('of somebody else').toString('base64') });
    await deliver(path, { not: 'an event' });
    await deliver(path, paidEvent('x'.repeat(2_000)));
    expect(onlooker.seen).toEqual(
      [
        { status: 401, reason: 'MISSING_REQUIRED_HEADERS' },
        { status: 401, reason: 'NO_MATCHING_SIGNATURE' },
        { status: 400, reason: 'WEBHOOK_NOT_AN_EVENT' },
        { status: 413, reason: 'WEBHOOK_TOO_LARGE' },
      ].map((message) => ({ event: 'refused', message })),
    );
  });

  it('tell how each handler ended', async () => {
    const { path, shop } = await open();
    shop.stock = () => Promise.reject(new RangeError('card 4242-4242'));
    shop.mail = () => {
      throw new WebhookDiscard('a private reason');
    };
    expect((await deliver(path)).status).toBe(500);
    expect(onlooker.of('handler asyncEnd')).toMatchObject([
      { handler: 'Shop.sendMail', outcome: 'discarded' },
      { handler: 'Shop.reserveStock', outcome: 'failed', errorType: 'RangeError' },
    ]);
    expect(onlooker.of('delivery error')).toMatchObject([{ status: 500, errorType: 'WEBHOOK_HANDLER_FAILED' }]);
    expect(JSON.stringify(onlooker.seen)).not.toMatch(/4242|private/);
  });

  it('tell of a handler that does not end, and not again when it does', async () => {
    const { path, shop } = await open({ webhook: { secrets: [SECRET], handlerTimeoutMs: 20 } });
    const gate = deferred();
    shop.stock = () => gate.promise;
    expect((await deliver(path)).status).toBe(500);
    const overdue = { handler: 'Shop.reserveStock', outcome: 'overdue', errorType: 'timeout' };
    expect(onlooker.of('handler error')).toMatchObject([overdue]);
    gate.resolve();
    await running.app.close();
    expect(onlooker.of('handler asyncEnd')).toMatchObject([{ outcome: 'completed' }, overdue]);
  });

  it('tell of what the inbox takes up, until it is exhausted', async () => {
    const { path, shop } = await open({ webhookInbox: { useFactory: () => new WatchedInbox() } });
    shop.stock = () => Promise.reject(new Error('no'));
    await deliver(path, paidEvent('p-1'), { id: 'm-1' });
    await onlooker.happened('exhausted');
    expect(onlooker.of('delivery asyncEnd').map(({ via, answer }) => `${String(via)} ${String(answer)}`)).toEqual([
      'http WEBHOOK_HANDLER_FAILED',
      'redrive WEBHOOK_HANDLER_FAILED',
      'redrive WEBHOOK_HANDLER_FAILED',
    ]);
    const stock = onlooker.of('handler asyncEnd').filter(({ handler }) => handler === 'Shop.reserveStock');
    expect(stock.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(onlooker.of('exhausted')).toEqual([
      { deliveryId: 'm-1', eventType: 'Transaction.Paid', paymentId: 'p-1', attempts: 3 },
    ]);
  });
});
