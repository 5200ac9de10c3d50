import { Controller, Get, Module, type Provider } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { InjectPortOne, PortOneModule } from 'nestjs-portone';
import {
  PortOneHealthIndicator,
  type ApiHealthOptions,
  type BacklogHealthOptions,
  type InboxHealthOptions,
} from 'nestjs-portone/terminus';

import { deliver, paidEvent, SECRET, type Answer } from '../../support/deliveries.js';
import * as does from '../../support/misbehaving-server.js';
import { MisbehavingServer } from '../../support/misbehaving-server.js';
import { PLATFORMS, startApp, type RunningApp } from '../../support/platforms.js';
import { MoodyInbox, Shop } from '../../support/shop.js';
import { WatchedInbox } from '../../support/watched-inbox.js';
import { RecordingLogger } from '../module/recording-logger.js';

const API_SECRET = 'a-very-secret-api-secret';

/** What the application's own module says of its health. */
@Controller('health')
class HealthController {
  apiOptions: ApiHealthOptions = {};
  inboxOptions: InboxHealthOptions = {};
  backlogOptions: BacklogHealthOptions = {};

  constructor(
    private readonly health: HealthCheckService,
    private readonly portOne: PortOneHealthIndicator,
    @InjectPortOne(PortOneHealthIndicator, 'b') private readonly portOneOfB: PortOneHealthIndicator,
  ) {}

  @Get('api')
  @HealthCheck()
  api(): unknown {
    return this.health.check([() => this.portOne.api('portone', this.apiOptions)]);
  }

  @Get('api/b')
  @HealthCheck()
  apiOfB(): unknown {
    return this.health.check([() => this.portOneOfB.api('portone-b')]);
  }

  @Get('inbox')
  @HealthCheck()
  inbox(): unknown {
    return this.health.check([() => this.portOne.inbox('inbox', this.inboxOptions)]);
  }

  @Get('backlog')
  @HealthCheck()
  backlog(): unknown {
    return this.health.check([() => this.portOne.backlog('webhooks', this.backlogOptions)]);
  }
}

const notFound = does.typedError(404, 'PAYMENT_NOT_FOUND');

