/**
 * Locks. A row outlives its lease, since it knows the last fence of its key; the row with the empty key has the greatest
 * fence of those that were cleaned up.
 */
export const PAYMENT_LOCK = [
  `CREATE TABLE IF NOT EXISTS portone_payment_locks (
  key text PRIMARY KEY,
  fence bigint NOT NULL,
  lease_ends_at timestamptz NOT NULL
)`,
  `CREATE INDEX IF NOT EXISTS portone_payment_locks_age ON portone_payment_locks (lease_ends_at)`,
];
