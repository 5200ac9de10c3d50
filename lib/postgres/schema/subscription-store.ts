/** Subscriptions. The record is `json`, not `jsonb`: its fields come back in the order in which they came. */
export const SUBSCRIPTION_STORE = [
  `CREATE TABLE IF NOT EXISTS portone_subscriptions (
  account text NOT NULL,
  subscription text NOT NULL,
  version bigint NOT NULL,
  check_at timestamptz,
  -- The payment ids of its attempts.
  payments text[] NOT NULL,
  record json NOT NULL,
  PRIMARY KEY (account, subscription)
)`,
  `CREATE INDEX IF NOT EXISTS portone_subscriptions_due ON portone_subscriptions (account, check_at)
  WHERE check_at IS NOT NULL`,
  `CREATE INDEX IF NOT EXISTS portone_subscriptions_payments ON portone_subscriptions USING gin (payments)`,
];
