import type { PortOneTransaction } from '../portone.transaction.js';
import { GuardedTransaction } from './guarded-transaction.js';
import { PostgresDatabase, type PostgresDatabaseOptions, type PostgresResult } from './postgres-database.js';
import { databaseSettings } from './postgres.settings.js';

interface PGliteQueries {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[]; readonly affectedRows?: number }>;
}

/** What is used of a PGlite instance. */
export interface PGliteInstance extends PGliteQueries {
  exec(text: string): Promise<unknown>;
  transaction<T>(work: (transaction: PGliteQueries) => Promise<T>): Promise<T>;
}

/** One connection: while a transaction is open, everything else waits for its end. */
export class PGliteDatabase extends PostgresDatabase {
  readonly schema: string;
  private readonly maxPending: number;
  private pending = 0;

  constructor(
    private readonly instance: PGliteInstance,
    options: PostgresDatabaseOptions,
  ) {
    super();
    ({ schema: this.schema, maxPending: this.maxPending } = databaseSettings(options));
  }

  query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<PostgresResult<Row>> {
    return this.counted(async () => {
      const { rows, affectedRows } = await this.instance.query(text, [...values]);
      return { rows: rows as Row[], rowCount: Math.max(affectedRows ?? 0, rows.length) };
    });
  }

  transaction<T>(work: (transaction: PortOneTransaction) => Promise<T>): Promise<T> {
    return this.counted(() =>
      this.instance.transaction(async (client) => {
        const guarded = new GuardedTransaction(client);
        try {
          const result = await work(guarded.transaction);
          // Fails after a statement that failed: the commit itself may not.
          await client.query('SELECT 1');
          return result;
        } finally {
          guarded.end();
        }
      }),
    );
  }

  private async counted<T>(use: () => Promise<T>): Promise<T> {
    if (this.pending >= this.maxPending) {
      throw new Error(`PGlite: ${this.maxPending} operations wait for an answer, so this one was refused.`);
    }
    this.pending += 1;
    try {
      return await use();
    } finally {
      this.pending -= 1;
    }
  }
}
