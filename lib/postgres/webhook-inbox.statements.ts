/**
 * The time, `$1` in every statement: the server's, unless a test has one of its own. Not `clock_timestamp()`, by which no
 * index can be searched; a statement that waited for a row sees the row as it is now, and a lease it finds ended was so
 * when it came.
 */
const NOW = 'coalesce(to_timestamp($1::float8 / 1000), statement_timestamp())';
const HELD = `token IS NOT NULL AND due_at > ${NOW}`;
/** `$2` and `$3` name the delivery, `$4` is the token of its holder. */
const AS_HOLDER = `account = $2 AND delivery = $3 AND token = $4 AND due_at > ${NOW}`;
const AT_REST = `account = $2 AND delivery = $3 AND state <> 'done' AND body IS NOT NULL AND NOT (${HELD})`;
const KEPT = `type, ${ms('signed_at')} AS signed_ms, ${ms('received_at')} AS received_ms, body`;

export interface InboxStatements {
  readonly claim: string;
  readonly renew: string;
  readonly completeHandler: string;
  readonly complete: string;
  readonly release: string;
  readonly forget: string;
  readonly claimDue: string;
  readonly list: string;
  readonly replay: string;
  readonly discard: string;
  readonly backlog: string;
  readonly clean: string;
  readonly cleanOne: string;
  readonly beginHandler: string;
}

/**
 * One statement an operation, so one round trip, and atomic by itself.
 *
 * @param inbox the table of deliveries
 * @param completions that of the transactional handlers that are through with one
 */
