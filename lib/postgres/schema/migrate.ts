import { PortOneStartError } from '../../errors/portone-start.error.js';
import { postgresDatabase, type PostgresConnection } from '../postgres-connection.js';
import { quoted, type PostgresDatabase } from '../postgres-database.js';
import { opening, type PostgresMigrationOptions } from './migration-sql.js';
import { MIGRATION_LOCK, MIGRATIONS } from './migrations.js';

/**
 * Brings this package's tables up to date: makes what is not there and changes what is older. In one transaction and one
 * process at a time, so that every process may call it at its start.
 *
 * @returns how many steps were applied; 0 when there was nothing to do
 */
export async function migratePostgres(
  connection: PostgresConnection,
  options: PostgresMigrationOptions = {},
): Promise<number> {
  const database = postgresDatabase(connection);
  const schema = options.schema ?? database.schema;
  // Whoever may not make tables may call this all the same, once they are there.
  if ((await lastStep(database, schema)) >= MIGRATIONS.length) return 0;
  return database.transaction(async (transaction) => {
    await transaction.query(MIGRATION_LOCK);
    for (const statement of opening(schema)) await transaction.query(statement);
    const { rows } = await transaction.query<{ step: number }>('SELECT step FROM portone_migrations');
    const applied = new Set(rows.map(({ step }) => step));
    let count = 0;
    for (const [index, statements] of MIGRATIONS.entries()) {
      if (applied.has(index + 1)) continue;
      for (const statement of statements) await transaction.query(statement);
      await transaction.query('INSERT INTO portone_migrations (step) VALUES ($1)', [index + 1]);
      count += 1;
    }
    return count;
  });
}

/**
 * For the start of a store: tables that are not there are an application put together wrongly, while a database that
 * cannot be reached now may be back in a moment.
 *
 * @throws {PortOneStartError} when a step was never applied
 */
export async function requireTables(database: PostgresDatabase, store: string): Promise<void> {
  const step = await lastStep(database, database.schema).catch(() => MIGRATIONS.length);
  if (step >= MIGRATIONS.length) return;
  throw new PortOneStartError(
    `${store}: the tables are missing or older than this version of nestjs-portone (schema ${database.schema}). ` +
      'Call `await migratePostgres(connection)` before the application starts, or run the SQL of ' +
      '`postgresMigrationSql()` with your own migrations.',
  );
}

/** The last step that was applied; 0 where there are no tables. */
async function lastStep(database: PostgresDatabase, schema: string): Promise<number> {
  try {
    const sql = `SELECT coalesce(max(step), 0)::int AS step FROM ${quoted(schema)}.portone_migrations`;
    return (await database.query<{ step: number }>(sql)).rows[0]!.step;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

/** A table or a schema that is not there. */
function isMissing(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === '42P01' || code === '3F000';
}
