import { gzipSync } from 'node:zlib';

import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { PortOneModule } from 'nestjs-portone';
import { signWebhook } from 'nestjs-portone/testing';

import { deliver, paidEvent, post, SECRET } from '../../support/deliveries.js';
import { EverythingIsFine, Orders, PublicOnly, startSetup, type Setup } from '../../support/endpoint-app.js';
import { PLATFORMS, startApp, type RunningApp } from '../../support/platforms.js';

describe.each(PLATFORMS)('on %s', (platform, adapter) => {
  let running: RunningApp | undefined;

  afterEach(async () => {
    await running?.app.close();
    running = undefined;
  });

  async function start(setup: Setup): Promise<RunningApp> {
    running = await startSetup(adapter, setup);
    return running;
  }

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
