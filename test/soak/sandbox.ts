import { parseArgs } from 'node:util';
import { soak } from './sandbox/soak.js';

const { values } = parseArgs({
  options: { payments: { type: 'string', default: '10000' }, seed: { type: 'string', default: '7' } },
});
const payments = Number(values.payments);
if (!Number.isSafeInteger(payments) || payments < 10)
  throw new TypeError('--payments must be an integer of at least 10');

const result = await soak({ payments, seed: values.seed }, ({ payments, microsPerPayment, heapBytes }) =>
  console.log(`${payments} payments, ${microsPerPayment} µs each; heap ${(heapBytes / 1e6).toFixed(1)} MB`),
);
console.log(JSON.stringify(result));
