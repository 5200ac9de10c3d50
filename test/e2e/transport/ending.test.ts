import { inspect } from 'node:util';

import { MockAgent } from 'undici';

import type { ClientSettings } from '../../../lib/client/client.settings.js';
import { makeClient, type ClosablePortOneClient } from '../../../lib/client/portone-client.js';
import { PortOneAbortError, PortOneConnectionError } from '../../../lib/errors/portone-connection.error.js';
import { PortOneTimeoutError } from '../../../lib/errors/portone-timeout.error.js';
import { clientSettings } from '../../support/client-settings.js';
import { ManualClock } from '../../support/manual-clock.js';
import { hang, html502, MisbehavingServer, serve, type Behaviour } from '../../support/misbehaving-server.js';

const SECRET = 'a-very-secret-api-secret';

let server: MisbehavingServer;
let client: ClosablePortOneClient;
let clock: ManualClock;

async function start(script: Behaviour[], settings: Partial<ClientSettings> = {}): Promise<void> {
  server = await MisbehavingServer.start(...script);
  clock = new ManualClock();
  client = makeClient(clientSettings({ baseUrl: server.url, ...settings }), { clock, random: () => 0.5 });
}

afterEach(async () => {
  await client.close();
  await server.idle();
  expect(clock.timers).toBe(0);
  await server.stop();
});

/** The failure, and how many turns of the event loop it took. */
async function failure(work: Promise<unknown>): Promise<PortOneConnectionError> {
  return work.then(
    () => Promise.reject(new Error('expected a failure')),
    (error: PortOneConnectionError) => error,
  );
}

/** Whether the work ends before the event loop turns once. */
async function endsWithinATick(work: Promise<unknown>): Promise<boolean> {
  const turned = new Promise<boolean>((resolve) => setImmediate(() => resolve(false)));
  return Promise.race([
    turned,
    work.then(
      () => true,
      () => true,
    ),
  ]);
}

describe('abort', () => {
  it('sends nothing when the signal is aborted already', async () => {
    await start([]);
    const reason = new Error('the buyer left');
    const error = await failure(
      client.payment.cancelPayment({ paymentId: 'p', reason: 'r' }, { signal: AbortSignal.abort(reason) }),
    );
    expect(error).toBeInstanceOf(PortOneAbortError);
    expect(error).toMatchObject({ outcome: 'not-sent', cause: reason, attempts: 0 });
    expect(server.exchanges.length).toBe(0);
  });

  it('ends a call that waits for its answer within a tick, and takes its listener off', async () => {
    await start([hang]);
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));

    const work = client.payment.cancelPayment({ paymentId: 'p', reason: 'r' }, { signal });
    const error = failure(work);
    await server.arrived(1);
    controller.abort('enough');
    expect(await endsWithinATick(work)).toBe(true);
    expect(await error).toMatchObject({
      name: 'AbortError',
      outcome: 'unknown',
      cause: 'enough',
      idempotencyKey: expect.any(String) as string,
    });
    expect(listeners).toBe(0);
    await client.payment.getPayment({ paymentId: 'p' }, { signal: new AbortController().signal });
  });

  it('ends a call that waits for its next attempt within a tick', async () => {
    await start([html502], { retry: { maxAttempts: 3, baseDelayMs: 1_000, maxDelayMs: 1_000 } });
    const controller = new AbortController();
    const work = client.payment.getPayment({ paymentId: 'p' }, { signal: controller.signal });
    const error = failure(work);
    while ((await clock.nextTimer()) !== 500);
    controller.abort();
    expect(await endsWithinATick(work)).toBe(true);
    expect(await error).toMatchObject({ name: 'AbortError', outcome: 'unknown', attempts: 1 });
  });

  it('says "not-sent" of a call that waited for a connection, which others keep using', async () => {
    await start([hang], { maxConnections: 1 });
    const first = failure(client.payment.getPayment({ paymentId: 'first' }, { retry: false }));
    await server.arrived(1);
    const controller = new AbortController();
    const second = failure(
      client.payment.cancelPayment({ paymentId: 'second', reason: 'r' }, { signal: controller.signal }),
    );
    const third = client.payment.getPayment({ paymentId: 'third' });
    controller.abort();
    expect(await second).toMatchObject({ outcome: 'not-sent' });

    server.exchanges[0]!.answer(404, '{"type":"PAYMENT_NOT_FOUND"}');
    expect(await first).toMatchObject({ status: 404 });
    await third;
    expect(server.exchanges.map(({ request }) => request.url)).toEqual(['/payments/first', '/payments/third']);
    expect(server.connections).toBe(1);
  });
});

