import { quoted } from '../postgres-database.js';
import { CREATE_MIGRATIONS_TABLE, MIGRATION_LOCK, MIGRATIONS } from './migrations.js';

/** Where the tables are made. */
export interface PostgresMigrationOptions {
  /**
   * The schema; it is made when it is not there.
   * @default what `postgresDatabase` was given, else 'public'
   */
  schema?: string;
}

/**
 * What `migratePostgres` does, as text, for a migration tool of your own. It may be run again: what is there stays as it is.
 *
 * @param options where the tables are made
 */
export function postgresMigrationSql({ schema = 'public' }: PostgresMigrationOptions = {}): string {
  const steps = MIGRATIONS.flatMap((statements, index) => [
    ...statements,
    `INSERT INTO portone_migrations (step) VALUES (${index + 1}) ON CONFLICT DO NOTHING`,
  ]);
  return ['BEGIN', MIGRATION_LOCK, ...opening(schema), ...steps, 'COMMIT'].map((text) => `${text};\n`).join('\n');
}

/** What comes before the steps. */
export function opening(schema: string): string[] {
  const name = quoted(schema);
  // Not IF NOT EXISTS: it asks who may use a schema that is there for the right to make schemas.
  const create = `BEGIN IF to_regnamespace(${literal(name)}) IS NULL THEN CREATE SCHEMA ${name}; END IF; END`;
  const first = schema === 'public' ? [] : [`DO ${literal(create)}`];
  return [...first, `SET LOCAL search_path TO ${name}`, CREATE_MIGRATIONS_TABLE];
}

/** A text as it is written in a statement. */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
