import { PgDatabase, type PgPool } from './pg.database.js';
import { PGliteDatabase, type PGliteInstance } from './pglite.database.js';
import type { PostgresDatabase, PostgresDatabaseOptions } from './postgres-database.js';

/** What the stores take: a `pg.Pool`, a PGlite instance, or what `postgresDatabase` made of one. */
export type PostgresConnection = PgPool | PGliteInstance | PostgresDatabase;

/** Stores that are given one pool share its bounds. */
const DATABASES = new WeakMap<object, PostgresDatabase>();

/**
 * Makes a database of a pool or of a PGlite instance. The stores do so themselves, with the defaults; call it to give
 * options, and give all of them what it returns, since the bounds hold for it.
 *
 * @example
 * const database = postgresDatabase(pool, { schema: 'portone' });
 * const inbox = new PostgresWebhookInbox({ connection: database });
 *
 * @throws {TypeError} for what is none of these, or an option that does not fit
 */
export function postgresDatabase(connection: PostgresConnection, options?: PostgresDatabaseOptions): PostgresDatabase {
  if (typeof connection !== 'object' || connection === null) throw notOne();
  if (options !== undefined) return made(connection, options);
  if (isDatabase(connection)) return connection;
  const known = DATABASES.get(connection);
  if (known !== undefined) return known;
  const database = made(connection, {});
  DATABASES.set(connection, database);
  return database;
}

function made(connection: PostgresConnection, options: PostgresDatabaseOptions): PostgresDatabase {
  if (isPool(connection)) return new PgDatabase(connection, options);
  if (isPGlite(connection)) return new PGliteDatabase(connection, options);
  if (isDatabase(connection)) {
    throw new TypeError('postgresDatabase: give the options where the database is made, with its pool.');
  }
  throw notOne();
}

function notOne(): TypeError {
  return new TypeError(
    'postgresDatabase: connection must be a pg.Pool, a PGlite instance, or what postgresDatabase() returned. ' +
      'A single pg.Client is none: leases are renewed while transactions are open.',
  );
}

// By shape: a database may come from the package's other module system, and neither driver is loaded for this.
function isPool(connection: PostgresConnection): connection is PgPool {
  return 'connect' in connection && 'totalCount' in connection;
}

function isPGlite(connection: PostgresConnection): connection is PGliteInstance {
  return 'exec' in connection && 'transaction' in connection;
}

function isDatabase(connection: PostgresConnection): connection is PostgresDatabase {
  return 'table' in connection && 'transaction' in connection;
}
