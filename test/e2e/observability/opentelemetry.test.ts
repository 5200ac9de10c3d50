import { Injectable, Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { context, createContextKey, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Dispatcher } from 'undici';
import { Pool } from 'undici';
import {
  InjectPortOne,
  PaymentService,
  PortOneModule,
  PortOneWebhook,
  PortOneWebhookEvents,
  type WebhookEvent,
} from 'nestjs-portone';
import { PortOneOpenTelemetryModule } from 'nestjs-portone/opentelemetry';
import { firstValueFrom } from 'rxjs';

import { deliver, paidEvent, SECRET } from '../../support/deliveries.js';
import * as does from '../../support/misbehaving-server.js';
import { MisbehavingServer } from '../../support/misbehaving-server.js';
import { PLATFORMS, startApp, type RunningApp } from '../../support/platforms.js';
import { Telemetry } from '../../support/telemetry.js';
import { WatchedInbox } from '../../support/watched-inbox.js';
import { deferred } from '../../support/webhook-app.js';

const API_SECRET = 'a-very-secret-api-secret';
/** Which of the two it is depends on what the socket sees first. */
const BROKEN: unknown = expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/);
const tick = () => new Promise((resolve) => setImmediate(resolve));

/** An application's own work, with spans of its own. */
@Injectable()
class Stock {
  work: () => unknown = () => undefined;

  constructor(
    readonly payments: PaymentService,
    @InjectPortOne(PaymentService, 'b') readonly paymentsOfB: PaymentService,
  ) {}

  @PortOneWebhook('Transaction.Paid')
  async reserve({ data }: WebhookEvent<'Transaction.Paid'>): Promise<void> {
    await tick();
    await trace.getTracer('shop').startActiveSpan('UPDATE stock', async (span) => {
      await this.payments.getPayment({ paymentId: data.paymentId });
      await this.work();
      span.end();
    });
  }

  @PortOneWebhook('Transaction.Paid', { account: 'b' })
  async reserveOfB(): Promise<void> {
    await this.paymentsOfB.getPayment({ paymentId: 'p-b' });
  }
}

let server: MisbehavingServer;
let telemetry: Telemetry;
const apps: INestApplication[] = [];

beforeEach(async () => {
  server = await MisbehavingServer.start();
  telemetry = new Telemetry();
});
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  await telemetry.stop();
  await server.stop();
});

type Options = Partial<Parameters<typeof PortOneModule.forRoot>[0]>;

function moduleOf(options: Options, instrumentation: object): new () => object {
  const retry = { maxAttempts: 3, baseDelayMs: 0, maxDelayMs: 0 };
  const common = { apiSecret: API_SECRET, baseUrl: server.url, retry, webhook: { secrets: [SECRET] } };
  @Module({
    imports: [
      PortOneModule.forRoot({ ...common, ...options }),
      PortOneModule.forRoot({ ...common, name: 'b' }),
      instrumentation as never,
    ],
    providers: [Stock],
  })
  class AppModule {}
  return AppModule;
}

async function start(
  options: Options = {},
  adapter = PLATFORMS[0]![1],
  instrumentation: object = PortOneOpenTelemetryModule,
): Promise<RunningApp & { stock: Stock; path: string }> {
  // As an instrumentation of HTTP servers does.
  const traced = (app: INestApplication): void => {
    app.use((_request: unknown, _response: unknown, next: () => void) => {
      trace.getTracer('http').startActiveSpan('POST', { kind: SpanKind.SERVER }, (span) => {
        next();
        span.end();
      });
    });
  };
  const running = await startApp(moduleOf(options, instrumentation), adapter, {}, traced);
  apps.push(running.app);
  return { ...running, stock: running.app.get(Stock), path: `${running.url}/webhook/portone` };
}

/** Without an HTTP side. */
async function payments(options: Options = {}, instrumentation: object = PortOneOpenTelemetryModule) {
  const app = await NestFactory.create(moduleOf(options, instrumentation), { logger: false, abortOnError: false });
  await app.init();
  apps.push(app);
  return app.get(PaymentService);
}

