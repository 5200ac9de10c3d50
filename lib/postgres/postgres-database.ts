import type { PortOneTransaction } from '../portone.transaction.js';
import type { PgPool } from './pg.database.js';

/** How a PostgreSQL database is used. */
export interface PostgresDatabaseOptions {
  /**
   * The schema that has this package's tables.
   * @default 'public'
   */
  schema?: string;
  /**
   * Operations that may wait for a connection at once; further ones are refused at once, so that a database that is away
   * fills no memory. The same bound holds for transactions that wait for their turn.
   * @default 1000
   */
  maxPending?: number;
  /**
   * Milliseconds that one statement may take, the wait for a connection included; a statement within a transaction has
   * no such limit. The webhook endpoint waits 4 s for its inbox at the most.
   * @default 3500
   */
  timeoutMs?: number;
  /**
   * Another `pg.Pool` for transactions. Without one they share the pool, and two of its connections are kept from them,
   * so that leases are renewed while every transaction is open.
   */
  transactionPool?: PgPool;
}

/** What a statement answered. */
export interface PostgresResult<Row> {
  readonly rows: Row[];
  /** Rows that were read or changed. */
  readonly rowCount: number;
}

/**
 * What the stores need of a database. Extend it where neither a `pg.Pool` nor PGlite is at hand, for instance to open
 * transactions with an ORM of your own.
 */
export abstract class PostgresDatabase {
  /** The schema that has this package's tables. */
  abstract readonly schema: string;

  /**
   * Runs one statement by itself, in one round trip. Rejects promptly when the database is away or overloaded.
   *
   * @param values for `$1`, `$2` …
   */
  abstract query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<PostgresResult<Row>>;

  /**
   * Commits what `work` did when it resolves, rolls it back when it rejects. Rejects when it was not committed, also
   * when `work` went on after a statement that failed.
   */
  abstract transaction<T>(work: (transaction: PortOneTransaction) => Promise<T>): Promise<T>;

  /** A table of this package, as it is written in a statement. */
  table(name: string): string {
    return `${quoted(this.schema)}.${quoted(`portone_${name}`)}`;
  }
}

/** An identifier as it is written in a statement. */
export function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