describe.each(PLATFORMS)('a health endpoint, on %s', (_, adapter) => {
  let server: MisbehavingServer;
  let running: RunningApp;
  let logger: RecordingLogger;

  async function start(webhookInbox?: object, providers: Provider[] = []): Promise<HealthController> {
    server = await MisbehavingServer.start();
    logger = new RecordingLogger();
    const account = { apiSecret: API_SECRET, baseUrl: server.url, webhook: { secrets: [SECRET] }, isGlobal: false };
    const accounts = [
      PortOneModule.forRoot({ ...account, webhookInbox: webhookInbox as never }),
      PortOneModule.forRoot({ ...account, apiSecret: 'the-secret-of-b', name: 'b' }),
    ];
    @Module({
      imports: [TerminusModule, ...accounts],
      controllers: [HealthController],
      providers: [PortOneHealthIndicator, PortOneHealthIndicator.for('b'), Shop, ...providers],
    })
    class AppModule {}
    running = await startApp(AppModule, adapter, { logger });
    return running.app.get(HealthController);
  }
  afterEach(async () => {
    await running.app.close();
    await server.stop();
  });

  const look = async (what: string): Promise<Pick<Answer, 'status' | 'body'>> => {
    const response = await fetch(`${running.url}/health/${what}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('says that the API is up once it answers, and asks it no more for a while', async () => {
    await start();
    server.willDo(notFound);
    const first = await look('api');
    expect(first).toMatchObject({ status: 200, body: { details: { portone: { status: 'up' } } } });
    expect(await look('api')).toEqual(first);
    expect(server.exchanges.map(({ request: { method, url } }) => `${method} ${url}`)).toEqual([
      'GET /payments/nestjs-portone-health-check',
    ]);
    expect(server.exchanges[0]!.request.headers.authorization).toBe(`PortOne ${API_SECRET}`);
  });

  it('asks once however many look at the same time', async () => {
    await start();
    let answer: () => void = () => undefined;
    server.willDo((exchange) => (answer = () => notFound(exchange)));
    const indicator = running.app.get(PortOneHealthIndicator);
    const looks = Array.from({ length: 20 }, (__, index) => indicator.api(`portone-${index}`));
    await server.arrived(1);
    answer();
    for (const [index, result] of (await Promise.all(looks)).entries()) {
      expect(result).toMatchObject({ [`portone-${index}`]: { status: 'up' } });
    }
    expect(server.exchanges).toHaveLength(1);
  });

  it('asks again when that is too long ago, and finds that it is well again', async () => {
    const health = await start();
    health.apiOptions = { maxAgeMs: 0 };
    server.willDo(does.html502, notFound);
    expect(await look('api')).toMatchObject({
      status: 503,
      body: { error: { portone: { status: 'down', reason: 'PortOneUnexpectedResponseError' } } },
    });
    expect((await look('api')).status).toBe(200);
  });

  it.each<[string, does.Behaviour, string]>([
    ['the secret is refused', does.typedError(401, 'UNAUTHORIZED'), 'UNAUTHORIZED'],
    ['the store is not to be seen', does.typedError(403, 'FORBIDDEN'), 'FORBIDDEN'],
    ['there are too many requests', does.tooManyRequests('1'), 'PortOneUnexpectedResponseError'],
    ['the connection breaks', does.resetAfterReading, 'PortOneConnectionError'],
    ['there is no answer', does.hang, 'timeout'],
  ])('says that the API is down when %s, once and without details', async (__, behaviour, reason) => {
    const health = await start();
    // Only the one that hangs is to run out of it.
    health.apiOptions = { timeoutMs: reason === 'timeout' ? 50 : 30_000 };
    server.willDo(behaviour);
    const { status, body } = await look('api');
    expect(status).toBe(503);
    const { checkedAt, ...shown } = (body['error'] as { portone: Record<string, unknown> }).portone;
    expect(Number.isNaN(Date.parse(checkedAt as string))).toBe(false);
    expect(reason === 'timeout' ? ['timeout', 'PortOneTimeoutError'] : [reason]).toContain(shown['reason']);
    expect(Object.keys(shown).sort()).toEqual(['reason', 'status']);
    expect(server.exchanges).toHaveLength(1);
    expect(logger.ofPortOne('warn').join()).toContain("PortOne's API is not well");
    expect(JSON.stringify([body, logger.lines])).not.toContain(API_SECRET);
  });

  it("asks with a named account's own secret", async () => {
    await start();
    server.willDo(notFound);
    expect(await look('api/b')).toMatchObject({ status: 200, body: { info: { 'portone-b': { status: 'up' } } } });
    expect(server.exchanges[0]!.request.headers.authorization).toBe('PortOne the-secret-of-b');
  });

  it('says whether the inbox can be written to, whichever inbox it is', async () => {
    await start();
    expect(await look('inbox')).toMatchObject({ status: 200, body: { info: { inbox: { status: 'up' } } } });
  });

  it('says that an inbox that is away, or silent, is down, and why in a word', async () => {
    class Away extends MoodyInbox {
      override forget(): Promise<void> {
        if (this.away === 'silent') return new Promise(() => undefined);
        const error = new Error('connect redis://user:password@redis');
        return Promise.reject(Object.assign(error, { code: 'ECONNREFUSED' }));
      }
    }
    const inbox = new Away();
    const health = await start({ useFactory: () => inbox });
    const refused = await look('inbox');
    expect(refused).toMatchObject({ status: 503, body: { error: { inbox: { reason: 'ECONNREFUSED' } } } });
    expect(JSON.stringify(refused)).not.toContain('password');
    inbox.away = 'silent';
    health.inboxOptions = { timeoutMs: 50 };
    expect(await look('inbox')).toMatchObject({ status: 503, body: { error: { inbox: { reason: 'timeout' } } } });
  });

  it('says what the inbox has before it, and when that is too much', async () => {
    const inbox = new WatchedInbox({
      maxAttempts: 1,
      baseDelayMs: 3_600_000,
      maxDelayMs: 3_600_000,
      pollMs: 3_600_000,
    });
    const health = await start({ useFactory: () => inbox });
    expect(await look('backlog')).toMatchObject({
      status: 200,
      body: { info: { webhooks: { unfinished: 0, exhausted: 0, ageMs: 0 } } },
    });
    running.app.get(Shop).stock = () => Promise.reject(new Error('no'));
    for (const id of ['m-1', 'm-2']) await deliver(`${running.url}/webhook/portone`, paidEvent(), { id });
    const numbers = { unfinished: 2, exhausted: 0, ageMs: expect.any(Number) as number };
    health.backlogOptions = { maxUnfinished: 2, maxExhausted: 0, maxAgeMs: 3_600_000 };
    expect(await look('backlog')).toMatchObject({ status: 200, body: { info: { webhooks: numbers } } });
    health.backlogOptions = { maxUnfinished: 1, maxExhausted: 0, maxAgeMs: -1 };
    expect(await look('backlog')).toMatchObject({
      status: 503,
      body: { error: { webhooks: { ...numbers, exceeded: ['maxUnfinished', 'maxAgeMs'] } } },
    });
  });

  it('cannot say it of an inbox that does not finish work itself, and the log says why', async () => {
    await start();
    expect(await look('backlog')).toMatchObject({ status: 503, body: { error: { webhooks: { reason: 'Error' } } } });
    expect(logger.ofPortOne('warn').join()).toContain('does not finish work itself');
  });
});
