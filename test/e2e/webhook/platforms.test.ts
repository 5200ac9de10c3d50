import { gzipSync } from 'node:zlib';

import {
  Body,
  Catch,
  Controller,
  Get,
  Injectable,
  Module,
  Post,
  SetMetadata,
  ValidationPipe,
  VersioningType,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, HttpAdapterHost, Reflector } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsString } from 'class-validator';
import { json, text } from 'express';
import { PortOneModule, PortOneWebhook, type WebhookDelivery, type WebhookEvent } from 'nestjs-portone';
import { signWebhook } from 'nestjs-portone/testing';
import { map, type Observable } from 'rxjs';

import { deliver, paidEvent, post, SECRET } from '../../support/deliveries.js';
import { PLATFORMS, startApp, type ExpressApplication, type RunningApp } from '../../support/platforms.js';

const Public = () => SetMetadata('public', true);

@Injectable()
class PublicOnly implements CanActivate {
  constructor(private readonly reflector: Reflector) {}
  canActivate(context: ExecutionContext): boolean {
    return this.reflector.getAllAndOverride<boolean>('public', [context.getHandler(), context.getClass()]) === true;
  }
}

/** What turns failures into successes in real applications. */
@Catch()
class EverythingIsFine implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}
  catch(_error: unknown, host: ArgumentsHost): void {
    void this.host.httpAdapter.reply(host.switchToHttp().getResponse(), { ok: true }, 200);
  }
}

@Injectable()
class Envelope implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

class EchoDto {
  @IsString()
  text!: string;
}

@Controller()
class OtherRoutes {
  @Public()
  @Post('other')
  echo(@Body() body: EchoDto): EchoDto {
    return body;
  }

  @Public()
  @Get('webhook/portone')
  status(): string {
    return 'a GET of the same path is somebody else';
  }
}

@Injectable()
class Orders {
  readonly seen: { event: WebhookEvent<'Transaction.Paid'>; delivery: WebhookDelivery }[] = [];
  failure: Error | undefined;

  @PortOneWebhook('Transaction.Paid')
  onPaid(event: WebhookEvent<'Transaction.Paid'>, delivery: WebhookDelivery): void {
    if (this.failure) throw this.failure;
    this.seen.push({ event, delivery });
  }
}

interface Setup {
  readonly name: string;
  readonly options?: Parameters<typeof startApp>[2];
  readonly configure?: (app: INestApplication) => void;
  readonly providers?: readonly object[];
  readonly decorators?: readonly ClassDecorator[];
  readonly path?: string;
  readonly otherPath?: string;
  readonly headers?: Record<string, string>;
  readonly expressOnly?: true;
}

const SETUPS: readonly Setup[] = [
  { name: 'nothing special' },
  { name: 'rawBody: true', options: { rawBody: true } },
  { name: 'bodyParser: false', options: { bodyParser: false }, otherPath: '' },
  {
    name: 'a global prefix',
    configure: (app) => app.setGlobalPrefix('api'),
    path: '/api/webhook/portone',
    otherPath: '/api/other',
  },
  {
    name: 'a global prefix that excludes the endpoint',
    configure: (app) => app.setGlobalPrefix('api', { exclude: ['webhook/portone'] }),
    otherPath: '/api/other',
  },
  {
    name: 'URI versioning with a default version and a prefix',
    configure: (app) => {
      app.setGlobalPrefix('api');
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
    },
    path: '/api/webhook/portone',
    otherPath: '/api/v1/other',
  },
  {
    name: 'HEADER versioning with a default version',
    configure: (app) => app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version', defaultVersion: '2' }),
    headers: { 'x-version': '2' },
  },
  {
    name: 'a global guard',
    providers: [{ provide: APP_GUARD, useClass: PublicOnly }],
    decorators: [Public()],
  },
  {
    name: 'a strict ValidationPipe',
    configure: (app) =>
      app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true })),
  },
  {
    name: 'a catch-all filter and a wrapping interceptor',
    providers: [
      { provide: APP_FILTER, useClass: EverythingIsFine },
      { provide: APP_INTERCEPTOR, useClass: Envelope },
    ],
  },
  {
    name: 'parsers that main.ts adds',
    configure: (app) => {
      app.use(json({ limit: '1mb' }));
      app.use(text({ type: '*/*' }));
    },
    expressOnly: true,
    otherPath: '',
  },
  {
    name: 'useBodyParser',
    configure: (app) => void (app as ExpressApplication).useBodyParser('json', { limit: '1mb' }),
    expressOnly: true,
  },
];

