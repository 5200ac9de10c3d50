// One program for every kind of application, with everything that needs packages and servers of its own: deliveries in
// PostgreSQL, in Redis, and as jobs of BullMQ, looked on by OpenTelemetry and Terminus.
import 'reflect-metadata';

import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';

import { Global, Injectable, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { Redis } from 'ioredis';
import {
  PortOneModule,
  PortOneWebhook,
  type PortOneModuleExtras,
  type TransactionalWebhookDelivery,
  type WebhookEvent,
} from 'nestjs-portone';
import { PortOneQueueAdmin, PortOneQueueModule } from 'nestjs-portone/bullmq';
import { PortOneOpenTelemetryModule } from 'nestjs-portone/opentelemetry';
import { migratePostgres, PostgresDatabase, postgresDatabase, postgresStores } from 'nestjs-portone/postgres';
import { RedisPaymentLock, RedisWebhookInbox } from 'nestjs-portone/redis';
import { PortOneHealthIndicator } from 'nestjs-portone/terminus';
import { signWebhook } from 'nestjs-portone/testing';
import { Pool } from 'pg';

const SECRET = 'whsec_' + Buffer.from('compatibility').toString('base64');
const REDIS_URL = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const DATABASE_URL = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test';

const name = `compat_${randomUUID().replaceAll('-', '')}`;
const pool = new Pool({ connectionString: DATABASE_URL });
const database = postgresDatabase(pool, { schema: name });
const redis = new Redis(REDIS_URL);

@Global()
@Module({ providers: [{ provide: PostgresDatabase, useValue: database }], exports: [PostgresDatabase] })
class DatabaseModule {}

/** Resolves when the handler was called. */
class Told {
  resolve!: (paymentId: string) => void;
  readonly once = new Promise<string>((resolve) => (this.resolve = resolve));
}

@Injectable()
class Plain {
  constructor(private readonly told: Told) {}

  @PortOneWebhook('Transaction.Paid')
  onPaid({ data }: WebhookEvent<'Transaction.Paid'>): void {
    this.told.resolve(data.paymentId);
  }
}

@Injectable()
class Transactional {
  constructor(private readonly told: Told) {}

  @PortOneWebhook('Transaction.Paid', { transactional: true })
  async onPaid(
    { data }: WebhookEvent<'Transaction.Paid'>,
    { transaction }: TransactionalWebhookDelivery,
  ): Promise<void> {
    const { rows } = await transaction.query<{ one: number }>('SELECT 1 AS one');
    assert.deepEqual(rows, [{ one: 1 }]);
    this.told.resolve(data.paymentId);
  }
}

async function deliver(
  extras: PortOneModuleExtras,
  Handler: typeof Plain | typeof Transactional,
  modules: DynamicModule[] = [],
): Promise<void> {
  @Module({
    imports: [
      DatabaseModule,
      TerminusModule,
      PortOneOpenTelemetryModule,
      PortOneModule.forRoot({ apiSecret: 'test', webhook: { secrets: [SECRET] }, ...extras }),
      ...modules,
    ],
    providers: [Handler, Told, PortOneHealthIndicator],
  })
  class AppModule {}

  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
  await app.listen(0, '127.0.0.1');
  const timestamp = new Date().toISOString();
  const data = { storeId: 'store-1', paymentId: name, transactionId: 'transaction-1' };
  const { headers, body } = signWebhook({ secret: SECRET, event: { type: 'Transaction.Paid', timestamp, data } });
  for (const time of [1, 2]) {
    const { status } = await fetch(`${await app.getUrl()}/webhook/portone`, { method: 'POST', headers, body });
    assert.equal(status, 200, `sending ${time}`);
  }
  assert.equal(await app.get(Told).once, name);
  if (modules.length > 0) assert.equal((await app.get(PortOneQueueAdmin).list()).length, 0);
  assert.equal((await app.get(PortOneHealthIndicator).inbox('inbox'))['inbox']?.status, 'up');
  await app.close();
}

async function main(): Promise<void> {
  await migratePostgres(database);
  await deliver(postgresStores(), Transactional);
  await deliver(
    {
      webhookInbox: { useFactory: () => new RedisWebhookInbox({ redis, prefix: name }) },
      paymentLock: { useFactory: () => new RedisPaymentLock({ redis, prefix: name }) },
    },
    Plain,
  );
  const queue = PortOneQueueModule.forRoot({ connection: { url: REDIS_URL }, prefix: name });
  await deliver(postgresStores(), Transactional, [queue]);

  await pool.query(`DROP SCHEMA ${name} CASCADE`);
  await pool.end();
  const keys = await redis.keys(`*${name}*`);
  if (keys.length > 0) await redis.del(...keys);
  redis.disconnect();
  console.log(`ok on Node ${process.versions.node}`);
}

void main();
