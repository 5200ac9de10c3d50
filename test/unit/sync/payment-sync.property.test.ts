import fc from 'fast-check';
import {
  PaymentLockError,
  StalePaymentReadError,
  type PaymentSyncCause,
  type PaymentSyncResult,
  type PaymentSyncService,
  type PaymentWebhookEvent,
} from 'nestjs-portone';
import type { Payment } from '@portone/server-sdk/payment';

import { fingerprintOf } from '../../../lib/sync/payment-state.js';
import { RecordingStore, paymentAt, processOf, StealableLock, versionOf } from './sync-harness.js';

/** What a payment may come by, one after another: a failed attempt may succeed after all. */
const HISTORIES: readonly (readonly [status: string, event: string][])[] = [
  [
    ['READY', 'Ready'],
    ['PAID', 'Paid'],
    ['CANCELLED', 'Cancelled'],
  ],
  [
    ['READY', 'Ready'],
    ['FAILED', 'Failed'],
    ['PAID', 'Paid'],
  ],
  [
    ['READY', 'Ready'],
    ['PAY_PENDING', 'PayPending'],
    ['FAILED', 'Failed'],
    ['PAID', 'Paid'],
    ['CANCELLED', 'Cancelled'],
  ],
  [
    ['READY', 'Ready'],
    ['VIRTUAL_ACCOUNT_ISSUED', 'VirtualAccountIssued'],
    ['PAID', 'Paid'],
  ],
];

interface Look {
  readonly cause: PaymentSyncCause;
  /** Which process. */
  readonly at: 0 | 1;
  /** At which state of the history it comes at the earliest; a webhook announces that one. */
  readonly after: number;
  /** How many states the read is behind. */
  readonly behind: number;
  readonly throws: boolean;
}

const look: fc.Arbitrary<Look> = fc.record({
  cause: fc.constantFrom('browser', 'webhook', 'reconcile'),
  at: fc.constantFrom(0, 1),
  after: fc.nat({ max: 4 }),
  behind: fc.constantFrom(0, 0, 0, 1, 2),
  throws: fc.boolean(),
});

interface Applied {
  readonly version: number;
  readonly ended: boolean;
}

/** PortOne, two processes, and what the method saw. */
class World {
  readonly lock = new StealableLock();
  readonly store = new RecordingStore();
  readonly calls: Applied[] = [];
  /** What the next calls of the method do. */
  readonly throwing: boolean[] = [];
  /** How far behind the next reads are. */
  private readonly looks: Look[] = [];
  now = 0;
  running = 0;
  mostAtOnce = 0;
  readonly processes: readonly [PaymentSyncService, PaymentSyncService];

  constructor(
    readonly history: readonly (readonly [status: string, event: string])[],
    private readonly pause: (what: string) => Promise<unknown>,
  ) {
    this.processes = [this.process(), this.process()];
  }

  get last(): number {
    return this.history.length - 1;
  }

  at(version: number): Payment {
    return paymentAt(this.history[version]![0], version);
  }

  sync(look: Look): Promise<unknown> {
    this.looks.push(look);
    const version = Math.min(look.after, this.last);
    const event = {
      type: `Transaction.${this.history[version]![1]}`,
      timestamp: (this.at(version) as { updatedAt: string }).updatedAt,
      data: { paymentId: 'p', transactionId: 'tx-1', storeId: 'store-1' },
    } as PaymentWebhookEvent;
    return this.processes[look.at].sync('p', look.cause, look.cause === 'webhook' ? { event } : {});
  }

  private process(): PaymentSyncService {
    const { lock, store } = this;
    return processOf({
      lock,
      store,
      read: async () => {
        const { behind = 0 } = this.looks.shift() ?? {};
        await this.pause('request');
        const shown = this.at(Math.max(0, this.now - behind));
        await this.pause('answer');
        return shown;
      },
      handler: { apply: (payment) => this.apply(payment) },
    });
  }

  private async apply(payment: Payment): Promise<void> {
    const call = { version: versionOf(payment), ended: false };
    this.calls.push(call);
    this.running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
    await this.pause('method');
    this.running -= 1;
    if (this.throwing.shift() === true) throw new Error('the application failed');
    call.ended = true;
  }

  applied(): Promise<string | undefined> {
    const opening = this.store.open('', 'p', Number.MAX_SAFE_INTEGER);
    return opening.then((open) => (open.state === 'open' ? open.applied?.fingerprint : undefined));
  }
}

