import type { OnModuleInit } from '@nestjs/common';

import { RefundJournal, type RefundRecord } from '../refunds/refund-journal.js';
import { askedAgain } from './asked-again.js';
import { postgresDatabase, type PostgresConnection } from './postgres-connection.js';
import type { PostgresDatabase } from './postgres-database.js';
import { requireTables } from './schema/migrate.js';

interface RecordRow {
  readonly record: string;
}

const UNIQUE_VIOLATION = '23505';

/** Remembers refunds in PostgreSQL, for ever: one statement each. A record keeps the order of its fields. */
export class PostgresRefundJournal extends RefundJournal implements OnModuleInit {
  private readonly database: PostgresDatabase;
  private readonly sql: Statements;

  constructor({ connection }: { connection: PostgresConnection }) {
    super();
    this.database = postgresDatabase(connection);
    this.sql = statements(this.database.table('refunds'));
  }

  /** Nest calls this at start. @throws PortOneStartError when the tables are not there */
  onModuleInit(): Promise<void> {
    return requireTables(this.database, 'PostgresRefundJournal');
  }

  async find(account: string, refundId: string): Promise<RefundRecord | null> {
    const [record] = await this.read(this.sql.find, account, refundId);
    return record ?? null;
  }

  begin(record: RefundRecord, replaces?: string): Promise<RefundRecord> {
    const { account, refundId, paymentId, idempotencyKey, state } = record;
    const values = [account, refundId, paymentId, idempotencyKey, state, JSON.stringify(record), replaces ?? null];
    return askedAgain(`refund ${refundId}`, async () => {
      try {
        const [holder] = await this.read(this.sql.begin, ...values);
        return holder;
      } catch (error) {
        // Another refund of the payment was begun since this statement began.
        if ((error as { code?: unknown }).code === UNIQUE_VIOLATION) return undefined;
        throw error;
      }
    });
  }

  async update(record: RefundRecord): Promise<boolean> {
    const { account, refundId, paymentId, idempotencyKey, state } = record;
    const values = [account, refundId, paymentId, idempotencyKey, state, JSON.stringify(record)];
    return (await this.database.query(this.sql.update, values)).rows.length > 0;
  }

  open(account: string, after: string, limit: number): Promise<readonly RefundRecord[]> {
    return this.read(this.sql.open, account, after, limit);
  }

  ofPayment(account: string, paymentId: string): Promise<readonly RefundRecord[]> {
    return this.read(this.sql.ofPayment, account, paymentId);
  }

  private async read(text: string, ...values: unknown[]): Promise<RefundRecord[]> {
    const { rows } = await this.database.query<RecordRow>(text, values);
    return rows.map(({ record }) => JSON.parse(record) as RefundRecord);
  }
}

type Statements = Readonly<Record<'find' | 'begin' | 'update' | 'open' | 'ofPayment', string>>;

/** `holds_payment` is unique for a payment: of two refunds that begin at once and do not see each other, one is written. */
function statements(refunds: string): Statements {
  const open = `state IN ('OPEN', 'REQUESTED')`;
  const record = 'record::text AS record';
  return {
    find: `SELECT ${record} FROM ${refunds} WHERE account = $1 AND refund = $2`,
    begin: `
      WITH same AS (
        SELECT record FROM ${refunds}
        WHERE account = $1 AND refund = $2 AND (state <> 'REFUSED' OR idempotency_key IS DISTINCT FROM $7)
      ), other AS (
        SELECT record FROM ${refunds}
        WHERE account = $1 AND payment = $3 AND refund <> $2 AND ${open} LIMIT 1
      ), replaced AS (
        UPDATE ${refunds}
        SET payment = $3, idempotency_key = $4, state = $5, record = $6, holds_payment = true
        WHERE account = $1 AND refund = $2 AND state = 'REFUSED' AND idempotency_key = $7
          AND NOT EXISTS (SELECT FROM other)
        RETURNING record
      ), added AS (
        INSERT INTO ${refunds} (account, refund, payment, idempotency_key, state, record, holds_payment)
        SELECT $1, $2, $3, $4, $5, $6, true
        WHERE NOT EXISTS (SELECT FROM other) AND NOT EXISTS (SELECT FROM replaced)
        ON CONFLICT DO NOTHING
        RETURNING record
      ), answers AS (
        SELECT 1 AS place, record FROM replaced UNION ALL SELECT 1, record FROM added
        UNION ALL SELECT 2, record FROM same UNION ALL SELECT 3, record FROM other
      )
      SELECT ${record} FROM answers ORDER BY place LIMIT 1`,
    // One that is open again without having begun does not get its place back: another may have it.
    update: `
      UPDATE ${refunds}
      SET payment = $3, state = $5, record = $6, holds_payment = holds_payment AND $5 IN ('OPEN', 'REQUESTED')
      WHERE account = $1 AND refund = $2 AND idempotency_key = $4 AND state NOT IN ('SUCCEEDED', 'FAILED')
      RETURNING 1`,
    open: `
      SELECT ${record} FROM ${refunds} WHERE account = $1 AND ${open} AND refund > $2
      ORDER BY refund LIMIT $3`,
    ofPayment: `SELECT ${record} FROM ${refunds} WHERE account = $1 AND payment = $2 ORDER BY refund`,
  };
}
