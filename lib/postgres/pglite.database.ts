import type { PortOneTransaction } from '../portone.transaction.js';
import { GuardedTransaction } from './guarded-transaction.js';
import { PostgresDatabase, type PostgresDatabaseOptions, type PostgresResult } from './postgres-database.js';
import { databaseSettings } from './postgres.settings.js';
import { MAX_WAIT_FOR_TURN_MS, Turns } from './turns.js';

interface PGliteQueries {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[]; readonly affectedRows?: number }>;
}

/** What is used of a PGlite instance. */
export interface PGliteInstance extends PGliteQueries {
  /** Its start, which takes seconds on a busy machine. */
  readonly waitReady?: Promise<void>;
  exec(text: string): Promise<unknown>;
  transaction<T>(work: (transaction: PGliteQueries) => Promise<T>): Promise<T>;
}

/** One connection: while a transaction is open, everything else waits for its end. */
export class PGliteDatabase extends PostgresDatabase {
  readonly schema: string;
  private readonly maxPending: number;
  private readonly timeoutMs: number;
  private readonly turns: Turns;
  private pending = 0;

  constructor(
    private readonly instance: PGliteInstance,
    options: PostgresDatabaseOptions,
  ) {
    super();
    const { schema, maxPending, timeoutMs } = databaseSettings(options);
    this.schema = schema;
    this.maxPending = maxPending;
    this.timeoutMs = timeoutMs;
    this.turns = new Turns(1, maxPending, MAX_WAIT_FOR_TURN_MS);
  }

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<PostgresResult<Row>> {
    if (this.pending >= this.maxPending) {
      throw new Error(`PGlite: ${this.maxPending} operations wait for an answer, so this one was refused.`);
    }
    this.pending += 1;
    try {
      // No part of the time that a statement may take.
      await this.instance.waitReady;
    } catch (error) {
      this.pending -= 1;
      throw error;
    }
    const answer = this.instance.query(text, [...values]).finally(() => (this.pending -= 1));
    const { rows, affectedRows } = await this.inTime(answer);
    return { rows: rows as Row[], rowCount: Math.max(affectedRows ?? 0, rows.length) };
  }

  transaction<T>(work: (transaction: PortOneTransaction) => Promise<T>): Promise<T> {
    return this.turns.take(() =>
      this.instance.transaction(async (client) => {
        const guarded = new GuardedTransaction(client);
        const result = await work(guarded.transaction).finally(() => guarded.end());
        // Fails after a statement that failed: the commit itself may not.
        await client.query('SELECT 1');
        return result;
      }),
    );
  }

  /** Without an end, a handler that waits within its transaction for another store would wait for itself for ever. */
  private async inTime<T>(answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const why = `PGlite: no answer within ${this.timeoutMs} ms. It has one connection: is a transaction open?`;
      timer = setTimeout(() => reject(new Error(why)), this.timeoutMs);
    });
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
  }
}
