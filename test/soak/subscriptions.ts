import { parseArgs } from 'node:util';

import { soak } from './subscriptions/soak.js';

const { values } = parseArgs({
  options: {
    subscriptions: { type: 'string', default: '200' },
    years: { type: 'string', default: '2' },
    seed: { type: 'string', default: '7' },
  },
});
const [subscriptions, years] = [Number(values.subscriptions), Number(values.years)];
if (!Number.isSafeInteger(subscriptions) || subscriptions < 4) {
  throw new TypeError('--subscriptions must be an integer of at least 4');
}
if (!(years > 0)) throw new TypeError('--years must be a number above 0');

const verdict = await soak({ subscriptions, years, seed: values.seed });
console.log(JSON.stringify({ subscriptions, ...verdict }));
process.exitCode = verdict.missed + verdict.doubled + verdict.wrongDay === 0 ? 0 : 1;
