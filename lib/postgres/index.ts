// The public face of `nestjs-portone/postgres`.
export { postgresDatabase, type PostgresConnection } from './postgres-connection.js';
export { PostgresDatabase, type PostgresDatabaseOptions, type PostgresResult } from './postgres-database.js';
export type { PgClient, PgPool } from './pg.database.js';
export type { PGliteInstance } from './pglite.database.js';
export { migratePostgres } from './schema/migrate.js';
export { postgresMigrationSql, type PostgresMigrationOptions } from './schema/migration-sql.js';
export { PostgresPaymentLock, type PostgresPaymentLockOptions } from './postgres.payment-lock.js';
export { PostgresPaymentSyncStore } from './postgres.payment-sync-store.js';
export { PostgresRefundJournal } from './postgres.refund-journal.js';
export { PostgresSubscriptionStore } from './postgres.subscription-store.js';
export { PostgresWebhookInbox, type PostgresWebhookInboxOptions } from './postgres.webhook-inbox.js';
export { postgresStores, type PostgresStores } from './postgres-stores.js';