describe('timeout', () => {
  it('does not count the wait for a free connection, which is bounded all the same', async () => {
    await start([hang, hang], { maxConnections: 1, retry: false });
    const first = client.payment.getPayment({ paymentId: 'first' });
    await server.arrived(1);
    const second = failure(client.payment.cancelPayment({ paymentId: 'second', reason: 'r' }));
    const third = failure(client.payment.getPayment({ paymentId: 'third' }, { timeoutMs: 40_000 }));
    clock.advance(45_000);
    expect(await third).toMatchObject({ name: 'PortOneTimeoutError', outcome: 'not-sent', attempts: 1 });

    server.exchanges[0]!.answer(200, '{"id":"first"}');
    await first;
    await server.arrived(2);
    // 45 seconds of waiting are forgotten: the minute starts when it is sent.
    clock.advance(59_999);
    expect(await endsWithinATick(second)).toBe(false);
    clock.advance(1);
    expect(await second).toMatchObject({ name: 'PortOneTimeoutError', outcome: 'unknown' });
  });

  it('takes the time of the call over that of the settings, and refuses one that is none', async () => {
    await start([hang], { retry: false });
    const work = failure(client.payment.getPayment({ paymentId: 'p' }, { timeoutMs: 5 }));
    await server.arrived(1);
    clock.advance(5);
    expect(await work).toBeInstanceOf(PortOneTimeoutError);
    for (const timeoutMs of [0, -1, NaN, Infinity]) {
      expect(await failure(client.payment.getPayment({ paymentId: 'p' }, { timeoutMs }))).toBeInstanceOf(TypeError);
    }
  });
});

describe('close', () => {
  it('waits for calls in flight with their retries, refuses new ones, and leaves nothing open', async () => {
    await start([html502, hang]);
    const work = client.payment.getPayment({ paymentId: 'p' });
    const exchange = await server.arrived(2);
    const closed = client.close();
    expect(await endsWithinATick(closed)).toBe(false);
    const refused = await failure(client.payment.cancelPayment({ paymentId: 'p', reason: 'r' }));
    expect(refused).toBeInstanceOf(PortOneConnectionError);
    expect(refused).toMatchObject({ outcome: 'not-sent', attempts: 0 });

    exchange.answer(200, '{"id":"p"}');
    await expect(work).resolves.toEqual({ id: 'p' });
    await closed;
    await client.close();
    await server.idle();
    expect(process.getActiveResourcesInfo()).not.toContain('TCPSocketWrap');
  });
});

describe('wrong arguments', () => {
  it('reject, never throw, and send nothing', async () => {
    await start([]);
    const options = { paymentId: 'p', reason: 'r' };
    expect(await failure(client.payment.cancelPayment(options, { idempotencyKey: 'short' }))).toBeInstanceOf(TypeError);
    expect(await failure(client.payment.getPayment({ paymentId: '..' }))).toBeInstanceOf(TypeError);
    for (const path of ['payments', '//evil', '/a/../b', '/a/%2e%2E', '/a b', '/a?b', '/a\r\n', '/', '/a/']) {
      expect(await failure(client.request({ method: 'GET', path }))).toBeInstanceOf(TypeError);
    }
    expect(await failure(client.request({ method: 'HEAD' as 'GET', path: '/a' }))).toBeInstanceOf(TypeError);
    for (const body of [NaN, { amount: -Infinity }, 1n, () => 1]) {
      expect(await failure(client.request({ method: 'POST', path: '/a', body }))).toBeInstanceOf(TypeError);
    }
    expect(server.exchanges.length).toBe(0);
  });

  it('never make a full refund of one whose amount could not be computed', async () => {
    await start([]);
    const amount = Number(undefined);
    const error = await failure(client.payment.cancelPayment({ paymentId: 'p', reason: 'r', amount }));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe('payment.cancelPayment: amount is NaN, so null would be sent in its place.');
    expect(server.exchanges.length).toBe(0);
  });
});

