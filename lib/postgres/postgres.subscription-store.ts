import type { OnModuleInit } from '@nestjs/common';

import type { SubscriptionRecord } from '../subscriptions/subscription-record.js';
import { SubscriptionStore } from '../subscriptions/subscription-store.js';
import { postgresDatabase, type PostgresConnection } from './postgres-connection.js';
import type { PostgresDatabase } from './postgres-database.js';
import { requireTables } from './schema/migrate.js';

interface RecordRow {
  readonly record: string;
}

/** Keeps subscriptions in PostgreSQL: one statement each. A record keeps the order of its fields. */
export class PostgresSubscriptionStore extends SubscriptionStore implements OnModuleInit {
  private readonly database: PostgresDatabase;
  private readonly sql: Statements;

  constructor({ connection }: { connection: PostgresConnection }) {
    super();
    this.database = postgresDatabase(connection);
    this.sql = statements(this.database.table('subscriptions'));
  }

  /** Nest calls this at start. @throws PortOneStartError when the tables are not there */
  onModuleInit(): Promise<void> {
    return requireTables(this.database, 'PostgresSubscriptionStore');
  }

  create(record: SubscriptionRecord): Promise<boolean> {
    return this.write(this.sql.create, record);
  }

  async find(account: string, subscriptionId: string): Promise<SubscriptionRecord | null> {
    const [record] = await this.read(this.sql.find, account, subscriptionId);
    return record ?? null;
  }

  async findByPayment(account: string, paymentId: string): Promise<SubscriptionRecord | null> {
    const [record] = await this.read(this.sql.findByPayment, account, [paymentId]);
    return record ?? null;
  }

  replace(record: SubscriptionRecord, expectedVersion: number): Promise<boolean> {
    return this.write(this.sql.replace, record, expectedVersion);
  }

  findDue(account: string, until: string, limit: number): Promise<readonly SubscriptionRecord[]> {
    return this.read(this.sql.findDue, account, until, limit);
  }

  private async write(text: string, record: SubscriptionRecord, ...values: unknown[]): Promise<boolean> {
    const { account, subscriptionId, version, checkAt, attempts } = record;
    const paymentIds = attempts.map(({ paymentId }) => paymentId);
    const row = [account, subscriptionId, version, checkAt, paymentIds, JSON.stringify(record)];
    return (await this.database.query(text, [...row, ...values])).rows.length > 0;
  }

  private async read(text: string, ...values: unknown[]): Promise<SubscriptionRecord[]> {
    const { rows } = await this.database.query<RecordRow>(text, values);
    return rows.map(({ record }) => JSON.parse(record) as SubscriptionRecord);
  }
}

type Statements = Readonly<Record<'create' | 'find' | 'findByPayment' | 'replace' | 'findDue', string>>;

function statements(subscriptions: string): Statements {
  const records = `SELECT record::text AS record FROM ${subscriptions} WHERE account = $1`;
  return {
    create: `
      INSERT INTO ${subscriptions} (account, subscription, version, check_at, payments, record)
      VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT DO NOTHING
      RETURNING 1`,
    find: `${records} AND subscription = $2`,
    findByPayment: `${records} AND payments @> $2 LIMIT 1`,
    replace: `
      UPDATE ${subscriptions} SET version = $3, check_at = $4, payments = $5, record = $6
      WHERE account = $1 AND subscription = $2 AND version = $7
      RETURNING 1`,
    findDue: `${records} AND check_at <= $2 ORDER BY check_at, subscription LIMIT $3`,
  };
}
