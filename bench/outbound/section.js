// Outbound: the same calls by our client, the official SDK and bare undici, against one server in another process.
import { startChild } from '../child-process.js';
import { interleave, medianOf, ratioOf } from '../rounds.js';
import { microseconds, perSecond } from '../table.js';

const NAMES = ['nestjs-portone', 'sdk', 'undici'];
const OPERATIONS = { get: 'GET getPayment', cancel: 'POST cancelPayment' };

const NOTE =
  'Outbound: the server answers with bytes made before and polls its connections, in a process of its own; it is not what limits any contender.';

export async function outbound({ quick }) {
  const [rounds, ms] = quick ? [3, 250] : [9, 1000];
  const server = await startChild(new URL('./server.js', import.meta.url));
  const port = String(server.ready.port);
  const clients = {};
  for (const name of NAMES) {
    clients[name] = await startChild(new URL('./client.js', import.meta.url), { args: [name, port] });
    await clients[name].ask('check');
  }
  const rows = [];
  for (const operation of Object.keys(OPERATIONS)) {
    for (const inFlight of [1, 50]) {
      const load = { operation, inFlight };
      for (const name of NAMES) await clients[name].ask('run', { ...load, ms: quick ? 500 : 1500 });
      const measured = await interleave(NAMES, rounds, async (name) => {
        await server.ask('wake');
        const measure = await clients[name].ask('run', { ...load, ms });
        await server.ask('sleep');
        return measure;
      });
      rows.push(...rowsOf(`${OPERATIONS[operation]}, ${inFlight} in flight`, inFlight, measured));
    }
  }
  await Promise.all([server, ...Object.values(clients)].map((child) => child.end()));
  return { rows, notes: [NOTE] };
}

function rowsOf(what, inFlight, { 'nestjs-portone': ours, sdk, undici }) {
  const row = (measure, write, rival, theirs, aim) => ({
    what: `outbound: ${what}, ${measure === 'rate' ? 'throughput' : 'CPU per call'}`,
    ours: write(medianOf(ours, measure)),
    theirs: `${rival} ${write(medianOf(theirs, measure))}`,
    ratio: ratioOf(ours, theirs, measure),
    aim,
  });
  return [
    row('rate', perSecond, 'SDK', sdk, inFlight === 50 ? { atLeast: 4 } : undefined),
    row('cpu', microseconds, 'SDK', sdk),
    row('rate', perSecond, 'undici.request', undici),
    row('cpu', microseconds, 'undici.request', undici, { atMost: 1.25 }),
  ];
}
