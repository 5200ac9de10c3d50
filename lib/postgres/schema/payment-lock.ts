/** Locks, and one counter for the fences of all of them, which is never set back. */
export const PAYMENT_LOCK = [
  `CREATE SEQUENCE IF NOT EXISTS portone_fences`,
  `CREATE TABLE IF NOT EXISTS portone_payment_locks (
  key text PRIMARY KEY,
  fence bigint NOT NULL,
  lease_ends_at timestamptz NOT NULL
)`,
  `CREATE INDEX IF NOT EXISTS portone_payment_locks_age ON portone_payment_locks (lease_ends_at)`,
];
