/** What the shop itself keeps. The package's own tables are beside these, in the same database. */
export const TABLES = [
  `CREATE TABLE IF NOT EXISTS orders (
  order_id text PRIMARY KEY,
  payment_id text NOT NULL UNIQUE,
  product text NOT NULL,
  quantity integer NOT NULL,
  total_amount integer NOT NULL,
  currency text NOT NULL,
  status text NOT NULL,
  refunded_amount integer NOT NULL
)`,
  `CREATE TABLE IF NOT EXISTS billing_keys (
  billing_key text PRIMARY KEY,
  card text NOT NULL,
  issued_at text NOT NULL,
  added bigint GENERATED ALWAYS AS IDENTITY
)`,
  `CREATE TABLE IF NOT EXISTS memberships (
  subscription_id text PRIMARY KEY,
  plan text NOT NULL
)`,
  `CREATE TABLE IF NOT EXISTS membership_charges (
  subscription_id text NOT NULL REFERENCES memberships,
  payment_id text NOT NULL,
  noted bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (subscription_id, payment_id)
)`,
];
