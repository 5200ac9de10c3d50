import { Module, type DynamicModule, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Redis } from 'ioredis';
import pg from 'pg';

import {
  PortOneModule,
  WebhookDispatcher,
  WebhookInboxAdmin,
  type RedriveOptions,
  type RedrivingWebhookInbox,
} from '../../../lib/index.js';
import { PortOneQueueAdmin, PortOneQueueModule } from '../../../lib/bullmq/index.js';
import { PostgresWebhookInbox } from '../../../lib/postgres/index.js';
import { RedisWebhookInbox } from '../../../lib/redis/index.js';
import { SeededRandom } from '../../../lib/testing/state/random.js';
import { JournalWriter, watchStandingStill } from './journal.js';
import { Moments, type Order } from './moments.js';
import { ObservedInbox } from './observed-inbox.js';
import { PlainLedger, Shop, TransactionalLedger, type Surroundings } from './shop.js';
import {
  BACKGROUND_TIMEOUT_MS,
  HANDLER_TIMEOUT_MS,
  isTransactional,
  LEASE_MS,
  MAX_ATTEMPTS,
  SECRET,
  type InboxKind,
  type ProcessTerms,
} from './terms.js';

const DELAYS = { baseDelayMs: 50, maxDelayMs: 1_000 };
/** At once, in each process. */
const CONCURRENCY = 32;
const REDRIVE: RedriveOptions = { ...DELAYS, maxAttempts: MAX_ATTEMPTS, pollMs: 100, concurrency: CONCURRENCY };

/** One process of a shop: an application as its `main.ts` would start it. */
export async function runShopProcess(terms: ProcessTerms): Promise<void> {
  const journal = new JournalWriter(terms.journal);
  watchStandingStill(journal);
  const moments = new Moments(journal);
  const pool = new pg.Pool({ connectionString: terms.databaseUrl, max: 5 });
  // Whoever waits for a connection that broke hears of it; an idle one concerns nobody.
  pool.on('error', () => undefined);
  const { inbox, close } = openInbox(terms);
  const surroundings: Surroundings = {
    random: new SeededRandom(terms.seed, 'shop'),
    journal,
    moments,
    inbox: new ObservedInbox(inbox, journal, moments, terms.breakage),
    query: (text, values) => pool.query(text, [...values]),
  };
  const app = await NestFactory.create<NestExpressApplication>(shopModule(terms, inbox, surroundings), {
    logger: false,
  });
  if (terms.breakage === 'ack-before-durable') acknowledgeAtOnce(app.get(WebhookDispatcher));
  app.use((_request: object, response: { end: (...args: never[]) => unknown }, next: () => void) => {
    moments.at('arrived');
    const end = response.end.bind(response);
    response.end = (...args) => {
      moments.at('answers');
      return end(...args);
    };
    next();
  });
  await app.listen(0, '127.0.0.1');

  // Ctrl-C reaches it too; the parent is the one to end it.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit(1));
  process.on('SIGTERM', () => {
    void app
      .close()
      .then(() => Promise.all([close(), pool.end()]))
      .then(() => process.exit(0));
  });
  process.on('message', (order: Order | 'backlog') => {
    if (order !== 'backlog') moments.order = order;
    else void backlogOf(app, terms.inbox).then((backlog) => process.send?.({ backlog }));
  });
  process.send?.({ url: `${await app.getUrl()}/webhook/portone` });
}

async function backlogOf(app: INestApplication, inbox: InboxKind): Promise<number> {
  const backlog = await app
    .get<WebhookInboxAdmin | PortOneQueueAdmin>(inbox === 'queue' ? PortOneQueueAdmin : WebhookInboxAdmin)
    .backlog();
  return 'unfinished' in backlog
    ? backlog.unfinished + backlog.exhausted
    : backlog.waiting + backlog.active + backlog.delayed + backlog.exhausted;
}

function openInbox({ inbox, databaseUrl, redisUrl }: ProcessTerms): {
  inbox: RedrivingWebhookInbox;
  close: () => Promise<unknown>;
} {
  if (inbox === 'redis') {
    const redis = new Redis(redisUrl!);
    redis.on('error', () => undefined);
    return { inbox: new RedisWebhookInbox({ redis, redrive: REDRIVE }), close: () => redis.quit() };
  }
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  return { inbox: new PostgresWebhookInbox({ connection: pool, redrive: REDRIVE }), close: () => pool.end() };
}

function shopModule(terms: ProcessTerms, inbox: RedrivingWebhookInbox, surroundings: Surroundings): DynamicModule {
  @Module({})
  class ShopModule {}
  const ledger = isTransactional(terms.inbox, 'ledger') ? TransactionalLedger : PlainLedger;
  return {
    module: ShopModule,
    imports: [
      PortOneModule.forRoot({
        apiSecret: 'secret',
        webhook: {
          secrets: [SECRET],
          handlerTimeoutMs: HANDLER_TIMEOUT_MS,
          backgroundTimeoutMs: BACKGROUND_TIMEOUT_MS,
          leaseMs: LEASE_MS,
        },
        webhookInbox: { useFactory: () => inbox },
      }),
      ...(terms.inbox === 'queue' ? [queueModule(terms)] : []),
    ],
    providers: [
      { provide: Shop, useFactory: () => new Shop(surroundings) },
      { provide: ledger, useFactory: () => new ledger(surroundings) },
    ],
  };
}

/** The queue is Redis', and what is done is noted in PostgreSQL, in the handlers' own transactions where they have one. */
function queueModule({ redisUrl, role, breakage }: ProcessTerms): DynamicModule {
  return PortOneQueueModule.forRoot({
    ...DELAYS,
    connection: { host: '127.0.0.1', port: Number(new URL(redisUrl!).port) },
    worker: role === 'worker',
    concurrency: CONCURRENCY,
    attempts: breakage === 'no-redrive' ? 1 : MAX_ATTEMPTS,
    lockDurationMs: 2 * LEASE_MS,
    stalledIntervalMs: LEASE_MS,
  });
}

/** What `ack-before-durable` breaks. */
function acknowledgeAtOnce(dispatcher: WebhookDispatcher): void {
  const dispatch = dispatcher.dispatch.bind(dispatcher);
  dispatcher.dispatch = (event, delivery) => {
    void dispatch(event, delivery);
    return Promise.resolve({ status: 200, headers: {}, body: {} });
  };
}
