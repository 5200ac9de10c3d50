import { jest } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import {
  InMemoryWebhookInbox,
  PortOneWebhook,
  type AnyWebhookEvent,
  type WebhookClaim,
  type WebhookDelivery,
  type WebhookEvent,
} from 'nestjs-portone';

import type { RunningApp } from './platforms.js';
import { startWebhookApp } from './webhook-app.js';

type Work = (delivery: WebhookDelivery) => unknown;

/** Two handlers of one event, whose work each test sets. */
@Injectable()
export class Shop {
  stock: Work = () => undefined;
  mail: Work = () => undefined;
  readonly calls: string[] = [];

  @PortOneWebhook('Transaction.Paid')
  reserveStock(_event: WebhookEvent<'Transaction.Paid'>, delivery: WebhookDelivery): unknown {
    this.calls.push(`stock ${delivery.attempt}`);
    return this.stock(delivery);
  }

  @PortOneWebhook('Transaction.*')
  sendMail(_event: object, delivery: WebhookDelivery): unknown {
    this.calls.push(`mail ${delivery.attempt}`);
    return this.mail(delivery);
  }
}

@Injectable()
export class Everything {
  readonly types: string[] = [];

  @PortOneWebhook('*')
  any(event: AnyWebhookEvent): void {
    this.types.push(event.type as string);
  }
}

/** An inbox that is away when the test says so. */
export class MoodyInbox extends InMemoryWebhookInbox {
  away: 'claim' | 'complete' | 'silent' | undefined;

  override claim(id: string, leaseMs: number): Promise<WebhookClaim> {
    if (this.away === 'silent') return new Promise(() => undefined);
    return this.away === 'claim' ? Promise.reject(new Error('ECONNREFUSED')) : super.claim(id, leaseMs);
  }

  override complete(id: string, token: string): Promise<boolean> {
    return this.away === 'complete' ? Promise.reject(new Error('ECONNREFUSED')) : super.complete(id, token);
  }
}

/** The clock of leases and deadlines; sockets keep real time. */
export function fakeTimers(): void {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
}

/** What plain JavaScript may throw. */
export const throwing = async (thrown: unknown): Promise<never> => {
  await Promise.resolve();
  throw thrown as Error;
};

export async function advanceUntil<T>(promise: Promise<T>): Promise<T> {
  let settled = false;
  const done = () => (settled = true);
  promise.then(done, done);
  while (!settled) {
    await jest.advanceTimersByTimeAsync(250);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return promise;
}

export interface OpenShop {
  readonly running: RunningApp;
  /** Where deliveries are posted. */
  readonly path: string;
  readonly shop: Shop;
}

/** Starts an application with a `Shop` in it. */
export async function openShop(
  adapter: () => AbstractHttpAdapter,
  options: Parameters<typeof startWebhookApp>[1] = {},
): Promise<OpenShop> {
  const running = await startWebhookApp(adapter, { providers: [Shop], ...options });
  return { running, path: `${running.url}/webhook/portone`, shop: running.app.get(Shop, { strict: false }) };
}
