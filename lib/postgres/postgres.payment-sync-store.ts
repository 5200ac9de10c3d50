import type { OnModuleInit } from '@nestjs/common';

import type { PortOneTransaction } from '../portone.transaction.js';
import { PaymentSyncStore, type AppliedPayment, type PaymentSyncOpening } from '../sync/payment-sync-store.js';
import { postgresDatabase, type PostgresConnection } from './postgres-connection.js';
import type { PostgresDatabase } from './postgres-database.js';
import { requireTables } from './schema/migrate.js';

type AppliedRow = { readonly [K in keyof AppliedPayment]: AppliedPayment[K] | null };

/**
 * Remembers in PostgreSQL, for ever: one statement each. It has transactions, for
 * `@OnPaymentSync({ expect, transactional: true })`.
 */
export class PostgresPaymentSyncStore extends PaymentSyncStore implements OnModuleInit {
  private readonly database: PostgresDatabase;
  private readonly sql: Statements;

  constructor({ connection }: { connection: PostgresConnection }) {
    super();
    this.database = postgresDatabase(connection);
    this.sql = statements(this.database);
  }

  /** Nest calls this at start. @throws PortOneStartError when the tables are not there */
  onModuleInit(): Promise<void> {
    return requireTables(this.database, 'PostgresPaymentSyncStore');
  }

  async open(account: string, paymentId: string, fence: number): Promise<PaymentSyncOpening> {
    const [row] = await this.run<AppliedRow>(this.sql.open, account, paymentId, fence);
    return row === undefined ? { state: 'fenced' } : { state: 'open', applied: isApplied(row) ? row : null };
  }

  async write(
    account: string,
    paymentId: string,
    fence: number,
    { fingerprint, updatedAt, outcome }: AppliedPayment,
    unfinished: boolean,
    transaction: PortOneTransaction = this.database,
  ): Promise<boolean> {
    const values = [account, paymentId, fence, fingerprint, updatedAt, outcome, unfinished];
    return (await transaction.query(this.sql.write, values)).rows.length > 0;
  }

  override inTransaction<T>(work: (transaction: PortOneTransaction) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  async claimOrder(account: string, orderId: string, paymentId: string): Promise<string> {
    const [row] = await this.run<{ owner: string }>(this.sql.claimOrder, account, orderId, paymentId);
    return row!.owner;
  }

  async ownerOf(account: string, orderId: string): Promise<string | null> {
    const [row] = await this.run<{ owner: string }>(this.sql.ownerOf, account, orderId);
    return row?.owner ?? null;
  }

  async unfinished(account: string, after: string, limit: number): Promise<readonly string[]> {
    const rows = await this.run<{ id: string }>(this.sql.unfinished, account, after, limit);
    return rows.map(({ id }) => id);
  }

  async watermark(account: string): Promise<Date | null> {
    const [row] = await this.run<{ ms: number }>(this.sql.watermark, account);
    return row === undefined ? null : new Date(row.ms);
  }

  async advanceWatermark(account: string, to: Date): Promise<void> {
    await this.run(this.sql.advance, account, to.toISOString());
  }

  private async run<Row extends object>(text: string, ...values: unknown[]): Promise<Row[]> {
    return (await this.database.query<Row>(text, values)).rows;
  }
}

function isApplied(row: AppliedRow): row is AppliedPayment {
  return row.fingerprint !== null;
}

type Statements = Readonly<
  Record<'open' | 'write' | 'claimOrder' | 'ownerOf' | 'unfinished' | 'watermark' | 'advance', string>
>;

/** What meets a row that another has just written waits for it and goes by it, so that no answer is of an older one. */
function statements(database: PostgresDatabase): Statements {
  const [payments, owners, watermarks] = ['payment_sync', 'order_owners', 'sync_watermarks'].map((name) =>
    database.table(name),
  );
  return {
    open: `
      INSERT INTO ${payments} AS kept (account, payment, fence, unfinished) VALUES ($1, $2, $3, true)
      ON CONFLICT (account, payment) DO UPDATE SET fence = excluded.fence, unfinished = true
      WHERE kept.fence <= excluded.fence
      RETURNING fingerprint, updated_at AS "updatedAt", outcome`,
    write: `
      INSERT INTO ${payments} AS kept (account, payment, fence, fingerprint, updated_at, outcome, unfinished)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      ON CONFLICT (account, payment) DO UPDATE
      SET fence = excluded.fence, fingerprint = excluded.fingerprint, updated_at = excluded.updated_at,
        outcome = excluded.outcome, unfinished = excluded.unfinished
      WHERE kept.fence <= excluded.fence
      RETURNING 1`,
    // Written even where it changes nothing: that is how the first one's is answered, whenever it came.
    claimOrder: `
      INSERT INTO ${owners} AS kept (account, order_id, payment) VALUES ($1, $2, $3)
      ON CONFLICT (account, order_id) DO UPDATE SET payment = kept.payment
      RETURNING payment AS owner`,
    ownerOf: `SELECT payment AS owner FROM ${owners} WHERE account = $1 AND order_id = $2`,
    unfinished: `
      SELECT payment AS id FROM ${payments} WHERE account = $1 AND unfinished AND payment > $2
      ORDER BY payment LIMIT $3`,
    watermark: `SELECT (extract(epoch FROM seen_until) * 1000)::float8 AS ms FROM ${watermarks} WHERE account = $1`,
    advance: `
      INSERT INTO ${watermarks} AS kept (account, seen_until) VALUES ($1, $2)
      ON CONFLICT (account) DO UPDATE SET seen_until = greatest(kept.seen_until, excluded.seen_until)`,
  };
}
