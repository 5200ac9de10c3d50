import { PAYMENT_LOCK } from './payment-lock.js';
import { PAYMENT_SYNC } from './payment-sync.js';
import { REFUND_JOURNAL } from './refund-journal.js';
import { SUBSCRIPTION_STORE } from './subscription-store.js';
import { WEBHOOK_INBOX } from './webhook-inbox.js';

/** Each applied once, in this order; its number is its place, from 1. A step that was published is never changed. */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [...WEBHOOK_INBOX, ...PAYMENT_LOCK, ...PAYMENT_SYNC, ...REFUND_JOURNAL, ...SUBSCRIPTION_STORE],
];

/** Every table exists once, also when two processes begin at the same moment. Any number will do, if nobody else's. */
export const MIGRATION_LOCK = 'SELECT pg_advisory_xact_lock(7067663126)';

export const CREATE_MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS portone_migrations (
  step integer PRIMARY KEY,
  applied_at timestamptz NOT NULL DEFAULT now()
)`;