/** All looks at once, PortOne going on meanwhile, each step when the scheduler says. */
async function play(
  scheduler: fc.Scheduler,
  history: readonly (readonly [string, string])[],
  looks: readonly Look[],
  meanwhile: (world: World) => Promise<unknown>[] = () => [],
): Promise<{ world: World; ends: PromiseSettledResult<unknown>[] }> {
  const world = new World(history, (what) => scheduler.schedule(Promise.resolve(), what));
  world.throwing.push(...looks.map(({ throws }) => throws));
  const reached = Array.from({ length: history.length }, () => {
    let resolve!: () => void;
    return { promise: new Promise<void>((yes) => (resolve = yes)), resolve: () => resolve() };
  });
  reached[0]!.resolve();
  const portOne = (async () => {
    for (let version = 1; version < history.length; version += 1) {
      await scheduler.schedule(Promise.resolve(), `PortOne ${history[version]![0]}`);
      world.now = version;
      reached[version]!.resolve();
    }
  })();
  const ends = looks.map(async (one) => {
    await reached[Math.min(one.after, world.last)]!.promise;
    return world.sync(one);
  });
  const all = Promise.allSettled(ends);
  await scheduler.waitFor(Promise.all([portOne, all, ...meanwhile(world)]));
  return { world, ends: await all };
}

const outcomeOf = (result: unknown) => (result as PaymentSyncResult).outcome;

const anyPlay = [
  fc.scheduler(),
  fc.constantFrom(...HISTORIES),
  fc.array(look, { minLength: 1, maxLength: 8 }),
] as const;

describe('syncs in any order and at the same moment', () => {
  it('never overlap, never go back, repeat nothing that ended, and end with the truth', async () => {
    await fc.assert(
      fc.asyncProperty(...anyPlay, async (scheduler, history, looks) => {
        const { world, ends } = await play(scheduler, history, looks);
        expect(world.mostAtOnce).toBeLessThanOrEqual(1);
        const ended = world.calls.filter((call) => call.ended).map(({ version }) => version);
        expect(ended).toEqual([...new Set(ended)].sort((a, b) => a - b));
        for (const [index, end] of ends.entries()) {
          if (end.status === 'rejected') {
            expect(String(end.reason)).toMatch(/StalePaymentRead|the application failed/);
          } else if (looks[index]!.cause === 'webhook') {
            // Told and acknowledged: that state, or a later one, was applied.
            expect(Math.max(...ended)).toBeGreaterThanOrEqual(Math.min(looks[index]!.after, world.last));
          }
        }
        world.throwing.length = 0;
        await scheduler.waitFor(world.processes[0].sync('p', 'reconcile'));
        expect(await world.applied()).toBe(fingerprintOf(world.at(world.last)));
        expect(world.calls.filter((call) => call.ended).at(-1)?.version).toBe(world.last);
      }),
      { numRuns: 400 },
    );
  });

  it('cannot write once the lock was lost to somebody who has begun', async () => {
    const steals = fc.nat({ max: 4 });
    await fc.assert(
      fc.asyncProperty(...anyPlay, steals, async (scheduler, history, looks, count) => {
        const { world, ends } = await play(scheduler, history, looks, ({ lock }) =>
          Array.from({ length: count }, () =>
            scheduler.schedule(Promise.resolve(), 'lease ends').then(() => lock.steal()),
          ),
        );
        for (const end of ends) {
          if (end.status === 'fulfilled') continue;
          const { reason } = end as { reason: unknown };
          const expected = reason instanceof PaymentLockError || reason instanceof StalePaymentReadError;
          expect(expected || String(reason).includes('the application failed')).toBe(true);
        }
        const { log } = world.store;
        const written = log.filter(({ did }) => did === 'write');
        for (const write of written) {
          const before = log.slice(0, log.indexOf(write)).map(({ fence }) => fence);
          expect(Math.max(...before)).toBeLessThanOrEqual(write.fence);
        }
        // Who could not write is told so.
        const writers = ends.filter((end) => end.status === 'fulfilled' && outcomeOf(end.value) !== 'stale');
        expect(written).toHaveLength(writers.length);
        world.throwing.length = 0;
        await scheduler.waitFor(world.processes[1].sync('p', 'reconcile'));
        expect(await world.applied()).toBe(fingerprintOf(world.at(world.last)));
      }),
      { numRuns: 400 },
    );
  });
});
