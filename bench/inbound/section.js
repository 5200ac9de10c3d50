// Inbound over HTTP: deliveries to our endpoint, to a bare route, to a hand-written controller and to golevelup's, each
// server in its own process on one core, the load on the other.
import { startChild } from '../child-process.js';
import { interleave, medianOf, ratioOf } from '../rounds.js';
import { microseconds, perSecond } from '../table.js';

const OURS = 'nestjs-portone';
const AIMS = { 'bare route': { atLeast: 0.95 }, 'hand-written': { atLeast: 1.3 }, golevelup: { atLeast: 1 } };

/** golevelup's package supports Nest 11, so all are compared on that as well. */
const COMPARISONS = [
  { nest: '12', platform: 'express', rivals: ['bare route', 'hand-written'] },
  { nest: '12', platform: 'fastify', rivals: ['bare route', 'hand-written'] },
  { nest: '11', platform: 'express', rivals: ['bare route', 'hand-written', 'golevelup'] },
  { nest: '11', platform: 'fastify', rivals: ['bare route', 'hand-written', 'golevelup'] },
];

export async function inbound({ quick }) {
  const [rounds, deliveries, warmUp] = quick ? [3, 2_000, 2_000] : [11, 10_000, 15_000];
  const load = await startChild(new URL('./load.js', import.meta.url));
  const rows = [];
  for (const { nest, platform, rivals } of COMPARISONS) {
    const names = [OURS, ...rivals];
    const servers = {};
    for (const name of names) {
      servers[name] = await startChild(new URL('./server.js', import.meta.url), { args: [name, platform, nest] });
      // Past the inbox's limit, where it has work to do for every delivery.
      await load.ask('run', { ...servers[name].ready, deliveries: warmUp });
    }
    const measured = await interleave(names, rounds, (name) => measure(load, servers[name], deliveries));
    for (const rival of rivals) {
      rows.push(...rowsOf(`inbound: Nest ${nest}, ${platform}`, measured[OURS], rival, measured[rival]));
    }
    await Promise.all(Object.values(servers).map((server) => server.end()));
  }
  await load.end();
  return { rows, notes: [] };
}

async function measure(load, server, deliveries) {
  const before = await server.ask('usage');
  const { rate } = await load.ask('run', { ...server.ready, deliveries });
  const after = await server.ask('usage');
  if (after.handled - before.handled !== deliveries) throw new Error(`${after.handled - before.handled} were handled.`);
  const cpu = (after.cpu - before.cpu) / deliveries;
  return { rate, cpu, perCpuSecond: 1e6 / cpu };
}

function rowsOf(what, ours, rival, theirs) {
  const aim = AIMS[rival];
  return [
    {
      what: `${what}, throughput`,
      ours: perSecond(medianOf(ours, 'rate')),
      theirs: `${rival} ${perSecond(medianOf(theirs, 'rate'))}`,
      ratio: ratioOf(ours, theirs, 'rate'),
      aim,
    },
    {
      what: `${what}, deliveries per second of server CPU`,
      ours: `${perSecond(medianOf(ours, 'perCpuSecond'))} (${microseconds(medianOf(ours, 'cpu'))})`,
      theirs: `${rival} ${perSecond(medianOf(theirs, 'perCpuSecond'))} (${microseconds(medianOf(theirs, 'cpu'))})`,
      ratio: ratioOf(ours, theirs, 'perCpuSecond'),
      aim,
    },
  ];
}
