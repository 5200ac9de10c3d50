/** What was applied of each payment, which payment an order was paid by, and how far the reconciler came. */
export const PAYMENT_SYNC = [
  `CREATE TABLE IF NOT EXISTS portone_payment_sync (
  account text NOT NULL,
  payment text COLLATE "C" NOT NULL,
  fence bigint NOT NULL,
  -- What was applied last; all three are null before.
  fingerprint text,
  updated_at text,
  outcome text,
  unfinished boolean NOT NULL,
  PRIMARY KEY (account, payment)
)`,
  `CREATE INDEX IF NOT EXISTS portone_payment_sync_unfinished ON portone_payment_sync (account, payment)
  WHERE unfinished`,
  `CREATE TABLE IF NOT EXISTS portone_order_owners (
  account text NOT NULL,
  order_id text NOT NULL,
  payment text NOT NULL,
  PRIMARY KEY (account, order_id)
)`,
  `CREATE TABLE IF NOT EXISTS portone_sync_watermarks (
  account text PRIMARY KEY,
  seen_until timestamptz NOT NULL
)`,
];
