import { ValidationPipe, type INestApplication } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import type { PortOneSandbox } from 'nestjs-portone/testing';

import { AppModule } from '../../../sample-app/app.module.js';
import type { Order } from '../../../sample-app/orders/order.js';
import { startSandbox } from '../../../sample-app/sandbox.js';
import { startApp } from '../../support/platforms.js';

export const STAFF = { 'x-staff-key': 'staff' };

type Answer<T> = Promise<{ status: number; body: T }>;

/** The sample shop as its `main.ts` opens it, with a sandbox. */
export interface RunningShop {
  readonly app: INestApplication;
  readonly sandbox: PortOneSandbox;
  call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object, headers?: object): Answer<T>;
  place(quantity?: number): Promise<Order>;
  orderOf(order: Order): Promise<Order>;
  /** No webhook reaches the shop any more. */
  unplug(): void;
  close(): Promise<void>;
}

export async function openShop(adapter: () => AbstractHttpAdapter): Promise<RunningShop> {
  const environment = { ...process.env };
  // The shop's address is known once it listens, its configuration before that.
  const sandbox = await startSandbox('http://127.0.0.1:1', 0);
  const { app, url } = await startApp(AppModule, adapter, {}, (one) => {
    one.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
  });
  sandbox.webhook = { ...sandbox.webhook!, url: `${url}/webhook/portone` };

  async function call<T>(method: string, path: string, body?: object, headers = {}): Answer<T> {
    const response = await fetch(url + path, {
      method,
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
  }

  return {
    app,
    sandbox,
    call,
    place: async (quantity = 2) => (await call<Order>('POST', '/api/orders', { product: 'keyboard', quantity })).body,
    orderOf: async ({ orderId }) => (await call<Order>('GET', `/api/orders/${orderId}`)).body,
    unplug: () => {
      sandbox.webhook = { ...sandbox.webhook!, url: 'http://127.0.0.1:9/nobody' };
    },
    close: async () => {
      await app.close();
      await sandbox.stop();
      process.env = environment;
    },
  };
}
