/**
 * Deliveries, and the transactional handlers that are through with one. The completions are a table of their own without
 * a foreign key, so that an open transaction of a handler does not keep the delivery's lease from being renewed.
 */
export const WEBHOOK_INBOX = [
  `CREATE TABLE IF NOT EXISTS portone_webhook_inbox (
  account text NOT NULL,
  delivery text COLLATE "C" NOT NULL,
  state text NOT NULL DEFAULT 'unfinished' CHECK (state IN ('unfinished', 'exhausted', 'done')),
  -- Of whoever is at work on it; the lease ends when it is due.
  token text,
  due_at timestamptz NOT NULL,
  attempt integer NOT NULL,
  completed_handlers text[] NOT NULL DEFAULT '{}',
  last_failure text,
  -- What was kept of it, until it is done.
  type text,
  signed_at timestamptz,
  received_at timestamptz,
  body bytea,
  -- When a finished one, or one of which nothing was kept, may be deleted.
  forget_at timestamptz,
  PRIMARY KEY (account, delivery)
)`,
  `CREATE INDEX IF NOT EXISTS portone_webhook_inbox_due ON portone_webhook_inbox (account, due_at)
  WHERE state = 'unfinished' AND body IS NOT NULL`,
  `CREATE INDEX IF NOT EXISTS portone_webhook_inbox_open ON portone_webhook_inbox (account, delivery)
  WHERE state <> 'done' AND body IS NOT NULL`,
  `CREATE INDEX IF NOT EXISTS portone_webhook_inbox_forget ON portone_webhook_inbox (forget_at)
  WHERE forget_at IS NOT NULL`,
  `CREATE TABLE IF NOT EXISTS portone_webhook_completions (
  account text NOT NULL,
  delivery text COLLATE "C" NOT NULL,
  handler text NOT NULL,
  completed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account, delivery, handler)
)`,
];
