import { Module, type Provider, type Type } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { PortOneModule } from 'nestjs-portone';

import { SECRET } from './deliveries.js';
import { startApp, type RunningApp } from './platforms.js';

type ModuleOptions = Parameters<typeof PortOneModule.forRoot>[0];

/** Starts an application with the module and the handlers of a test. */
export function startWebhookApp(
  adapter: () => AbstractHttpAdapter,
  {
    providers = [],
    controllers = [],
    webhook = {},
    ...options
  }: { providers?: Provider[]; controllers?: Type<unknown>[] } & Partial<ModuleOptions> = {},
): Promise<RunningApp> {
  @Module({
    imports: [PortOneModule.forRoot({ apiSecret: 'secret', webhook: { secrets: [SECRET], ...webhook }, ...options })],
    providers,
    controllers,
  })
  class AppModule {}
  return startApp(AppModule, adapter);
}

/** A promise and the means to settle it from outside: tests wait for events, not for time. */
export function deferred<T = void>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: Error) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
