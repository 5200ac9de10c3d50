import { PGlite } from '@electric-sql/pglite';
import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { migratePostgres, PostgresDatabase, postgresDatabase } from 'nestjs-portone/postgres';
import { Pool } from 'pg';

import { TABLES } from './tables.js';

/** PostgreSQL: the server of `DATABASE_URL`, else one in this process that forgets everything when it ends. */
class Connection {
  readonly connection = process.env['DATABASE_URL']
    ? new Pool({ connectionString: process.env['DATABASE_URL'] })
    : new PGlite();

  async close(): Promise<void> {
    await (this.connection instanceof Pool ? this.connection.end() : this.connection.close());
  }
}

async function openDatabase({ connection }: Connection): Promise<PostgresDatabase> {
  const database = postgresDatabase(connection);
  await migratePostgres(database);
  for (const table of TABLES) await database.query(table);
  return database;
}

@Global()
@Module({
  providers: [Connection, { provide: PostgresDatabase, useFactory: openDatabase, inject: [Connection] }],
  exports: [PostgresDatabase],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly connection: Connection) {}

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }
}
