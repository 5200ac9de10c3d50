import type { PortOneSandbox, SandboxFault } from '../../../lib/testing/index.js';
import type { Dice } from './dice.js';

type Without<F, K extends string> = F extends unknown ? Omit<F, K> : never;
type Trouble = (dice: Dice) => Without<SandboxFault, 'paymentId' | 'count'>;

const plain =
  (
    fault: 'reset-before' | 'reset-after' | 'html-502' | 'unavailable' | 'truncated-json' | 'null',
    operation: string,
  ): Trouble =>
  () => ({ fault, operation });

/** A payment provider that takes up to minutes; the application waits for a quarter of a second. */
const slow =
  (operation: string): Trouble =>
  (dice) => ({ fault: 'latency', operation, delay: { seconds: dice.one([2, 20, 90, 900]) } });

const refuses =
  (operation: string): Trouble =>
  () => ({ fault: 'pg-error', operation });

const later: Trouble = (dice) => ({
  fault: 'cancel-requested',
  operation: CANCEL,
  settlesAs: dice.chance(0.7) ? 'SUCCEEDED' : 'FAILED',
  after: { minutes: dice.one([1, 90, 600, 4_000]) },
});

const [READ, CANCEL, CONFIRM] = ['payment.getPayment', 'payment.cancelPayment', 'payment.confirmPayment'] as const;

const REQUESTS: readonly Trouble[] = [
  ...(['reset-before', 'html-502', 'unavailable', 'truncated-json', 'null'] as const).map((one) => plain(one, READ)),
  slow(READ),
  ...(['reset-before', 'html-502', 'truncated-json', 'null'] as const).map((one) => plain(one, CANCEL)),
  ...[plain('reset-after', CANCEL), plain('reset-after', CANCEL), slow(CANCEL), slow(CANCEL), refuses(CANCEL)],
  ...[later, later, later],
  () => ({ fault: 'unknown-values', operation: CANCEL }),
  ...(['reset-before', 'reset-after', 'html-502', 'truncated-json'] as const).map((one) => plain(one, CONFIRM)),
  ...[plain('reset-after', CONFIRM), slow(CONFIRM), slow(CONFIRM), refuses(CONFIRM)],
];

const DELIVERIES: readonly Trouble[] = [
  ...(['duplicate', 'reorder', 'drop', 'corrupt', 'wrong-signature', 'unknown-type'] as const).map(
    (fault): Trouble =>
      () => ({ fault }),
  ),
  () => ({ fault: 'drop' }),
  () => ({ fault: 'duplicate' }),
  (dice) => ({ fault: 'delay', delay: { minutes: dice.one([1, 30, 300, 2_880]) } }),
];

/** Adds what goes wrong with a payment. */
export function trouble({ faults }: PortOneSandbox, paymentId: string, dice: Dice): void {
  for (const [kinds, most] of [
    [REQUESTS, 3],
    [DELIVERIES, 2],
  ] as const) {
    if (dice.chance(0.35)) continue;
    for (let left = dice.integer(1, most); left > 0; left -= 1) {
      const fault = { ...dice.one(kinds)(dice), paymentId };
      // Of drops there may be so many that PortOne gives up.
      faults.add({ ...fault, count: fault.fault === 'drop' ? dice.one([1, 2, 8]) : dice.integer(1, 3) });
    }
  }
}