describe.each(PLATFORMS)('a delivery, on %s', (_, adapter) => {
  it('is a span within the request, the handlers are its children, and their own work theirs', async () => {
    telemetry.start();
    const { path } = await start({}, adapter);
    expect((await deliver(path, paidEvent('p-17'), { id: 'm-1' })).status).toBe(200);

    const delivery = telemetry.one('process Transaction.Paid');
    expect(delivery.kind).toBe(SpanKind.CONSUMER);
    expect(delivery.status.code).toBe(SpanStatusCode.UNSET);
    expect(delivery.instrumentationScope.name).toBe('nestjs-portone');
    expect(delivery.attributes).toEqual({
      'messaging.system': 'portone',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'Transaction.Paid',
      'messaging.message.id': 'm-1',
      'portone.event.type': 'Transaction.Paid',
      'portone.payment.id': 'p-17',
      'portone.delivery.via': 'http',
      'portone.delivery.answer': 'handled',
      'portone.delivery.status': 200,
    });
    const handler = telemetry.one('Stock.reserve');
    expect(handler.attributes).toMatchObject({ 'portone.delivery.attempt': 1, 'portone.handler.outcome': 'completed' });
    expect(telemetry.pathOf(telemetry.one('GET /payments/{paymentId}'))).toEqual([
      'GET /payments/{paymentId}',
      'PortOne payment.getPayment',
      'UPDATE stock',
      'Stock.reserve',
      'process Transaction.Paid',
      'POST',
    ]);
  });

  it('whose handler fails says so, without what it threw', async () => {
    telemetry.start();
    const { path, stock } = await start({}, adapter);
    stock.work = () => Promise.reject(new RangeError('card 4242-4242'));
    expect((await deliver(path)).status).toBe(500);
    for (const [name, type] of [
      ['process Transaction.Paid', 'WEBHOOK_HANDLER_FAILED'],
      ['Stock.reserve', 'RangeError'],
    ] as const) {
      expect(telemetry.one(name).attributes).toMatchObject({ 'error.type': type });
      expect(telemetry.one(name).status).toEqual({ code: SpanStatusCode.ERROR });
    }
    expect(await telemetry.everything()).not.toMatch(/4242/);
  });

  it('of a named account says which', async () => {
    telemetry.start();
    const { path } = await start({}, adapter);
    await deliver(`${path}/b`, paidEvent());
    const names = ['process Transaction.Paid', 'Stock.reserveOfB', 'PortOne payment.getPayment'];
    for (const name of [...names, 'GET /payments/{paymentId}']) {
      expect(telemetry.one(name).attributes).toMatchObject({ 'portone.account': 'b' });
    }
    const series = await telemetry.series('portone.webhook.handler.duration');
    expect(series).toEqual([
      {
        'portone.handler': 'Stock.reserveOfB',
        'portone.event.type': 'Transaction.Paid',
        'portone.account': 'b',
        'portone.handler.outcome': 'completed',
      },
    ]);
  });
});

