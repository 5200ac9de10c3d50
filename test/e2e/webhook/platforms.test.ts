import { ValidationPipe, VersioningType } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { json, text } from 'express';
import { signWebhook } from 'nestjs-portone/testing';

import { deliver, paidEvent, post, SECRET } from '../../support/deliveries.js';
import {
  Envelope,
  EverythingIsFine,
  Orders,
  Public,
  PublicOnly,
  startSetup,
  type Setup,
} from '../../support/endpoint-app.js';
import { PLATFORMS, type ExpressApplication, type RunningApp } from '../../support/platforms.js';

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

  async function start(setup: Setup): Promise<RunningApp> {
    running = await startSetup(adapter, setup);
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
});
