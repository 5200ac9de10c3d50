import { PortOneClient } from '@portone/server-sdk';
import { PortOneSandbox } from '../../../lib/testing/index.js';
import { SeededRandom } from '../../../lib/testing/state/random.js';
import { CountingReceiver, SECRET } from './counting-receiver.js';
import { Shopper } from './shopper.js';

export interface SoakResult {
  payments: number;
  /** Of the heap's growth from the end of the first tenth to the end: what the sandbox keeps of each payment. */
  heapBytesPerPayment: number;
  microsPerPaymentFirstTenth: number;
  microsPerPaymentLastTenth: number;
}

/** One of ten equal parts of a run. */
export interface Tenth {
  payments: number;
  microsPerPayment: number;
  heapBytes: number;
}

/**
 * Many payments in one process, over HTTP, each with its webhooks.
 *
 * @param payments - at least 10
 * @param onTenth - called ten times, for somebody who watches
 * @throws where a webhook is missing or one too many, or the money is not what was paid
 */
export async function soak(
  { payments, seed }: { payments: number; seed: string | number },
  onTenth: (tenth: Tenth) => void = () => {},
): Promise<SoakResult> {
  const receiver = new CountingReceiver(payments);
  const url = await receiver.listen();
  const sandbox = await PortOneSandbox.start({ seed, webhook: { url, secret: SECRET } });
  const client = PortOneClient({ secret: sandbox.apiSecret, baseUrl: sandbox.url, storeId: sandbox.storeId });
  const shopper = new Shopper(sandbox, client, new SeededRandom(seed, 'soak'));
  try {
    const tenths: Tenth[] = [];
    for (let done = 0; tenths.length < 10;) {
      const end = Math.round(((tenths.length + 1) * payments) / 10);
      const startedAt = performance.now();
      for (let index = done; index < end; index += 1) await shopper.shop(index);
      await sandbox.settled();
      const microsPerPayment = Math.round((1000 * (performance.now() - startedAt)) / (end - done));
      const tenth = { payments: end - done, microsPerPayment, heapBytes: heapBytes() };
      tenths.push(tenth);
      onTenth(tenth);
      done = end;
    }
    await shopper.check(payments, receiver);
    const [first, last] = [tenths[0] as Tenth, tenths[9] as Tenth];
    return {
      payments,
      heapBytesPerPayment: Math.round((last.heapBytes - first.heapBytes) / (payments - first.payments)),
      microsPerPaymentFirstTenth: first.microsPerPayment,
      microsPerPaymentLastTenth: last.microsPerPayment,
    };
  } finally {
    await sandbox.stop();
    await receiver.close();
  }
}

/** What is left after a collection, in a process that was started with `--expose-gc`. */
function heapBytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
}
