import type { PostgresDatabaseOptions } from './postgres-database.js';

/** With the defaults filled in. */
export function databaseSettings({
  schema = 'public',
  maxPending = 1000,
  timeoutMs = 3500,
}: PostgresDatabaseOptions): Required<Pick<PostgresDatabaseOptions, 'schema' | 'maxPending' | 'timeoutMs'>> {
  if (typeof schema !== 'string' || schema === '') {
    throw new TypeError(`postgresDatabase: schema must be the name of a schema, got ${String(schema)}.`);
  }
  return {
    schema,
    maxPending: positive('postgresDatabase', 'maxPending', maxPending),
    timeoutMs: positive('postgresDatabase', 'timeoutMs', timeoutMs),
  };
}

/** @throws {TypeError} unless it is a whole number, 1 or more */
export function positive(subject: string, name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new TypeError(`${subject}: ${name} must be a whole number, 1 or more, got ${String(value)}.`);
}