describe('deliveries', () => {
  it('that the inbox takes up begin a trace of their own, whatever was active at start', async () => {
    telemetry.start();
    const webhookInbox = { useFactory: () => new WatchedInbox() };
    const { path, stock, app } = await trace.getTracer('shop').startActiveSpan('main', async (span) => {
      const started = await start({ webhookInbox });
      span.end();
      return started;
    });
    let calls = 0;
    stock.work = () => ((calls += 1) === 1 ? Promise.reject(new Error('no')) : undefined);
    const handled = firstValueFrom(app.get(PortOneWebhookEvents).all$);
    await deliver(path);
    await handled;
    await tick();
    const [first, second] = telemetry.named('process Transaction.Paid');
    expect(first!.attributes['portone.delivery.via']).toBe('http');
    expect(second!.attributes['portone.delivery.via']).toBe('redrive');
    expect(telemetry.pathOf(second!)).toEqual(['process Transaction.Paid']);
    expect(telemetry.pathOf(telemetry.named('Stock.reserve')[1]!)).toEqual([
      'Stock.reserve',
      'process Transaction.Paid',
    ]);
  });

  it('whose handler does not end are told of all the same, and so is the handler', async () => {
    telemetry.start();
    const { path, stock } = await start({ webhook: { secrets: [SECRET], handlerTimeoutMs: 200 } });
    const gate = deferred();
    stock.work = () => gate.promise;
    expect((await deliver(path)).status).toBe(500);
    await tick();
    expect(telemetry.one('Stock.reserve').attributes).toMatchObject({
      'error.type': 'timeout',
      'portone.handler.outcome': 'overdue',
    });
    expect(telemetry.named('UPDATE stock')).toEqual([]);
    gate.resolve();
  });

  it('are measured, those that are turned away and given up too', async () => {
    telemetry.start();
    const { path, stock, app } = await start({
      webhookInbox: {
        useFactory: () => new WatchedInbox({ maxAttempts: 1, baseDelayMs: 1, maxDelayMs: 1, pollMs: 1 }),
      },
    });
    const exhausted = firstValueFrom(app.get(PortOneWebhookEvents).exhausted$);
    await deliver(path);
    stock.work = () => Promise.reject(new Error('no'));
    await deliver(path);
    await deliver(path, paidEvent(), { secret: 'whsec_' + Buffer.from('of somebody else').toString('base64') });
    await exhausted;
    const messaging = {
      'messaging.system': 'portone',
      'messaging.operation.name': 'process',
      'messaging.destination.name': 'Transaction.Paid',
      'portone.delivery.via': 'http',
    };
    expect(await telemetry.series('messaging.process.duration')).toEqual([
      { ...messaging, 'portone.delivery.answer': 'handled' },
      { ...messaging, 'portone.delivery.answer': 'WEBHOOK_HANDLER_FAILED', 'error.type': 'WEBHOOK_HANDLER_FAILED' },
    ]);
    expect(await telemetry.series('portone.webhook.refused')).toEqual([{ 'error.type': 'NO_MATCHING_SIGNATURE' }]);
    expect(await telemetry.series('portone.webhook.exhausted')).toEqual([{ 'portone.event.type': 'Transaction.Paid' }]);
  });
});

