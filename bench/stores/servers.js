// What the bench needs of Redis and PostgreSQL themselves: whether they are there, places of its own, what a run cost
// them, what it left, and that nothing is left in the end. A process of its own, for the packages of the checkout.
import { readFileSync } from 'node:fs';

import { serve } from '../child-process.js';
import { importFor } from '../packages.js';

const { redisUrl, databaseUrl, base } = JSON.parse(process.argv[2]);
const load = importFor(12);
const { Redis } = await load('ioredis');
const { default: pg } = await load('pg');
const { migratePostgres, postgresDatabase, PostgresWebhookInbox } = await load('nestjs-portone/postgres');

const redis = new Redis(redisUrl, { lazyConnect: true, retryStrategy: null });
redis.on('error', () => {});
const pool = new pg.Pool({ connectionString: databaseUrl, max: 1, connectionTimeoutMillis: 2_000 });
pool.on('error', () => {});

/** In a virtual machine too, Linux counts in hundredths of a second. */
const TICK_US = 10_000;

async function missing() {
  const notThere = (what) => () => what;
  return (
    (await redis.connect().then(() => undefined, notThere(`Redis (REDIS_URL, ${redacted(redisUrl)})`))) ??
    (await pool.query('SELECT').then(() => undefined, notThere(`PostgreSQL (DATABASE_URL, ${redacted(databaseUrl)})`)))
  );
}

async function prepare({ schemas }) {
  await clean();
  for (const schema of schemas) await migratePostgres(postgresDatabase(pool, { schema }));
}

/** Used so far: by Redis, and by the connections of one place to PostgreSQL. */
async function usage({ place }) {
  const info = await redis.info('cpu');
  const seconds = (name) => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1] ?? NaN);
  const { rows } = await pool.query(
    `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS wal,
       ARRAY(SELECT pid FROM pg_stat_activity WHERE application_name = $1) AS pids`,
    [place],
  );
  const redisCpu = (seconds('used_cpu_user_main_thread') + seconds('used_cpu_sys_main_thread')) * 1e6;
  return { redisCpu, wal: rows[0].wal, postgresCpu: cpuOf(rows[0].pids) };
}

/** NaN where PostgreSQL is not on this machine, or this is not Linux. */
function cpuOf(pids) {
  try {
    return pids
      .map((pid) =>
        readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' '),
      )
      .reduce((sum, fields) => sum + (Number(fields[11]) + Number(fields[12])) * TICK_US, 0);
  } catch {
    return NaN;
  }
}

/** Bytes of all keys of a place, with their names: but BullMQ's stream of events, which does not grow with what is kept. */
async function redisBytes({ place }) {
  let bytes = 0;
  for await (const keys of keysOf(place)) {
    const pipeline = redis.pipeline();
    for (const key of keys.filter((name) => !name.endsWith(':events'))) pipeline.memory('USAGE', key, 'SAMPLES', 0);
    for (const [, size] of await pipeline.exec()) bytes += size;
  }
  return bytes;
}

/** Rows and bytes of the inbox's tables with their indexes, as the run left them and rewritten without its gaps. */
async function postgresBytes({ schema }) {
  const tables = [`${schema}.portone_webhook_inbox`, `${schema}.portone_webhook_completions`];
  const size = async (table) =>
    (await pool.query('SELECT pg_total_relation_size($1::regclass)::float8 AS bytes', [table])).rows[0].bytes;
  const result = { rows: (await pool.query(`SELECT count(*)::int AS count FROM ${tables[0]}`)).rows[0].count };
  [result.inboxLeft, result.completionsLeft] = [await size(tables[0]), await size(tables[1])];
  for (const table of tables) await pool.query(`VACUUM FULL ${table}`);
  [result.inbox, result.completions] = [await size(tables[0]), await size(tables[1])];
  return result;
}

/** As after so many deliveries, and right after a checkpoint: what is changed first on a page is written as a whole. */
async function fill({ schema, rows }) {
  await pool.query(
    `WITH ids AS (SELECT 'msg_' || gen_random_uuid() AS id FROM generate_series(1, $1)),
       completions AS (
         INSERT INTO ${schema}.portone_webhook_completions SELECT '', id, 'OrderWebhooks.onPaid' FROM ids
       )
     INSERT INTO ${schema}.portone_webhook_inbox (account, delivery, state, due_at, attempt, forget_at)
     SELECT '', id, 'done', now(), 0, now() + interval '30 days' FROM ids`,
    [rows],
  );
  await pool.query('CHECKPOINT');
}

/** How many finished deliveries a second the inbox deletes whose retention is over. */
async function cleanedPerSecond({ schema }) {
  const inbox = new PostgresWebhookInbox({ connection: postgresDatabase(pool, { schema }) });
  await pool.query(`UPDATE ${schema}.portone_webhook_inbox SET forget_at = now()`);
  const startedAt = performance.now();
  let rows = 0;
  for (let batch = -1; batch !== 0; rows += batch) batch = await inbox.clean();
  return (rows * 1000) / (performance.now() - startedAt);
}

async function clean() {
  if (redis.status !== 'ready') return;
  // Whoever was at work when the run was broken off holds locks.
  await pool.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE starts_with(application_name, $1)', [
    base,
  ]);
  const { rows } = await pool.query(`SELECT nspname FROM pg_namespace WHERE starts_with(nspname, $1)`, [base]);
  for (const { nspname } of rows) await pool.query(`DROP SCHEMA ${nspname} CASCADE`);
  // Later than the schemas: by now the processes that have been adding keys are gone.
  for await (const keys of keysOf(base)) if (keys.length > 0) await redis.unlink(...keys);
}

/** An inbox begins its keys with a brace, a queue does not. */
async function* keysOf(place) {
  for (const match of [`${place}*`, `{${place}*`]) yield* redis.scanStream({ match, count: 1_000 });
}

function redacted(url) {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

// Ctrl-C reaches every process of the run; this one has yet to clean up.
process.on('SIGINT', () => {});
serve({ missing, prepare, usage, redisBytes, postgresBytes, cleanedPerSecond, fill }, {}, clean);