describe('request()', () => {
  it('reaches any endpoint behind the base URL, with key, body and query as the API takes them', async () => {
    server = await MisbehavingServer.start();
    clock = new ManualClock();
    client = makeClient(clientSettings({ baseUrl: `${server.url}/gateway/portone/` }), { clock });
    const body = { a: '가 &' };
    await client.request({ method: 'POST', path: '/new/thing', query: { test: true, none: undefined }, body });
    await client.request({ method: 'GET', path: '/new/thing', body });
    const [post, get] = server.exchanges;

    expect(post!.request.url).toBe('/gateway/portone/new/thing?test=true');
    expect(post!.body).toBe(JSON.stringify(body));
    expect(post!.request.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: `PortOne ${SECRET}`,
      'user-agent': expect.stringMatching(/^nestjs-portone\/\d/) as string,
      'idempotency-key': expect.stringMatching(/^"[\x20-\x7e]{16,}"$/) as string,
    });
    expect(new URL(get!.request.url!, server.url).searchParams.get('requestBody')).toBe(JSON.stringify(body));
    expect(get!.request.headers).not.toHaveProperty('idempotency-key');
    expect(get!.request.headers).not.toHaveProperty('content-type');
  });

  it.each<[string, Behaviour, unknown]>([
    ['JSON', serve, { id: 'read' }],
    ['nothing', (exchange) => exchange.answer(204, ''), undefined],
    ['text', (exchange) => exchange.answer(200, 'a,b', { 'content-type': 'text/csv' }), 'a,b'],
  ])('gives back %s', async (_, behaviour, result) => {
    await start([behaviour]);
    expect(await client.request({ method: 'GET', path: '/new' })).toEqual(result);
  });

  it("rejects with a child of the SDK's RestError", async () => {
    await start([(exchange) => exchange.answer(404, '{"type":"NEW_THING_NOT_FOUND","message":"m"}')]);
    const { RestError } = await import('@portone/server-sdk');
    const error = await failure(client.request({ method: 'DELETE', path: '/new/1' }));
    expect(error).toBeInstanceOf(RestError);
    expect(error).toMatchObject({ status: 404, operation: 'DELETE /new/1', data: { type: 'NEW_THING_NOT_FOUND' } });
  });
});

describe('secrets', () => {
  const shown = (error: unknown) => inspect(error, { depth: 10, showHidden: true, maxStringLength: null });

  it('are not in the page of a proxy that shows the headers it got', async () => {
    const page = `${'x'.repeat(480)} authorization: PortOne ${SECRET}`;
    await start([(exchange) => exchange.answer(400, page, { 'content-type': 'text/html' })]);
    const error = await failure(client.payment.getPayment({ paymentId: 'p' }));
    expect(error.message).toContain('HTTP 400');
    for (let length = 6; length <= SECRET.length; length++) expect(shown(error)).not.toContain(SECRET.slice(0, length));
  });

  it.each([0, 100, 400])('are not in a page that shows them again and again from byte %d on', async (at) => {
    const page = 'x'.repeat(at) + `${SECRET} `.repeat(40);
    await start([(exchange) => exchange.answer(400, page, { 'content-type': 'text/html' })]);
    const error = await failure(client.payment.getPayment({ paymentId: 'p' }));
    expect(shown(error)).toContain('x'.repeat(at));
    for (let length = 6; length <= SECRET.length; length++) expect(shown(error)).not.toContain(SECRET.slice(0, length));
  });

  it('are not in the error of a dispatcher that shows them', async () => {
    const dispatcher = new MockAgent();
    dispatcher.disableNetConnect();
    await start([], { dispatcher, retry: false });
    dispatcher
      .get(server.url)
      .intercept({ path: '/payments/p', method: 'GET', headers: { authorization: 'another' } })
      .reply(200, {});
    const error = await failure(client.payment.getPayment({ paymentId: 'p' }));
    expect(error).toBeInstanceOf(PortOneConnectionError);
    expect(shown(error)).toContain('Mock dispatch not matched');
    expect(shown(error)).not.toContain(SECRET);
    await dispatcher.close();
  });

  it('are not in what is printed of the client', async () => {
    await start([]);
    expect(shown(client)).not.toContain(SECRET);
  });
});

it('uses a dispatcher that was given, and leaves it open', async () => {
  const dispatcher = new MockAgent();
  dispatcher.disableNetConnect();
  await start([], { dispatcher });
  const pool = dispatcher.get(server.url);
  pool.intercept({ path: '/payments/p', method: 'GET' }).reply(200, { id: 'mocked' }).times(2);
  expect(await client.payment.getPayment({ paymentId: 'p' })).toEqual({ id: 'mocked' });
  await client.close();
  expect((await pool.request({ path: '/payments/p', method: 'GET' })).statusCode).toBe(200);
  await dispatcher.close();
});
