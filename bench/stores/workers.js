// What a second process gives, side by side with one: workers of a queue that is full, and processes on one database.
import { interleave, medianOf, ratioOf } from '../rounds.js';
import { microseconds, perSecond } from '../table.js';
import { handledBy, startServer, untilHandled } from './measured-server.js';

/** A handler that costs nothing is limited by the machine's cores, one that waits by how much is at work at once. */
const WAITS_MS = [0, 20];
const COUNTS = ['one', 'two'];

export async function workers(bench) {
  const rows = [];
  for (const waitMs of WAITS_MS) {
    const handler = waitMs === 0 ? 'a handler that does nothing' : `a handler that waits ${waitMs} ms`;
    const queued = await sideBySide(bench, queue, waitMs);
    rows.push(rowOf(`queue, ${handler}, jobs done`, queued));
    rows.push(rowOf(`PostgreSQL, transactional, ${handler}, throughput`, await sideBySide(bench, database, waitMs)));
  }
  return { rows, notes: [await apart(bench)] };
}

/** What each side of a queue does for a delivery, which one process with both hides. */
async function apart(bench) {
  const fleet = await queue.start((setting) => startServer(bench.settings({ ...setting, place: 'apart' })), 1);
  await queue.run(bench, fleet, bench.quick ? 400 : 3_000);
  const { web, worker } = await queue.run(bench, fleet, bench.quick ? 400 : 3_000);
  const alone = bench.quick ? 50 : 200;
  for (const server of fleet.all) await server.ask('countRoundTrips');
  const handled = await handledBy(fleet.processes);
  await send(bench, [fleet.web], alone, 1);
  await untilHandled(fleet.processes, handled + alone);
  const [webTrips, workerTrips] = await Promise.all(fleet.all.map((server) => server.ask('roundTrips')));
  await Promise.all(fleet.all.map((server) => server.end()));
  const each = (cpu, trips) => `${microseconds(cpu)} of CPU and ${(trips / alone).toFixed(1)} round trips a delivery`;
  return `Stores, queue: the process that adds uses ${each(web, webTrips)}, the worker ${each(worker, workerTrips)}.`;
}

/** One process in a place of its own, two in another, and each has its turn while the other is idle. */
async function sideBySide(bench, kind, waitMs) {
  const deliveries = bench.quick ? 400 : waitMs === 0 ? 3_000 : 1_500;
  const fleets = {};
  for (const count of COUNTS) {
    const place = kind === queue ? `workers_${count}_${waitMs}` : `workers_${count}`;
    fleets[count] = await kind.start(
      (setting) => startServer(bench.settings({ ...setting, place, waitMs })),
      count === 'one' ? 1 : 2,
    );
    await kind.run(bench, fleets[count], deliveries);
  }
  const measured = await interleave(COUNTS, bench.quick ? 3 : 5, (count) => kind.run(bench, fleets[count], deliveries));
  await Promise.all(COUNTS.flatMap((count) => fleets[count].all.map((server) => server.end())));
  return measured;
}

/** The queue is filled while it is paused, so that nothing but the workers is at work then. */
const queue = {
  async start(server, count) {
    const web = await server({ inbox: 'redis', queue: 'web' });
    const processes = [];
    for (let at = 0; at < count; at++) processes.push(await server({ inbox: 'redis', queue: 'worker' }));
    return { web, processes, all: [web, ...processes] };
  },
  async run(bench, { web, processes }, deliveries) {
    const before = await Promise.all([web, ...processes].map((server) => server.ask('usage')));
    const handled = await handledBy(processes);
    await web.ask('pause');
    await send(bench, [web], deliveries, 32);
    const { cpu } = await web.ask('usage');
    const startedAt = performance.now();
    await web.ask('resume');
    await untilHandled(processes, handled + deliveries);
    const rate = (deliveries * 1000) / (performance.now() - startedAt);
    const worker = (await processes[0].ask('usage')).cpu - before[1].cpu;
    return { rate, web: (cpu - before[0].cpu) / deliveries, worker: worker / deliveries };
  },
};

/** Twice as many connections as one process has by itself, so that the load is not what limits two. */
const database = {
  async start(server, count) {
    const processes = [];
    for (let at = 0; at < count; at++) processes.push(await server({ inbox: 'postgres', transactional: true }));
    return { processes, all: processes };
  },
  async run(bench, { processes }, deliveries) {
    const handled = await handledBy(processes);
    const { rate } = await send(bench, processes, deliveries, 64);
    await untilHandled(processes, handled + deliveries);
    return { rate };
  },
};

/** To several processes in turn, without a load generator that takes a core for itself. */
function send({ load }, servers, deliveries, connections) {
  const ports = servers.map(({ ready }) => ready.port);
  return load.ask('run', { ports, path: servers[0].ready.path, deliveries, connections, awake: false });
}

function rowOf(what, { one, two }) {
  return {
    what: `stores: ${what}, two processes`,
    ours: perSecond(medianOf(two, 'rate')),
    theirs: `one ${perSecond(medianOf(one, 'rate'))}`,
    ratio: ratioOf(two, one, 'rate'),
  };
}
