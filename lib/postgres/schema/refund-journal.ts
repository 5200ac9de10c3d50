/**
 * Refunds. The record is `json`, not `jsonb`: a request is sent again with its fields in the order in which they were
 * written.
 */
export const REFUND_JOURNAL = [
  `CREATE TABLE IF NOT EXISTS portone_refunds (
  account text NOT NULL,
  refund text COLLATE "C" NOT NULL,
  payment text NOT NULL,
  idempotency_key text NOT NULL,
  state text NOT NULL,
  record json NOT NULL,
  -- It was begun and has not come to its end: no other one of the payment may begin.
  holds_payment boolean NOT NULL,
  PRIMARY KEY (account, refund)
)`,
  `CREATE UNIQUE INDEX IF NOT EXISTS portone_refunds_held_payment ON portone_refunds (account, payment)
  WHERE holds_payment`,
  `CREATE INDEX IF NOT EXISTS portone_refunds_open ON portone_refunds (account, refund)
  WHERE state IN ('OPEN', 'REQUESTED')`,
  `CREATE INDEX IF NOT EXISTS portone_refunds_payment ON portone_refunds (account, payment)`,
];