describe.each(PLATFORMS)('on %s', (platform, adapter) => {
  let running: RunningApp | undefined;

  afterEach(async () => {
    await running?.app.close();
    running = undefined;
  });

  async function start(
    { options, configure, providers = [], decorators = [] }: Setup,
    extras: object = {},
  ): Promise<RunningApp> {
    @Module({
      imports: [
        PortOneModule.forRoot({
          apiSecret: 'secret',
          webhook: { secrets: [SECRET], maxBodyBytes: 4096 },
          webhookDecorators: decorators,
          ...extras,
        }),
      ],
      controllers: [OtherRoutes],
      providers: [Orders, ...(providers as [])],
    })
    class AppModule {}
    running = await startApp(AppModule, adapter, options, configure);
    return running;
  }

  const setups = SETUPS.filter(({ expressOnly }) => platform === 'Express' || !expressOnly);

  it.each(setups)('delivers the exact bytes with $name, and leaves other routes alone', async (setup) => {
    const { app, url } = await start(setup);
    const path = url + (setup.path ?? '/webhook/portone');
    // Spaces and escapes that no serialiser would write again.
    const body =
      '{ "type":"Transaction.Paid",  "timestamp":"2026-11-22T00:00:00Z", "data":{"paymentId":"\\uacb0제","transactionId":"t","storeId":"s"}\n}';
    const signed = signWebhook({ secret: SECRET, body });

    const answer = await post(path, body, { ...signed.headers, ...setup.headers });
    expect(answer).toMatchObject({ status: 200, body: { status: 'handled' } });
    const [seen] = app.get(Orders).seen;
    expect(seen?.delivery.rawBody.toString()).toBe(body);
    expect(seen?.event.data.paymentId).toBe('결제');

    const unsigned = await post(path, body, { 'content-type': 'application/json', ...setup.headers });
    expect(unsigned).toMatchObject({ status: 401, body: { type: 'MISSING_REQUIRED_HEADERS' } });
    const tampered = await post(path, body.replace('"s"', '"S"'), { ...signed.headers, ...setup.headers });
    expect(tampered).toMatchObject({ status: 401, body: { type: 'NO_MATCHING_SIGNATURE' } });

    app.get(Orders).failure = new Error('the database is away');
    const failed = await deliver(path, paidEvent(), { headers: setup.headers ?? {} });
    expect(failed).toMatchObject({ status: 500, body: { type: 'WEBHOOK_HANDLER_FAILED' } });
    expect(JSON.stringify(failed.body)).not.toContain('database');

    if (setup.otherPath !== '') {
      const other = await post(url + (setup.otherPath ?? '/other'), '{"text":"안녕"}', {
        'content-type': 'application/json',
        ...setup.headers,
      });
      expect(other.status).toBe(201);
      expect(JSON.stringify(other.body)).toContain('"text":"안녕"');
    }
  });

  it('answers in its own words whatever the content type, and refuses what it cannot read', async () => {
    const { url, app } = await start({ name: 'defaults' });
    const path = `${url}/webhook/portone`;
    const { headers } = signWebhook({ secret: SECRET, body: 'unused' });

    for (const type of [
      'application/json; charset=utf-8',
      'text/plain',
      'application/octet-stream',
      'application/x-www-form-urlencoded',
      'no type',
    ]) {
      expect((await deliver(path, paidEvent(type), { headers: { 'content-type': type } })).status).toBe(200);
    }
    expect(app.get(Orders).seen).toHaveLength(5);

    const notJson = signWebhook({ secret: SECRET, body: '{ not json' });
    expect(await post(path, notJson.body, notJson.headers)).toMatchObject({
      status: 400,
      body: { type: 'WEBHOOK_NOT_JSON' },
    });
    expect(await post(path, '{ not json', headers)).toMatchObject({ status: 401 });
    expect(await post(path, '', headers)).toMatchObject({ status: 401 });

    const old = signWebhook({ secret: SECRET, body: '{"payment_id":"p","tx_id":"t","status":"Paid"}' });
    const oldForm = signWebhook({ secret: SECRET, body: 'payment_id=p&tx_id=t&status=Paid' });
    for (const { body, headers: signed } of [old, oldForm]) {
      const answer = await post(path, body, { ...signed, 'content-type': 'application/x-www-form-urlencoded' });
      expect(answer).toMatchObject({ status: 400, body: { type: 'WEBHOOK_VERSION_NOT_SUPPORTED' } });
      expect(answer.body['message']).toContain('2024-04-25');
    }

    const plain = JSON.stringify(paidEvent());
    const zipped = signWebhook({ secret: SECRET, body: gzipSync(plain) });
    const encoded = await post(path, new Uint8Array(zipped.body), { ...zipped.headers, 'content-encoding': 'gzip' });
    expect(encoded).toMatchObject({ status: 415, body: { type: 'WEBHOOK_ENCODED' } });
    expect(app.get(Orders).seen).toHaveLength(5);
  });

  it('answers 413 to a body that is too large, with and without a content-length', async () => {
    const { url, app } = await start({ name: 'defaults' });
    const path = `${url}/webhook/portone`;
    const event = { ...paidEvent(), padding: 'x'.repeat(5000) };
    expect(await deliver(path, event)).toMatchObject({ status: 413, body: { type: 'WEBHOOK_TOO_LARGE' } });

    const { headers, body } = signWebhook({ secret: SECRET, body: JSON.stringify(event) });
    const chunked = await fetch(path, {
      method: 'POST',
      headers,
      body: new Blob([body]).stream(),
      duplex: 'half',
    });
    expect(chunked.status).toBe(413);
    expect(app.get(Orders).seen).toHaveLength(0);
    expect((await deliver(path)).status).toBe(200);
  });

  it('does not let a guard and a catch-all filter tell PortOne 200 for a delivery that nobody handled', async () => {
    const { url, app } = await start({
      name: 'a guard without @Public() on the endpoint',
      providers: [
        { provide: APP_GUARD, useClass: PublicOnly },
        { provide: APP_FILTER, useClass: EverythingIsFine },
      ],
    });
    expect((await deliver(`${url}/webhook/portone`)).status).toBe(500);
    expect(app.get(Orders).seen).toHaveLength(0);
    // Other routes keep their filter.
    expect((await fetch(`${url}/nowhere`)).status).toBe(200);
  });

  it('does not let middleware tell PortOne 200 in its place, before or after', async () => {
    type Raw = { statusCode: number; end(): void; writeHead(status: number): unknown };
    let meddle: (response: Raw) => boolean;
    const { url, app } = await start({
      name: 'middleware',
      configure: (created) => {
        created.use((_request: object, response: Raw, next: () => void) => (meddle(response) ? undefined : next()));
      },
    });
    const path = `${url}/webhook/portone`;
    meddle = (response) => {
      response.statusCode = 204;
      response.end();
      return true;
    };
    expect((await deliver(path)).status).toBe(500);
    meddle = (response) => {
      const writeHead = response.writeHead.bind(response);
      response.writeHead = () => writeHead(200);
      return false;
    };
    expect((await deliver(path)).status).toBe(200);
    expect((await deliver(path, paidEvent(), { headers: { 'webhook-signature': 'v1,AAAA' } })).status).toBe(401);
    app.get(Orders).failure = new Error('no');
    expect((await deliver(path)).status).toBe(500);
    expect(app.get(Orders).seen).toHaveLength(1);
  });

  it('takes the paths that the router takes, and no others', async () => {
    const { url, app } = await start({ name: 'defaults' });
    const spelled = await deliver(`${url}/Webhook/PortOne/`);
    expect(spelled.status).toBe(platform === 'Express' ? 200 : 404);
    expect((await deliver(`${url}/webhook/portone?from=portone`)).status).toBe(200);
    expect((await deliver(`${url}/webhook/portone2`)).status).toBe(404);
    expect((await deliver(`${url}/x/webhook/portone`)).status).toBe(404);
    const get = await fetch(`${url}/webhook/portone`);
    expect(await get.text()).toContain('somebody else');
    expect(app.get(Orders).seen).toHaveLength(platform === 'Express' ? 2 : 1);
  });
});

