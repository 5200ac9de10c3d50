import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { INestApplication, NestApplicationOptions, Type, DynamicModule } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';

/** Every test of the HTTP side runs on both. */
export const PLATFORMS: readonly [name: 'Express' | 'Fastify', adapter: () => AbstractHttpAdapter][] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];

export type ExpressApplication = NestExpressApplication;

export interface RunningApp {
  readonly app: INestApplication;
  readonly url: string;
}

/** Starts an application as its `main.ts` would, on a free port of the loopback interface. */
export async function startApp(
  module: Type<unknown> | DynamicModule,
  adapter: () => AbstractHttpAdapter,
  options: NestApplicationOptions = {},
  configure: (app: INestApplication) => void | Promise<void> = () => undefined,
): Promise<RunningApp> {
  const app = await NestFactory.create(module, adapter(), { logger: false, abortOnError: false, ...options });
  await configure(app);
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl() };
}
