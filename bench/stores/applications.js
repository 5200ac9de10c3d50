// The inboxes that are compared, each in an application with one handler, and how such an application is put together.
import { setTimeout as sleep } from 'node:timers/promises';

import { decorateClass, decorateMethod } from '../decorate.js';
import { WEBHOOK_SECRET } from '../deliveries.js';

/** Counts what a handler did: a contender that loses events must not win. */
export const handled = { count: 0 };

/** As many as `pg` opens unless it is told otherwise. */
const POOL = 10;

/** Each answers with what goes into `forRoot` and beside it. */
const INBOXES = {
  /** Verified and dispatched, and nothing is remembered. */
  async none(load) {
    const { WebhookInbox } = await load('nestjs-portone');
    class NoInbox extends WebhookInbox {
      claim = async () => ({ state: 'claimed', token: '', completedHandlers: [] });
      renew = async () => true;
      completeHandler = async () => true;
      complete = async () => true;
      release = async () => true;
      forget = async () => {};
    }
    return { webhookInbox: { useFactory: () => new NoInbox() } };
  },

  memory: async () => ({}),

  async redis(load, { redisUrl, place }) {
    const { Redis } = await load('ioredis');
    const { RedisWebhookInbox } = await load('nestjs-portone/redis');
    const redis = new Redis(redisUrl);
    return { webhookInbox: { useFactory: () => new RedisWebhookInbox({ redis, prefix: place }) } };
  },

  async postgres(load, { databaseUrl, place }) {
    const { default: pg } = await load('pg');
    const { PostgresWebhookInbox, postgresDatabase } = await load('nestjs-portone/postgres');
    const pool = new pg.Pool({
      connectionString: databaseUrl,
      max: POOL,
      idleTimeoutMillis: 0,
      application_name: place,
    });
    const connection = postgresDatabase(pool, { schema: place });
    return { webhookInbox: { useFactory: () => new PostgresWebhookInbox({ connection }) } };
  },
};

/**
 * @typedef {object} Setting
 * @property {keyof typeof INBOXES} inbox
 * @property {string} [place] prefix of the keys, or schema, that the inbox has for itself
 * @property {boolean} [transactional] whether the handler is
 * @property {number} [waitMs] how long the handler waits, as for a database or a mail server
 * @property {'both' | 'web' | 'worker'} [queue] what the process does for a queue
 * @property {string} redisUrl
 * @property {string} databaseUrl
 */

/** @param {(name: string) => Promise<any>} load @param {Setting} setting */
export async function applicationOf(load, setting) {
  const { Module } = await load('@nestjs/common');
  const { PortOneModule, PortOneWebhook } = await load('nestjs-portone');
  const { inbox, transactional = false, waitMs = 0, queue } = setting;
  class OrderWebhooks {
    async onPaid() {
      if (waitMs > 0) await sleep(waitMs);
      handled.count++;
    }
  }
  decorateMethod(OrderWebhooks, 'onPaid', PortOneWebhook('Transaction.Paid', { transactional }));
  const portOne = PortOneModule.forRoot({
    apiSecret: 'bench',
    environment: 'sandbox',
    webhook: { secrets: [WEBHOOK_SECRET] },
    ...(await INBOXES[inbox](load, setting)),
  });
  const imports = [portOne];
  if (queue !== undefined) imports.push(await queueModule(load, setting));
  class AppModule {}
  decorateClass(AppModule, Module({ imports, providers: [OrderWebhooks] }));
  return { AppModule, path: '/webhook/portone' };
}

async function queueModule(load, { redisUrl, place, queue }) {
  const { PortOneQueueModule } = await load('nestjs-portone/bullmq');
  const { hostname: host, port, username, password, pathname } = new URL(redisUrl);
  const connection = { host, port: Number(port || 6379), db: Number(pathname.slice(1) || 0), username, password };
  return PortOneQueueModule.forRoot({ connection, prefix: place, worker: queue !== 'web' });
}