describe('on Fastify with settings of its own', () => {
  it.each([
    [
      'a router that ignores case and slashes',
      { routerOptions: { caseSensitive: false, ignoreTrailingSlash: true } },
      '/Webhook/PortOne/',
    ],
    ['a body limit below the body', { bodyLimit: 1_000 }, '/webhook/portone'],
    ['a rewritten URL', { rewriteUrl: () => '/webhook/portone' }, '/from/the/proxy'],
  ])('delivers with %s', async (_name, options, path) => {
    @Module({
      imports: [PortOneModule.forRoot({ apiSecret: 'secret', webhook: { secrets: [SECRET] } })],
      providers: [Orders],
    })
    class AppModule {}
    const { app, url } = await startApp(
      AppModule,
      () => new FastifyAdapter(options),
      { rawBody: true },
      (created) => {
        (created as NestFastifyApplication).useBodyParser('*');
      },
    );
    const event = { ...paidEvent(), padding: 'x'.repeat(900) };
    const answer = await deliver(url + path, event, { headers: { 'content-type': 'text/weird' } });
    expect(answer).toMatchObject({ status: 200, body: { status: 'handled' } });
    expect(app.get(Orders).seen[0]?.delivery.rawBody.toString()).toBe(JSON.stringify(event));
    await app.close();
  });
});
