import { Logger } from '@nestjs/common';

import type { PortOneTransaction } from '../portone.transaction.js';
import { GuardedTransaction } from './guarded-transaction.js';
import { PostgresDatabase, type PostgresDatabaseOptions, type PostgresResult } from './postgres-database.js';
import { databaseSettings } from './postgres.settings.js';
import { MAX_WAIT_FOR_TURN_MS, Turns } from './turns.js';

/** What is used of a `pg.PoolClient`. */
export interface PgClient {
  query(config: { text: string; values?: unknown[]; query_timeout?: number }): Promise<{
    readonly rows: unknown[];
    readonly rowCount: number | null;
    readonly command: string;
  }>;
  release(error?: Error | boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
}

/** What is used of a `pg.Pool`. */
export interface PgPool {
  readonly totalCount: number;
  readonly options: { readonly max?: number };
  connect(): Promise<PgClient>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** Of a pool that transactions share with everything else: enough to renew leases and take up deliveries meanwhile. */
const KEPT_FROM_TRANSACTIONS = 2;

/** Pools whose errors are listened to. */
const LISTENED = new WeakSet<PgPool>();

export class PgDatabase extends PostgresDatabase {
  readonly schema: string;
  private readonly maxPending: number;
  private readonly timeoutMs: number;
  private readonly transactionPool: PgPool;
  private readonly turns: Turns;
  private connecting = 0;

  constructor(
    private readonly pool: PgPool,
    options: PostgresDatabaseOptions,
  ) {
    super();
    const { schema, maxPending, timeoutMs } = databaseSettings(options);
    this.schema = schema;
    this.maxPending = maxPending;
    this.timeoutMs = timeoutMs;
    this.transactionPool = options.transactionPool ?? pool;
    const connections = this.transactionPool.options.max ?? 10;
    const kept = options.transactionPool === undefined ? KEPT_FROM_TRANSACTIONS : 0;
    this.turns = new Turns(Math.max(1, connections - kept), maxPending, MAX_WAIT_FOR_TURN_MS);
    for (const one of [pool, this.transactionPool]) survive(one);
  }

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<PostgresResult<Row>> {
    const deadline = performance.now() + this.timeoutMs;
    const client = await this.connect(this.pool);
    const run = (): ReturnType<PgClient['query']> => {
      const query_timeout = Math.max(1, Math.round(deadline - performance.now()));
      return client.query({ text, values: [...values], query_timeout }).catch((error: unknown) => {
        if (isConflict(error) && performance.now() < deadline) return run();
        throw error;
      });
    };
    const { rows, rowCount } = await asUser(client, run, isRefusal);
    return { rows: rows as Row[], rowCount: rowCount ?? 0 };
  }

  transaction<T>(work: (transaction: PortOneTransaction) => Promise<T>): Promise<T> {
    return this.turns.take(async () => {
      const client = await this.connect(this.transactionPool);
      return asUser(
        client,
        () => this.committed(client, work),
        () => this.control(client, 'ROLLBACK').then(Boolean, () => false),
      );
    });
  }

  private async committed<T>(client: PgClient, work: (transaction: PortOneTransaction) => Promise<T>): Promise<T> {
    await this.control(client, 'BEGIN');
    const guarded = new GuardedTransaction(client);
    const result = await work(guarded.transaction).finally(() => guarded.end());
    if ((await this.control(client, 'COMMIT')) === 'COMMIT') return result;
    throw new Error(
      'The transaction was rolled back: one of its statements had failed, though nothing was thrown. Use a savepoint ' +
        'around a statement that may fail.',
    );
  }

  /** @returns what PostgreSQL did: it answers a COMMIT after a failed statement with ROLLBACK */
  private async control(client: PgClient, text: string): Promise<string> {
    return (await client.query({ text, query_timeout: this.timeoutMs })).command;
  }

  /**
   * A connection in time; one that comes later goes back to the pool. A pool may wait for ever, and remembers whoever
   * waits, so that each is counted until the pool has answered it.
   */
  private async connect(pool: PgPool): Promise<PgClient> {
    if (this.connecting >= this.maxPending) {
      throw new Error(`PostgreSQL: ${this.maxPending} operations wait for a connection, so this one was refused.`);
    }
    this.connecting += 1;
    const connected = pool.connect().finally(() => (this.connecting -= 1));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const why = `PostgreSQL: no connection within ${this.timeoutMs} ms.`;
      timer = setTimeout(() => {
        reject(new Error(why));
        connected.then(
          (client) => client.release(),
          () => {},
        );
      }, this.timeoutMs);
    });
    return Promise.race([connected, late]).finally(() => clearTimeout(timer));
  }
}

/** A connection that breaks ends the use at once, and goes back to the pool only when it is sound. */
async function asUser<T>(
  client: PgClient,
  use: () => Promise<T>,
  isSoundAfter: (error: unknown) => boolean | Promise<boolean>,
): Promise<T> {
  let isBroken = false;
  let onError: (error: Error) => void = () => {};
  const breaking = new Promise<never>((_, reject) => {
    onError = (error) => {
      isBroken = true;
      reject(error);
    };
  });
  client.on('error', onError);
  let isSound = true;
  try {
    return await Promise.race([use(), breaking]);
  } catch (error) {
    isSound = !isBroken && (await isSoundAfter(error));
    throw error;
  } finally {
    // Of a broken one the listener stays: an error that nobody listens to ends the process.
    if (isSound) client.removeListener('error', onError);
    client.release(!isSound);
  }
}

/**
 * The statement met another one and changed nothing: to be run again. Of statements by themselves only where a stricter
 * isolation than `read committed` is the default, or a deadlock.
 */
function isConflict(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === '40001' || code === '40P01';
}

/** PostgreSQL refused the statement and goes on; whatever else it was, the answer may yet come. */
function isRefusal(error: unknown): boolean {
  return (error as { severity?: unknown } | undefined)?.severity === 'ERROR';
}

/** An idle connection that breaks ends the process unless somebody listens. The pool opens another one. */
function survive(pool: PgPool): void {
  if (LISTENED.has(pool)) return;
  LISTENED.add(pool);
  const logger = new Logger('PortOnePostgres');
  pool.on('error', (error) => logger.warn(`An idle connection to PostgreSQL broke: ${error.message}`));
}