describe('a call', () => {
  it('has a client span for each attempt, as the semantic conventions describe it', async () => {
    telemetry.start();
    const service = await payments();
    server.willDo(does.html502, does.resetAfterReading);
    await service.getPayment({ paymentId: 'p-1' });

    const port = Number(new URL(server.url).port);
    const request = {
      'http.request.method': 'GET',
      'server.address': '127.0.0.1',
      'server.port': port,
      'url.template': '/payments/{paymentId}',
    };
    const attempts = telemetry.named('GET /payments/{paymentId}');
    expect(attempts.map(({ kind }) => kind)).toEqual([SpanKind.CLIENT, SpanKind.CLIENT, SpanKind.CLIENT]);
    const url = { 'url.full': `${server.url}/payments/p-1` };
    expect(attempts.map(({ attributes }) => attributes)).toEqual([
      { ...request, ...url, 'http.response.status_code': 502, 'error.type': '502' },
      { ...request, ...url, 'http.request.resend_count': 1, 'error.type': BROKEN },
      { ...request, ...url, 'http.request.resend_count': 2, 'http.response.status_code': 200 },
    ]);
    expect(attempts.map(({ status }) => status.code)).toEqual([2, 2, 0]);
    const call = telemetry.one('PortOne payment.getPayment');
    expect(call.attributes).toEqual({ 'portone.operation': 'payment.getPayment', 'portone.call.attempts': 3 });
    for (const attempt of attempts) expect(telemetry.pathOf(attempt).slice(1)).toEqual([call.name]);

    const metric = await telemetry.metric('http.client.request.duration');
    expect(metric!.descriptor).toMatchObject({
      unit: 's',
      advice: {
        explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
      },
    });
    expect(metric!.dataPoints.map(({ attributes }) => attributes)).toEqual([
      { ...request, 'http.response.status_code': 502, 'error.type': '502' },
      { ...request, 'error.type': BROKEN },
      { ...request, 'http.response.status_code': 200 },
    ]);
    expect(await telemetry.series('portone.client.call.duration')).toEqual([
      { 'portone.operation': 'payment.getPayment' },
    ]);
  });

  it('that fails says of what, and its error keeps the rest to itself', async () => {
    telemetry.start();
    const service = await payments();
    server.willDo(does.typedError(404, 'PAYMENT_NOT_FOUND'));
    await expect(service.getPayment({ paymentId: 'p-1' })).rejects.toThrow();
    expect(telemetry.one('PortOne payment.getPayment')).toMatchObject({
      attributes: { 'error.type': 'PAYMENT_NOT_FOUND' },
      status: { code: SpanStatusCode.ERROR },
    });
    expect(await telemetry.everything()).not.toContain('a PAYMENT_NOT_FOUND');
  });

  it.each([
    ['nothing of the trace', PortOneOpenTelemetryModule, undefined],
    ['the trace where that is asked for', PortOneOpenTelemetryModule.forRoot({ sendTraceparent: true }), 'its span'],
  ])('sends PortOne %s, and never baggage', async (_, instrumentation, expected) => {
    telemetry.start();
    const service = await payments({}, instrumentation);
    await service.cancelPayment({ paymentId: 'p-1', reason: 'test' });
    const { traceId, spanId } = telemetry.one('POST /payments/{paymentId}/cancel').spanContext();
    const { headers } = server.exchanges[0]!.request;
    expect(headers['traceparent']).toBe(expected && `00-${traceId}-${spanId}-01`);
    expect(headers).not.toHaveProperty('baggage');
    expect(headers.authorization).toBe(`PortOne ${API_SECRET}`);
  });

  it('is not told of again by an instrumentation of what is below', async () => {
    telemetry.start();
    const pool = new Pool(server.url);
    const suppressed: unknown[] = [];
    const dispatch: Dispatcher['dispatch'] = (options, handler) => {
      suppressed.push(context.active().getValue(createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING')));
      trace.getTracer('undici').startSpan('GET').end();
      return pool.dispatch(options, handler);
    };
    const service = await payments({
      dispatcher: { dispatch, close: () => pool.close(), destroy: () => pool.destroy() } as never,
    });
    await service.getPayment({ paymentId: 'p-1' });
    expect(suppressed).toEqual([true]);
    expect(telemetry.named('GET')).toEqual([]);
    await pool.close();
  });
});

describe('set up in one line', () => {
  it.each(['before', 'after'])('with the SDK started %s the application', async (when) => {
    if (when === 'before') telemetry.start();
    const service = await payments();
    if (when === 'after') {
      await service.getPayment({ paymentId: 'p-1' });
      telemetry.start();
    }
    await service.getPayment({ paymentId: 'p-1' });
    expect(telemetry.named('PortOne payment.getPayment')).toHaveLength(1);
    const metric = await telemetry.metric('portone.client.call.duration');
    expect(metric!.dataPoints).toMatchObject([{ value: { count: 1 } }]);
  });

  it('in two applications of one process, everything is told of once, until both are closed', async () => {
    telemetry.start();
    const first = await payments();
    const second = await payments();
    const told = async (): Promise<number> => {
      await second.getPayment({ paymentId: 'p-1' }).catch(() => undefined);
      return telemetry.named('GET /payments/{paymentId}').length;
    };
    await first.getPayment({ paymentId: 'p-1' });
    expect(telemetry.named('GET /payments/{paymentId}')).toHaveLength(1);
    await apps.shift()!.close();
    expect(await told()).toBe(2);
    const plain = await startApp(moduleOf({}, class Nothing {}), PLATFORMS[0]![1]);
    await apps.shift()!.close();
    apps.push(plain.app);
    await plain.app.get(PaymentService).getPayment({ paymentId: 'p-1' });
    expect(telemetry.named('GET /payments/{paymentId}')).toHaveLength(2);
  });

  it('without an SDK changes nothing', async () => {
    const { path } = await start();
    expect((await deliver(path)).body).toEqual({ status: 'handled' });
    expect(telemetry.spans).toEqual([]);
  });

  it('never tells a secret', async () => {
    telemetry.start();
    const { path, stock } = await start();
    await deliver(path, { ...paidEvent(), data: { ...paidEvent().data, customer: 'Hong Gil-dong' } });
    await stock.payments.payWithBillingKey(
      {
        paymentId: 'p-9',
        billingKey: 'billing-key-1',
        orderName: 'a private order',
        amount: { total: 1 },
        currency: 'KRW',
      },
      { idempotencyKey: 'a-key-of-the-shop' },
    );
    const everything = await telemetry.everything();
    expect(everything).toContain('payments/p-9/billing-key');
    for (const secret of [API_SECRET, SECRET, 'Hong', 'billing-key-1', 'private', 'a-key-of-the-shop', 'v1,']) {
      expect(everything).not.toContain(secret);
    }
  });
});
