import type { DynamicModule, Type } from '@nestjs/common';
import { Redis } from 'ioredis';
import { InMemoryWebhookInbox, type PortOneModuleExtras } from 'nestjs-portone';
import { PortOneQueueModule } from 'nestjs-portone/bullmq';
import { RedisWebhookInbox } from 'nestjs-portone/redis';

import { REDIS_URL, RedisModule } from './database/redis.module.js';

/** How deliveries get to their handlers. */
interface Delivery {
  /** In place of the inbox in the database. */
  readonly inbox: Pick<PortOneModuleExtras, 'webhookInbox'>;
  readonly modules: readonly (Type | DynamicModule)[];
}

/** No handler is written for one of these. */
const DELIVERIES = {
  /** The shop's own database remembers them until their handlers are through. */
  postgres: (): Delivery => ({ inbox: {}, modules: [] }),
  /** Redis does, at `REDIS_URL`. */
  redis: (): Delivery => {
    const useFactory = (redis: Redis): RedisWebhookInbox => new RedisWebhookInbox({ redis });
    return { inbox: { webhookInbox: { useFactory, inject: [Redis] } }, modules: [RedisModule] };
  },
  /** This process does; what it forgets PortOne sends again. */
  memory: (): Delivery => ({ inbox: { webhookInbox: InMemoryWebhookInbox }, modules: [] }),
  /** They become jobs of BullMQ, at `REDIS_URL`. With `WORKER=false` this process leaves those to others. */
  queue: (): Delivery => {
    const worker = process.env['WORKER'] !== 'false';
    return { inbox: {}, modules: [PortOneQueueModule.forRoot({ connection: { url: REDIS_URL }, worker })] };
  },
};

/** As `DELIVERY` says. */
export function deliveryFromEnvironment(): Delivery {
  const name = process.env['DELIVERY'] ?? 'postgres';
  const choices = Object.keys(DELIVERIES);
  if (!choices.includes(name)) throw new Error(`DELIVERY must be one of ${choices.join(', ')}, got ${name}.`);
  return DELIVERIES[name as keyof typeof DELIVERIES]();
}
