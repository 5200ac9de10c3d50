import { parseArgs } from 'node:util';

import { NO_FAULTS, type Faults } from './payments/audit.js';
import { BREAKAGES, type Breakage } from './payments/breakage.js';
import { soak } from './payments/soak.js';

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '7' },
    history: { type: 'string' },
    break: { type: 'string' },
  },
});
const histories = Number(values.histories);
const history = values.history === undefined ? undefined : Number(values.history);
const breakage = values.break as Breakage | undefined;
if (!Number.isSafeInteger(histories) || histories < 1) throw new TypeError('--histories must be an integer, 1 or more');
if (history !== undefined && !(Number.isSafeInteger(history) && history >= 0 && history < histories)) {
  throw new TypeError('--history must be one of the histories, counted from 0');
}
if (breakage !== undefined && !BREAKAGES.includes(breakage)) {
  throw new TypeError(`--break must be one of ${BREAKAGES.join(', ')}`);
}

const verdict = await soak({
  histories,
  seed: values.seed,
  history,
  breakage,
  onFailure: ({ history, findings, events }) => {
    const title = `history ${history} (again: --histories ${histories} --seed ${values.seed} --history ${history})`;
    console.error([title, ...findings, ...events].join('\n  '));
  },
});
const { killed, disturbed, ...counts } = verdict;
console.log(`${killed} processes killed, ${disturbed} requests and deliveries disturbed`);
console.log(JSON.stringify(counts));
const faults = Object.keys(NO_FAULTS) as (keyof Faults)[];
process.exitCode = faults.every((fault) => counts[fault] === 0) ? 0 : 1;
