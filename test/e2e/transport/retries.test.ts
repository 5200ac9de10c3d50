import fc from 'fast-check';

import type { ClientSettings } from '../../../lib/client/client.settings.js';
import { makeClient, type ClosablePortOneClient } from '../../../lib/client/portone-client.js';
import { isPortOneApiError } from '../../../lib/errors/is-portone-api-error.js';
import { PortOneConnectionError } from '../../../lib/errors/portone-connection.error.js';
import { PortOneTimeoutError } from '../../../lib/errors/portone-timeout.error.js';
import { PortOneUnexpectedResponseError } from '../../../lib/errors/portone-unexpected-response.error.js';
import { clientSettings } from '../../support/client-settings.js';
import { ManualClock } from '../../support/manual-clock.js';
import * as does from '../../support/misbehaving-server.js';
import { MisbehavingServer, type Behaviour } from '../../support/misbehaving-server.js';

const KEY = 'order-0001-cancel-1';

describe('a server that misbehaves', () => {
  let server: MisbehavingServer;
  let client: ClosablePortOneClient;
  let clock: ManualClock;

  async function start(script: Behaviour[], settings: Partial<ClientSettings> = {}, random = () => 0): Promise<void> {
    server = await MisbehavingServer.start(...script);
    clock = new ManualClock();
    client = makeClient(clientSettings({ baseUrl: server.url, ...settings }), { clock, random });
  }

  afterEach(async () => {
    await client.close();
    await server.idle();
    expect(clock.timers).toBe(0);
    await server.stop();
  });

  const cancel = (call: object = {}) =>
    client.payment.cancelPayment({ paymentId: 'p-1', reason: 'test' }, { idempotencyKey: KEY, ...call });
  const failureOf = async (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      (value) => Promise.reject(new Error(`expected a failure, got ${JSON.stringify(value)}`)),
      (error: unknown) => error,
    );

  /** Lets each request that hangs run into its timeout. */
  const timeOut =
    (behaviour: Behaviour): Behaviour =>
    (exchange) => {
      behaviour(exchange);
      clock.advance(60_000);
    };

  it.each<[string, Behaviour]>([
    ['resets the connection before it reads', does.resetOnConnect],
    ['resets the connection after it has read', does.resetAfterReading],
    ['resets the connection after it has done the work', does.resetAfterExecuting],
    ['hangs', timeOut(does.hang)],
    ['hangs after it has done the work', timeOut(does.hangAfterExecuting)],
    ['has a gateway that answers 502 with HTML', does.html502],
    ['has a gateway that answers 502 after the work was done', does.html502AfterExecuting],
    ['breaks off in the middle of the body', does.truncatedBody],
    ['answers 429', does.tooManyRequests('0')],
  ])('is asked again with the same key and body when it %s', async (_, behaviour) => {
    await start([behaviour, behaviour]);
    const result = await cancel();

    expect(result).toEqual({ id: `result of "${KEY}"` });
    expect([...server.ledger]).toEqual([[`"${KEY}"`, 1]]);
    const read = server.exchanges;
    expect(read.length).toBe(behaviour === does.resetOnConnect ? 1 : 3);
    for (const { key, body } of read) expect({ key, body }).toEqual({ key: `"${KEY}"`, body: read[0]!.body });
  });

  it.each<[string, Behaviour]>([
    ['truncated JSON', does.truncatedJson],
    ['null', does.nullJson],
    ['nothing', (exchange) => exchange.answer(200, '')],
    ['a number', (exchange) => exchange.answer(200, '1')],
    ['a list', (exchange) => exchange.answer(200, '[]')],
    ['HTML', (exchange) => exchange.answer(200, '<html>', { 'content-type': 'text/html; charset=utf-8' })],
    ['a redirect', (exchange) => exchange.answer(302, '', { location: '/elsewhere' })],
    ['an unknown page', (exchange) => exchange.answer(404, 'no such page', { 'content-type': 'text/plain' })],
    ['an error that is none of PortOne', (exchange) => exchange.answer(400, '{"error":"bad"}')],
    ['an error whose type is no text', (exchange) => exchange.answer(400, '{"type":7}')],
  ])('is believed, and not asked again, when it answers %s', async (_, behaviour) => {
    await start([behaviour]);
    const error = await failureOf(cancel());

    expect(error).toBeInstanceOf(PortOneUnexpectedResponseError);
    expect(error).toMatchObject({ operation: 'payment.cancelPayment', outcome: 'unknown', idempotencyKey: KEY });
    expect(server.exchanges.length).toBe(1);
  });

  it('shows the status and the first 512 bytes of an unexpected answer', async () => {
    const page = '가'.repeat(1_000);
    await start([(exchange) => exchange.answer(200, page, { 'content-type': 'text/html' })]);
    const error = await failureOf(client.payment.getPayment({ paymentId: 'p-1' }));

    expect(error).toMatchObject({ status: 200, operation: 'payment.getPayment' });
    expect((error as PortOneUnexpectedResponseError).body.startsWith('가'.repeat(170))).toBe(true);
    expect((error as PortOneUnexpectedResponseError).body.length).toBeLessThanOrEqual(171);
    expect((error as PortOneUnexpectedResponseError).idempotencyKey).toBeUndefined();
  });

  it('gives up after maxAttempts, with the last failure, and says that the work may be done', async () => {
    await start([does.resetAfterExecuting, does.html502, timeOut(does.hang)]);
    const error = await failureOf(cancel());

    expect(error).toBeInstanceOf(PortOneTimeoutError);
    expect(error).toMatchObject({ attempts: 3, outcome: 'unknown', idempotencyKey: KEY });
    expect(server.exchanges.length).toBe(3);
    expect(await cancel()).toEqual({ id: `result of "${KEY}"` });
    expect([...server.ledger.values()]).toEqual([1]);
  });

  it('says that nothing was sent when there is nobody to connect to', async () => {
    await start([]);
    const { url } = server;
    await server.stop();
    const error = await failureOf(cancel());
    server = await MisbehavingServer.start();

    expect(url).not.toBe('');
    expect(error).toBeInstanceOf(PortOneConnectionError);
    expect(error).toMatchObject({ attempts: 3, outcome: 'not-sent', idempotencyKey: KEY });
    expect((error as Error).cause).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('keeps saying "unknown" when only the first attempt may have arrived', async () => {
    await start([]);
    server.willDo((exchange) => {
      exchange.execute();
      exchange.reset();
      void server.stop();
    });
    const error = await failureOf(cancel());
    expect(error).toMatchObject({ name: 'PortOneConnectionError', attempts: 3, outcome: 'unknown' });
    server = await MisbehavingServer.start();
  });

  it.each(['settings', 'call'])('makes one attempt when the %s say so', async (where) => {
    await start([does.html502, does.outstanding], where === 'settings' ? { retry: false } : {});
    const call = where === 'call' ? { retry: false } : {};

    expect(await failureOf(cancel(call))).toMatchObject({ status: 502, outcome: 'unknown' });
    // The truth about an outstanding request, too: it is at work, so its outcome is unknown.
    const error = await failureOf(cancel(call));
    expect(isPortOneApiError(error, 'IDEMPOTENCY_OUTSTANDING_REQUEST')).toBe(true);
    expect(error).toMatchObject({ status: 409, outcome: 'unknown', idempotencyKey: KEY });
    expect(server.exchanges.length).toBe(2);
  });

  it('never makes a PortOne error again, and throws it as the SDK does', async () => {
    await start([does.typedError(502, 'PG_PROVIDER')]);
    const { CancelPaymentError } = await import('@portone/server-sdk/payment');
    const error = await failureOf(cancel());

    expect(error).toBeInstanceOf(CancelPaymentError);
    expect(error).toMatchObject({
      data: { type: 'PG_PROVIDER' },
      message: 'a PG_PROVIDER',
      status: 502,
      operation: 'payment.cancelPayment',
      idempotencyKey: KEY,
    });
    expect(error).not.toHaveProperty('outcome');
    expect(server.exchanges.length).toBe(1);
  });

  it('tells of an earlier attempt when a later one is turned away at the gate', async () => {
    await start([does.resetAfterExecuting, does.typedError(401, 'UNAUTHORIZED')]);
    expect(await failureOf(cancel())).toMatchObject({ status: 401, outcome: 'unknown', idempotencyKey: KEY });
    expect(server.ledger.get(`"${KEY}"`)).toBe(1);
  });

  it('waits as long as Retry-After says, but not longer than maxDelayMs', async () => {
    await start([does.tooManyRequests('3'), does.tooManyRequests('3600')], {
      retry: { maxAttempts: 3, baseDelayMs: 500, maxDelayMs: 8_000 },
    });
    const work = cancel();
    await server.arrived(1);
    expect(await waitSet()).toBe(3_000);
    clock.advance(3_000);
    await server.arrived(2);
    expect(await waitSet()).toBe(8_000);
    clock.advance(8_000);
    await expect(work).resolves.toBeDefined();
  });

  /** The length of the next wait; deadlines of attempts are a minute long. */
  async function waitSet(): Promise<number> {
    for (;;) {
      const ms = await clock.nextTimer();
      if (ms !== 60_000) return ms;
    }
  }

  it('asks for an outstanding result beyond maxAttempts', async () => {
    await start([timeOut(does.hangAfterExecuting), ...Array<Behaviour>(9).fill(does.outstanding)]);
    expect(await cancel()).toEqual({ id: `result of "${KEY}"` });
    expect(server.exchanges.length).toBe(11);
    expect([...server.ledger.values()]).toEqual([1]);
  });

  it('asks until timeoutMs has passed since the last attempt, and then says that the work goes on', async () => {
    // Each time it is asked, ten seconds pass: the window of a minute, counted from the one attempt, ends with the seventh.
    await start([]);
    const slow: Behaviour = (exchange) => {
      does.outstanding(exchange);
      clock.advance(10_000);
    };
    server.willDo(...Array<Behaviour>(20).fill(slow));
    const error = await failureOf(cancel());

    expect(error).toBeInstanceOf(PortOneTimeoutError);
    expect(error).toMatchObject({ outcome: 'unknown', idempotencyKey: KEY, attempts: 6 });
    expect(isPortOneApiError((error as Error).cause, 'IDEMPOTENCY_OUTSTANDING_REQUEST')).toBe(true);
  });

  it('spends an attempt when asking again fails', async () => {
    await start([does.outstanding, does.resetAfterReading, does.outstanding, does.html502, does.html502, does.serve]);
    const error = await failureOf(cancel());
    expect(error).toMatchObject({ name: 'PortOneUnexpectedResponseError', status: 502, outcome: 'unknown' });
    expect(server.exchanges.length).toBe(5);
  });

  it('does every work at most once for each key, and every failure tells the truth', async () => {
    const behaviours: Behaviour[] = [
      does.serve,
      does.resetOnConnect,
      does.resetAfterReading,
      does.resetAfterExecuting,
      does.html502,
      does.html502AfterExecuting,
      does.truncatedJson,
      does.truncatedBody,
      does.nullJson,
      does.outstanding,
      timeOut(does.hang),
      timeOut(does.hangAfterExecuting),
    ];
    const documented = [PortOneTimeoutError, PortOneConnectionError, PortOneUnexpectedResponseError];
    const script = fc.array(fc.nat(behaviours.length - 1), { maxLength: 6 });
    let calls = 0;
    await start([]);
    await fc.assert(
      fc.asyncProperty(script, async (numbers) => {
        const idempotencyKey = `property-run-${String((calls += 1)).padStart(6, '0')}`;
        const before = server.exchanges.length;
        server.willDo(...numbers.map((number) => behaviours[number]!));
        const end = await cancel({ idempotencyKey }).catch((error: object) => error);
        server.forgetScript();

        const executed = server.ledger.get(`"${idempotencyKey}"`) ?? 0;
        expect(executed).toBeLessThanOrEqual(1);
        for (const { key } of server.exchanges.slice(before)) expect(key).toBe(`"${idempotencyKey}"`);
        if (documented.some((type) => end instanceof type)) {
          const { outcome } = end as PortOneTimeoutError;
          expect(executed === 0 ? ['unknown', 'not-sent'] : ['unknown']).toContain(outcome);
        } else {
          expect(end).toEqual({ id: `result of "${idempotencyKey}"` });
          expect(executed).toBe(1);
        }
      }),
      { numRuns: 150 },
    );
  });
});