export function inboxStatements(inbox: string, completions: string): InboxStatements {
  const through = (of: string): string =>
    `${of}.completed_handlers || ARRAY(SELECT c.handler FROM ${completions} c
       WHERE c.account = ${of}.account AND c.delivery = ${of}.delivery) AS handlers`;
  const done = (retention: string): string =>
    `UPDATE ${inbox} SET state = 'done', token = NULL, due_at = ${NOW}, attempt = 0, completed_handlers = '{}',
       last_failure = NULL, type = NULL, signed_at = NULL, received_at = NULL, body = NULL,
       forget_at = ${later(retention)}`;
  const cleaning = (which: string): string =>
    `WITH old AS (
       SELECT account, delivery FROM ${inbox} WHERE forget_at <= ${NOW} AND NOT (${HELD}) ${which} FOR UPDATE SKIP LOCKED
     ), gone AS (
       DELETE FROM ${inbox} i USING old WHERE i.account = old.account AND i.delivery = old.delivery
       RETURNING i.account, i.delivery
     ), forgotten AS (${forgetCompletions(completions)})
     SELECT count(*)::int AS count FROM gone`;
  return {
    claim: `WITH claimed AS (
       INSERT INTO ${inbox} AS i
         (account, delivery, token, due_at, attempt, type, signed_at, received_at, body, forget_at)
       VALUES ($2, $3, $4, ${later('$5')}, 1, $6, $7::timestamptz, $8::timestamptz, $9::bytea,
         CASE WHEN $9::bytea IS NULL THEN ${later('$5')} + ${interval('$10')} END)
       ON CONFLICT (account, delivery) DO UPDATE SET
         state = 'unfinished', token = excluded.token, due_at = excluded.due_at, attempt = i.attempt + 1,
         type = coalesce(i.type, excluded.type), signed_at = coalesce(i.signed_at, excluded.signed_at),
         received_at = coalesce(i.received_at, excluded.received_at), body = coalesce(i.body, excluded.body),
         forget_at = CASE WHEN i.body IS NULL THEN excluded.forget_at END
       WHERE i.state <> 'done' AND (i.token IS NULL OR i.due_at <= ${NOW})
       RETURNING i.account, i.delivery, i.attempt, i.completed_handlers
     )
     SELECT 'claimed' AS state, attempt, ${through('claimed')}, 0 AS retry_after_ms FROM claimed
     UNION ALL
     SELECT CASE WHEN state <> 'done' THEN 'in-progress' WHEN forget_at > ${NOW} THEN 'done' ELSE 'forgotten' END,
       0, '{}', ceil(extract(epoch FROM due_at - ${NOW}) * 1000)::float8
     FROM ${inbox} WHERE account = $2 AND delivery = $3 AND NOT EXISTS (SELECT FROM claimed)`,

    renew: `UPDATE ${inbox} SET due_at = ${later('$5')} WHERE ${AS_HOLDER}`,

    completeHandler: `UPDATE ${inbox} SET completed_handlers = array_append(array_remove(completed_handlers, $5), $5)
     WHERE ${AS_HOLDER}`,

    complete: `${done('$5')} WHERE ${AS_HOLDER}`,

    release: `UPDATE ${inbox} SET token = NULL, due_at = ${later('$5')}, last_failure = coalesce($6, last_failure)
     WHERE ${AS_HOLDER}`,

    forget: `WITH gone AS (SELECT $1::text AS account, $2::text AS delivery),
       forgotten AS (${forgetCompletions(completions)})
     DELETE FROM ${inbox} WHERE account = $1 AND delivery = $2`,

    claimDue: `WITH longest AS (
       SELECT account, delivery FROM ${inbox}
       WHERE account = $2 AND state = 'unfinished' AND body IS NOT NULL AND due_at <= ${NOW}
       ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
     )
     UPDATE ${inbox} i SET
       state = CASE WHEN i.attempt < $5 THEN 'unfinished' ELSE 'exhausted' END,
       token = CASE WHEN i.attempt < $5 THEN $3 END,
       due_at = CASE WHEN i.attempt < $5 THEN ${later('$4')} ELSE i.due_at END,
       attempt = CASE WHEN i.attempt < $5 THEN i.attempt + 1 ELSE i.attempt END
     FROM longest WHERE i.account = longest.account AND i.delivery = longest.delivery
     RETURNING i.delivery, i.state, i.attempt, ${through('i')}, ${KEPT}`,

    list: `SELECT delivery, state, attempt, ${ms('due_at')} AS due_ms, last_failure, ${KEPT} FROM ${inbox}
     WHERE account = $1 AND state <> 'done' AND body IS NOT NULL
       AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR delivery > $3)
     ORDER BY delivery LIMIT $4`,

    replay: `UPDATE ${inbox} SET state = 'unfinished', token = NULL, due_at = ${NOW}, attempt = 0 WHERE ${AT_REST}`,

    discard: `${done('$4')} WHERE ${AT_REST}`,

    backlog: `SELECT count(*) FILTER (WHERE state = 'unfinished')::int AS unfinished,
       count(*) FILTER (WHERE state = 'exhausted')::int AS exhausted,
       ${ms("min(received_at) FILTER (WHERE state = 'unfinished')")} AS oldest_ms
     FROM ${inbox} WHERE account = $1 AND state <> 'done' AND body IS NOT NULL`,

    clean: cleaning('ORDER BY forget_at LIMIT $2'),

    cleanOne: cleaning('AND account = $2 AND delivery = $3'),

    // The limit on waiting for another transaction holds for this statement alone: the handler's own are not its affair.
    beginHandler: `WITH bound AS MATERIALIZED (
       SELECT current_setting('lock_timeout') AS former, set_config('lock_timeout', $4, true)
     )
     INSERT INTO ${completions} (account, delivery, handler) SELECT $1, $2, $3 FROM bound
     ON CONFLICT DO NOTHING RETURNING set_config('lock_timeout', (SELECT former FROM bound), true)`,
  };
}

/**
 * Of work that a queue brought, `gone` is one handler of a delivery (`delivery#handler`), the completion the delivery's.
 * Either may have a `#` of its own, so that every one may be where the handler begins.
 */
function forgetCompletions(completions: string): string {
  return `DELETE FROM ${completions} c USING (
       SELECT account, delivery AS work, delivery FROM gone
       UNION SELECT account, delivery, left(delivery, at - 1) FROM gone, generate_series(1, length(delivery)) AS at
         WHERE substr(delivery, at, 1) = '#'
     ) g
     WHERE c.account = g.account AND c.delivery = g.delivery AND g.work IN (c.delivery, c.delivery || '#' || c.handler)`;
}

function interval(milliseconds: string): string {
  return `${milliseconds}::float8 * interval '1 millisecond'`;
}

function later(milliseconds: string): string {
  return `${NOW} + ${interval(milliseconds)}`;
}

/** In milliseconds since the epoch, since how a timestamp is read is the application's to change. */
function ms(instant: string): string {
  return `(extract(epoch FROM ${instant}) * 1000)::float8`;
}
