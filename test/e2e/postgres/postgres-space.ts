import { randomUUID } from 'node:crypto';

import { PGlite } from '@electric-sql/pglite';
import { migratePostgres, postgresDatabase, type PostgresDatabase } from 'nestjs-portone/postgres';
import pg from 'pg';

import { DATABASE_URL } from '../../support/servers.js';

/** A schema of its own with this package's tables, which leaves nothing behind. */
export interface PostgresSpace {
  readonly database: PostgresDatabase;
  /** The same tables through connections of their own, as another process has them. */
  another(): PostgresDatabase;
  /** Makes the tables of these names empty. */
  empty(...tables: string[]): Promise<void>;
  close(): Promise<void>;
}

async function emptied(database: PostgresDatabase, tables: readonly string[]): Promise<void> {
  for (const table of tables) await database.query(`DELETE FROM ${database.table(table)}`);
}

/** On the server. */
export async function openPostgres(max = 10): Promise<PostgresSpace> {
  const schema = `test_${randomUUID().replaceAll('-', '')}`;
  const pools: pg.Pool[] = [];
  const another = (): PostgresDatabase => {
    const pool = new pg.Pool({ connectionString: DATABASE_URL, max });
    pools.push(pool);
    return postgresDatabase(pool, { schema, timeoutMs: 30_000 });
  };
  const database = another();
  await migratePostgres(database);
  return {
    database,
    another,
    empty: (...tables) => emptied(database, tables),
    close: async () => {
      await database.query(`DROP SCHEMA "${schema}" CASCADE`);
      await Promise.all(pools.map((pool) => pool.end()));
    },
  };
}

/** In this process. */
export async function openPGlite(): Promise<PostgresSpace> {
  const instance = new PGlite();
  const database = postgresDatabase(instance);
  await migratePostgres(database);
  return {
    database,
    another: () => postgresDatabase(instance, {}),
    empty: (...tables) => emptied(database, tables),
    close: () => instance.close(),
  };
}
