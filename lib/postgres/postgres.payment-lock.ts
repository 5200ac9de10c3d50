import type { OnModuleInit } from '@nestjs/common';

import { PaymentLock, type PaymentLockClaim } from '../sync/payment-lock.js';
import { askedAgain } from './asked-again.js';
import { postgresDatabase, type PostgresConnection } from './postgres-connection.js';
import type { PostgresDatabase } from './postgres-database.js';
import { requireTables } from './schema/migrate.js';

/** What a `PostgresPaymentLock` is made of. */
export interface PostgresPaymentLockOptions {
  connection: PostgresConnection;
  /**
   * The time in milliseconds since the epoch, for tests.
   * @default the database's own clock
   */
  now?: () => number;
}

/** For how long a key that nobody holds is remembered. Longer than any statement takes. */
const REMEMBERED = `interval '1 hour'`;
const CLEAN_EVERY_MS = 10_000;
const CLEAN_AT_ONCE = 1_000;

/**
 * Locks in PostgreSQL, by its clock: one statement each. Fences are the microseconds of that clock, and more where they
 * would not grow, so that they go on from those of the other locks of this package; a clock that is set back, and a key
 * that was cleaned up, change nothing.
 */
export class PostgresPaymentLock extends PaymentLock implements OnModuleInit {
  private readonly database: PostgresDatabase;
  private readonly now: (() => number) | undefined;
  private readonly sql: Statements;
  private cleanAt = 0;

  constructor({ connection, now }: PostgresPaymentLockOptions) {
    super();
    this.database = postgresDatabase(connection);
    this.now = now;
    this.sql = statements(this.database.table('payment_locks'));
  }

  /** Nest calls this at start. @throws PortOneStartError when the tables are not there */
  onModuleInit(): Promise<void> {
    return requireTables(this.database, 'PostgresPaymentLock');
  }

  acquire(key: string, leaseMs: number): Promise<PaymentLockClaim> {
    return askedAgain(`the lock of ${key}`, async () => {
      const [row] = await this.run<{ fence: string | null; heldMs: number | null }>(this.sql.acquire, key, leaseMs);
      if (row === undefined) return undefined;
      if (row.fence !== null) return { state: 'acquired', fence: Number(row.fence) };
      return { state: 'held', retryAfterMs: Math.ceil(row.heldMs!) };
    });
  }

  async renew(key: string, fence: number, leaseMs: number): Promise<boolean> {
    return (await this.run(this.sql.renew, key, fence, leaseMs)).length > 0;
  }

  async release(key: string, fence: number): Promise<void> {
    await this.run(this.sql.release, key, fence);
    // Here, since without releases there is nothing to clean.
    if (performance.now() < this.cleanAt) return;
    this.cleanAt = performance.now() + CLEAN_EVERY_MS;
    if ((await this.clean(CLEAN_AT_ONCE)) === CLEAN_AT_ONCE) this.cleanAt = 0;
  }

  /**
   * Forgets keys that nobody has held for an hour. The lock does so itself, now and then.
   *
   * @param limit how many at the most
   * @returns how many it were
   */
  async clean(limit: number): Promise<number> {
    return (await this.run(this.sql.clean, limit)).length;
  }

  private async run<Row extends object>(text: string, ...values: unknown[]): Promise<Row[]> {
    const now = this.now === undefined ? null : new Date(this.now()).toISOString();
    return (await this.database.query<Row>(text, [now, ...values])).rows;
  }
}

type Statements = Readonly<Record<'acquire' | 'renew' | 'release' | 'clean', string>>;

/** The row with the empty key has the greatest fence of those that were cleaned up. */
function statements(locks: string): Statements {
  // One instant in all of a statement.
  const now = 'coalesce($1::timestamptz, statement_timestamp())';
  const leaseEnds = (leaseMs: string) => `${now} + ${leaseMs}::float8 * interval '1 millisecond'`;
  const cleaned = `(SELECT fence FROM ${locks} WHERE key = '')`;
  return {
    // The fence as text: how many digits of a float are given is a setting of the server's.
    acquire: `
      WITH taken AS (
        INSERT INTO ${locks} AS held (key, fence, lease_ends_at)
        VALUES ($2, greatest((extract(epoch FROM ${now}) * 1000000)::bigint, ${cleaned} + 1), ${leaseEnds('$3')})
        ON CONFLICT (key) DO UPDATE
        SET fence = greatest(excluded.fence, held.fence + 1), lease_ends_at = excluded.lease_ends_at
        WHERE held.lease_ends_at <= ${now}
        RETURNING fence
      )
      SELECT fence::text AS fence, NULL::float8 AS "heldMs" FROM taken
      UNION ALL
      SELECT NULL, (extract(epoch FROM lease_ends_at - ${now}) * 1000)::float8 FROM ${locks}
      WHERE key = $2 AND lease_ends_at > ${now} AND NOT EXISTS (SELECT FROM taken)`,
    renew: `
      UPDATE ${locks} SET lease_ends_at = ${leaseEnds('$4')}
      WHERE key = $2 AND fence = $3 AND lease_ends_at > ${now}
      RETURNING 1`,
    // The row stays: it knows the fence.
    release: `UPDATE ${locks} SET lease_ends_at = ${now} WHERE key = $2 AND fence = $3 AND lease_ends_at > ${now}`,
    clean: `
      WITH old AS (
        SELECT key FROM ${locks} WHERE lease_ends_at < ${now} - ${REMEMBERED}
        ORDER BY lease_ends_at LIMIT $2 FOR UPDATE SKIP LOCKED
      ), gone AS (
        DELETE FROM ${locks} WHERE key IN (SELECT key FROM old) RETURNING fence
      ), noted AS (
        INSERT INTO ${locks} AS known (key, fence, lease_ends_at)
        SELECT '', max(fence), 'infinity' FROM gone HAVING count(*) > 0
        ON CONFLICT (key) DO UPDATE SET fence = greatest(known.fence, excluded.fence)
      )
      SELECT FROM gone`,
  };
}
