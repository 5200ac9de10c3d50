import type { DynamicModule, INestApplication, LoggerService, Provider, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

/** A root module of its own for each test. */
export function application(
  imports: (Type<unknown> | DynamicModule | Promise<DynamicModule>)[],
  providers: Provider[] = [],
): DynamicModule {
  return { module: class AppModule {}, imports, providers };
}

/** Starts it as a `main.ts` would, without a port. */
export async function start(
  module: DynamicModule,
  logger: LoggerService | false = false,
  configure: (app: INestApplication) => void = () => undefined,
): Promise<INestApplication> {
  const app = await NestFactory.create(module, { logger, abortOnError: false });
  configure(app);
  return app.init();
}
