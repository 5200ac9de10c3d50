// Verification: a delivery's signature checked and its event read, by this package, the official SDK and node:crypto.
import { startChild } from '../child-process.js';
import { interleave, medianOf, ratioOf } from '../rounds.js';
import { microseconds, perSecond } from '../table.js';

const NAMES = ['nestjs-portone', 'sdk', 'crypto'];
const SIZES = { '200 B': 200, '2 KB': 2048, '64 KB': 65_536 };

export async function verification({ quick }) {
  const [rounds, ms] = quick ? [5, 100] : [15, 400];
  const workers = {};
  for (const name of NAMES) {
    workers[name] = await startChild(new URL('./worker.js', import.meta.url), { args: [name] });
    await workers[name].ask('check');
  }
  const rows = [];
  for (const [label, size] of Object.entries(SIZES)) {
    for (const name of NAMES) await workers[name].ask('run', { size, ms: quick ? 300 : 1000 });
    const measured = await interleave(NAMES, rounds, (name) => workers[name].ask('run', { size, ms }));
    const { 'nestjs-portone': ours, sdk, crypto } = measured;
    const row = (measure, write, rival, theirs, aim) => ({
      what: `verification: ${label}, ${measure === 'rate' ? 'throughput' : 'CPU each'}`,
      ours: write(medianOf(ours, measure)),
      theirs: `${rival} ${write(medianOf(theirs, measure))}`,
      ratio: ratioOf(ours, theirs, measure),
      aim,
    });
    rows.push(
      row('rate', perSecond, 'SDK', sdk, size === 200 ? { atLeast: 8 } : undefined),
      row('cpu', microseconds, 'SDK', sdk),
      row('cpu', microseconds, 'node:crypto', crypto, { atMost: 1.3 }),
    );
  }
  await Promise.all(Object.values(workers).map((worker) => worker.end()));
  return { rows, notes: [] };
}
