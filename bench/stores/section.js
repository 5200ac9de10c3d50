// What an inbox costs a delivery: none, in memory, Redis, PostgreSQL, a queue; and what a second process gives. Each
// server in a process of its own; Redis and PostgreSQL are those of REDIS_URL and DATABASE_URL.
import { startChild } from '../child-process.js';
import { interleave, medianOf, ratioOf } from '../rounds.js';
import { microseconds, perSecond } from '../table.js';
import { startServer, untilHandled } from './measured-server.js';
import { workers } from './workers.js';

const NONE = 'no inbox';
/** Those without a store take more in the same time. */
const CONTENDERS = {
  [NONE]: { inbox: 'none', fast: true },
  memory: { inbox: 'memory', fast: true },
  Redis: { inbox: 'redis', place: 'inbox' },
  PostgreSQL: { inbox: 'postgres', place: 'plain' },
  'PostgreSQL, transactional': { inbox: 'postgres', place: 'transactional', transactional: true },
  'queue (BullMQ)': { inbox: 'redis', place: 'queue', queue: 'both' },
};
const NAMES = Object.keys(CONTENDERS);

export async function stores({ quick }) {
  const base = `portone_bench_${process.pid}_`;
  const urls = {
    redisUrl: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379',
    databaseUrl: process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/test',
  };
  const servers = await startChild(new URL('./servers.js', import.meta.url), {
    args: [JSON.stringify({ ...urls, base })],
  });
  const missing = await servers.ask('missing');
  if (missing !== null) {
    await servers.end();
    return { rows: [], notes: [`Stores: not measured, since there is no ${missing}.`] };
  }
  const places = ['plain', 'transactional', 'workers_one', 'workers_two'];
  const load = await startChild(new URL('../inbound/load.js', import.meta.url));
  const bench = {
    quick,
    load,
    servers,
    settings: (setting) => ({ ...urls, ...setting, place: `${base}${setting.place}` }),
  };
  try {
    await servers.ask('prepare', { schemas: places.map((place) => `${base}${place}`) });
    const compared = await compare(bench);
    const beside = await workers(bench);
    return { rows: [...compared.rows, ...beside.rows], notes: [...compared.notes, ...beside.notes] };
  } finally {
    // Which cleans up, see `servers.js`.
    await Promise.all([load.end(), servers.end()]);
  }
}

async function compare(bench) {
  const { quick } = bench;
  const contenders = {};
  for (const name of NAMES) {
    const setting = bench.settings(CONTENDERS[name]);
    contenders[name] = { server: await startServer(setting), ...CONTENDERS[name], place: setting.place };
    // Past the limit of the inbox in memory, where it has work to do for every delivery.
    await deliver(bench, contenders[name], CONTENDERS[name].fast ? 12_000 : quick ? 300 : 3_000);
  }
  const measured = await interleave(NAMES, quick ? 3 : 7, (name) => measure(bench, contenders[name]));
  const notes = await costOfStores(bench, contenders, measured);
  await Promise.all(NAMES.map((name) => contenders[name].server.end()));
  return { rows: NAMES.slice(1).flatMap((name) => rowsOf(name, measured[name], measured[NONE])), notes };
}

async function measure(bench, contender) {
  const { quick } = bench;
  const { server } = contender;
  const used = await cost(bench, contender, (quick ? 300 : 2_000) * (contender.fast ? 4 : 1));
  const alone = quick ? 50 : 200;
  await server.ask('countRoundTrips');
  const one = await deliver(bench, contender, alone, { connections: 1 });
  const trips = (await server.ask('roundTrips')) / alone;
  return { ...used, alone: 1e6 / one.rate, trips };
}

