// Growth: what more handlers, a full inbox and time do to a delivery.
import { startChild } from '../child-process.js';
import { interleave, medianOf, ratioOf } from '../rounds.js';
import { microseconds, milliseconds } from '../table.js';
import { steadyLoad } from './steady.js';

const HANDLERS = ['1', '100', '5000'];
const INBOXES = [10_000, 100_000];

export async function growth({ quick, long }) {
  const rows = [
    ...(await handlers('one', quick, 'one of them matching, a delivery', 'us')),
    ...(await handlers('all', quick, 'all of them matching, each call', 'usPerCall')),
    ...(await inboxes(quick)),
  ];
  const notes = [];
  if (long) {
    const steady = await steadyLoad();
    rows.push(...steady.rows);
    notes.push(...steady.notes);
  } else {
    notes.push('Growth: ten minutes of steady load are run with `npm run bench -- --long`.');
  }
  return { rows, notes };
}

async function handlers(matching, quick, what, measure) {
  const children = {};
  for (const count of HANDLERS) {
    children[count] = await startChild(new URL('./dispatch.js', import.meta.url), { args: [count, matching] });
    await children[count].ask('run', { ms: quick ? 500 : 2000 });
  }
  const ms = quick ? 200 : 1000;
  const measured = await interleave(HANDLERS, quick ? 3 : 9, (count) => children[count].ask('run', { ms }));
  const one = measured['1'];
  const startMs = (count) => `start ${milliseconds(children[count].ready.startMs)}`;
  const rows = HANDLERS.slice(1).map((count) => ({
    what: `growth: ${count} handlers, ${what}`,
    ours: `${microseconds(medianOf(measured[count], measure))} (${startMs(count)})`,
    theirs: `1 handler ${microseconds(medianOf(one, measure))} (${startMs('1')})`,
    ratio: ratioOf(measured[count], one, measure),
    // One call among many shares the delivery's own cost, so it must not cost more than the only one.
    aim: { atMost: matching === 'one' ? 1.25 : 1 },
  }));
  await Promise.all(Object.values(children).map((child) => child.end()));
  return rows;
}

async function inboxes(quick) {
  const child = await startChild(new URL('./inbox.js', import.meta.url));
  const rows = [];
  for (const maxEntries of INBOXES) {
    await child.ask('run', { maxEntries });
    const measured = await interleave(['inbox'], quick ? 3 : 9, () => child.ask('run', { maxEntries }));
    const filling = medianOf(measured.inbox, 'filling');
    const full = medianOf(measured.inbox, 'full');
    rows.push({
      what: `growth: in-memory inbox of ${maxEntries.toLocaleString('en')} at its limit, a delivery`,
      ours: microseconds(full),
      theirs: `with room ${microseconds(filling)}`,
      ratio: full / filling,
      aim: { atMost: 1.5 },
    });
  }
  await child.end();
  return rows;
}
