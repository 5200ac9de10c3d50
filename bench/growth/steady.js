// Ten minutes of steady load on both streams: each delivery's handler asks PortOne for the payment, over loopback. The
// latency of deliveries and the memory of the application are looked at every minute.
import { startChild } from '../child-process.js';
import { median } from '../rounds.js';
import { megabytes } from '../table.js';

const MINUTES = 10;
const PER_SECOND = 500;

export async function steadyLoad() {
  const api = await startChild(new URL('../outbound/server.js', import.meta.url));
  const shop = await startChild(new URL('./steady-server.js', import.meta.url), {
    args: [String(api.ready.port)],
    execArgv: ['--expose-gc'],
  });
  const load = await startChild(new URL('./steady-load.js', import.meta.url));
  // A minute for the compiler and for the inbox to reach its limit.
  await load.ask('run', { ...shop.ready, perSecond: PER_SECOND, seconds: 60 });
  const minutes = [];
  for (let minute = 1; minute <= MINUTES; minute++) {
    const latency = await load.ask('run', { ...shop.ready, perSecond: PER_SECOND, seconds: 60 });
    const memory = await shop.ask('memory');
    minutes.push({ ...latency, ...memory });
    console.error(`bench: minute ${minute}: p50 ${latency.p50.toFixed(2)} ms, heap ${megabytes(memory.heapUsed)}`);
  }
  await Promise.all([load, shop, api].map((child) => child.end()));
  return { rows: ['p50', 'p99', 'heapUsed', 'rss'].map((measure) => rowOf(measure, minutes)), notes: [note(minutes)] };
}

/** Aims at the last three minutes being no more than the first three: what grows would show in nine minutes. */
const LABELS = {
  p50: { label: 'p50 latency', write: (ms) => `${ms.toFixed(2)} ms`, aim: { atMost: 1.1 } },
  p99: { label: 'p99 latency', write: (ms) => `${ms.toFixed(2)} ms` },
  heapUsed: { label: 'heap after collection', write: megabytes, aim: { atMost: 1.02 } },
  rss: { label: 'resident memory', write: megabytes, aim: { atMost: 1.1 } },
};

function rowOf(measure, minutes) {
  const { label, write, aim } = LABELS[measure];
  const values = minutes.map((minute) => minute[measure]);
  const [first, last] = [median(values.slice(0, 3)), median(values.slice(-3))];
  return {
    what: `growth: steady load, ${label}`,
    ours: `last minutes ${write(last)}`,
    theirs: `first minutes ${write(first)}`,
    ratio: last / first,
    aim,
  };
}

function note(minutes) {
  const slope = (measure) => {
    const middle = (minutes.length - 1) / 2;
    const mean = minutes.reduce((sum, minute) => sum + minute[measure], 0) / minutes.length;
    const above = minutes.reduce((sum, minute, at) => sum + (at - middle) * (minute[measure] - mean), 0);
    return above / minutes.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
  };
  const p50s = minutes.map(({ p50 }) => p50.toFixed(2)).join(', ');
  return (
    `Steady load: ${PER_SECOND} deliveries a second for ${MINUTES} minutes after one of warming up, each handler calling getPayment. ` +
    `Heap after collection grows by ${(slope('heapUsed') / 1024).toFixed(1)} KB a minute, p50 by ${(slope('p50') * 1000).toFixed(1)} µs a minute (ms, by minute: ${p50s}).`
  );
}