/** What a delivery costs its process and the stores, and how many there are in a second. */
async function cost(bench, contender, deliveries) {
  const { server, place } = contender;
  const usage = async () => ({ ...(await server.ask('usage')), ...(await bench.servers.ask('usage', { place })) });
  const before = await usage();
  const { rate } = await deliver(bench, contender, deliveries);
  const after = await usage();
  const each = (what) => (after[what] - before[what]) / deliveries;
  return { rate, cpu: each('cpu'), redisCpu: each('redisCpu'), postgresCpu: each('postgresCpu'), wal: each('wal') };
}

/** Until every delivery's handler is through, which with a queue is later than the last answer. */
async function deliver({ load }, { server }, deliveries, options = {}) {
  const { handled } = await server.ask('usage');
  const startedAt = performance.now();
  const { path, port } = server.ready;
  const { seconds } = await load.ask('run', { ports: [port], path, deliveries, awake: false, ...options });
  // What the load generator did before its clock started is not the server's time.
  const prepared = performance.now() - startedAt - seconds * 1000;
  await untilHandled([server], handled + deliveries);
  return { rate: (deliveries * 1000) / (performance.now() - startedAt - prepared) };
}

function rowsOf(name, ours, none) {
  const row = (what, measure, written) => ({
    what: `stores: ${name}, ${what}`,
    ours: written(ours),
    theirs: `${NONE} ${written(none)}`,
    ratio: ratioOf(ours, none, measure),
  });
  const trips = (rounds) => `${Math.round(medianOf(rounds, 'trips') * 10) / 10} round trips`;
  return [
    row('32 in flight, throughput', 'rate', (rounds) => perSecond(medianOf(rounds, 'rate'))),
    row('32 in flight, server CPU a delivery', 'cpu', (rounds) => microseconds(medianOf(rounds, 'cpu'))),
    row(
      '1 in flight, time a delivery',
      'alone',
      (rounds) => `${microseconds(medianOf(rounds, 'alone'))}, ${trips(rounds)}`,
    ),
  ];
}

/** What the servers of the stores had to do for it: no contender's own, so no ratio. */
async function costOfStores(bench, contenders, measured) {
  const { quick, servers } = bench;
  const used = (name, measure, unit) => {
    const value = medianOf(measured[name], measure);
    return Number.isNaN(value) ? 'an unknown amount' : unit(value);
  };
  const bytes = (count) => `${Math.round(count).toLocaleString('en')} B`;
  const notes = [];
  for (const name of ['Redis', 'queue (BullMQ)']) {
    const { server, place } = contenders[name];
    const left = (await servers.ask('redisBytes', { place })) / (await server.ask('usage')).handled;
    const cpu = used(name, 'redisCpu', microseconds);
    notes.push(
      `Stores, ${name}: Redis used ${cpu} of its one thread a delivery, and keeps ${bytes(left)} of a finished one.`,
    );
  }
  for (const name of ['PostgreSQL', 'PostgreSQL, transactional']) {
    const schema = { schema: contenders[name].place };
    const { rows: finished, ...size } = await servers.ask('postgresBytes', schema);
    const cleaned = await servers.ask('cleanedPerSecond', schema);
    const each = (count) => bytes(count / finished);
    const rows = quick ? 100_000 : 1_000_000;
    await servers.ask('fill', { ...schema, rows });
    const { wal } = await cost(bench, contenders[name], quick ? 300 : 2_000);
    const completions = name.includes('transactional') ? ` and ${each(size.completions)} of its handler` : '';
    notes.push(
      `Stores, ${name}: PostgreSQL used ${used(name, 'postgresCpu', microseconds)} of CPU in its connections a delivery, ` +
        `wrote ${used(name, 'wal', bytes)} of WAL (${bytes(wal)} with ${rows.toLocaleString('en')} others there and a checkpoint just done), and keeps ${each(size.inbox)} of a finished one${completions} ` +
        `(${each(size.inboxLeft + size.completionsLeft)} in all before a vacuum); of those that are old it deletes ${perSecond(cleaned)}.`,
    );
  }
  return notes;
}
