import { subscriptionPaymentId } from 'nestjs-portone';

import { Killed } from '../../support/killing.js';
import { PLAN, subscribed } from './subscribed.js';

/** Kills the n-th point that processes come to, and no other. */
class Fate {
  #points = 0;
  #last = -1;

  readonly chance = (): number => (this.#points++ === this.#last ? 0 : 1);

  at(n: number): void {
    [this.#points, this.#last] = [0, n];
  }

  get cameTrue(): boolean {
    return this.#points > this.#last;
  }
}

type Setup = Awaited<ReturnType<typeof subscribed>>;
type Deed = (setup: Setup, subscriptionId: string) => Promise<unknown>;

const start: Deed = async ({ subscriptions, world, keys }, subscriptionId) => {
  const billingKey = (keys[subscriptionId] ??= await world.issueKey());
  return subscriptions.start({ subscriptionId, plan: PLAN, billingKey });
};
const startPastDue: Deed = async ({ subscriptions, world, keys }, subscriptionId) => {
  const billingKey = (keys[subscriptionId] ??= await world.issueKey());
  return subscriptions.start({ subscriptionId, plan: { ...PLAN, anchorDate: '2025-12-31' }, billingKey });
};
const changeCard: Deed = async ({ subscriptions, world, keys }, subscriptionId) => {
  const another = (keys[`another of ${subscriptionId}`] ??= await world.issueKey());
  return subscriptions.changeBillingKey(subscriptionId, another, { deleteOld: true });
};

/** Each is done by a process that is killed, tried again by its caller, and mended by sweeps. */
const DEEDS: readonly [name: string, before: Deed, deed: Deed, cycles: readonly number[]][] = [
  ['a start', () => Promise.resolve(), start, [0, 1]],
  ['a start that is past due', () => Promise.resolve(), startPastDue, [0, 1, 2]],
  ['a change of cards', start, changeCard, [0, 1]],
  ['a cancel', start, ({ subscriptions }, id) => subscriptions.cancel(id, { deleteBillingKey: true }), []],
  ['a pause', start, ({ subscriptions }, id) => subscriptions.pause(id), []],
  [
    'the end of a pause',
    async (setup, id) => {
      await start(setup, id);
      await setup.subscriptions.pause(id);
    },
    ({ subscriptions }, id) => subscriptions.resume(id),
    [0, 1],
  ],
];

/** What PortOne leaves open, the other way than usual. */
const OTHERWISE = { scheduleExists: 'ever', deleteWhileScheduled: 'allow', payWhileScheduled: 'allow' } as const;

describe.each(DEEDS)('%s', (_, before, deed, cycles) => {
  it.each([
    ['tried again at once', {}, 0],
    ['tried again four hours later', OTHERWISE, 4],
    ['never tried again, once it was written down', {}, undefined],
  ])('is mended wherever it crashes, %s', async (_when, undocumented, hours) => {
    const fate = new Fate();
    const setup = await subscribed({ undocumented, chance: fate.chance });
    const { world, sandbox, days } = setup;
    let n = hours === undefined ? 1 : 0;
    do {
      world.killing.probability = 0;
      await before(setup, `s-${n}`);
      world.killing.probability = 0.5;
      fate.at(n);
      while (!(await survives(() => world.killing.process(() => deed(setup, `s-${n}`))))) {
        if (hours === undefined) break;
        await sandbox.clock.advance({ hours });
      }
      n += 1;
    } while (fate.cameTrue);
    await days(45);
    for (let one = hours === undefined ? 1 : 0; one < n; one += 1) {
      expect([one, charged(setup, `s-${one}`)]).toEqual([one, cycles]);
    }
    expect(n).toBeGreaterThan(3);
  });
});

/** What is asked for next, by somebody who does not know how far the start came. */
const NEXT: readonly [name: string, deed: Deed, cycles: readonly number[]][] = [
  ['cancelled', ({ subscriptions }, id) => subscriptions.cancel(id), []],
  ['paused', ({ subscriptions }, id) => subscriptions.pause(id), []],
  ['given another card', changeCard, [0, 1]],
];

describe.each(NEXT)('%s after a start that crashed', (_, deed, cycles) => {
  it.each([
    ['at once', {}, 0],
    ['an hour later', { payWhileScheduled: 'allow' as const, listLagSeconds: 60 }, 1],
    ['when the key is over', OTHERWISE, 4],
  ])('leaves no schedule behind, %s', async (_when, undocumented, hours) => {
    const fate = new Fate();
    const setup = await subscribed({ undocumented, chance: fate.chance });
    const { world, sandbox, days } = setup;
    let n = 1;
    do {
      world.killing.probability = 0.5;
      fate.at(n);
      await survives(() => world.killing.process(() => start(setup, `s-${n}`)));
      world.killing.probability = 0;
      if (hours > 0) await sandbox.clock.advance({ hours });
      await deed(setup, `s-${n}`);
      n += 1;
    } while (fate.cameTrue);
    await days(45);
    for (let one = 1; one < n; one += 1) expect([one, charged(setup, `s-${one}`)]).toEqual([one, cycles]);
    expect(n).toBeGreaterThan(3);
  });
});

it('is mended wherever the handling of a charge crashes', async () => {
  for (let n = 0, cameTrue = true; cameTrue; n += 1) {
    const fate = new Fate();
    const setup = await subscribed({ chance: fate.chance });
    await start(setup, 's-1');
    await setup.sandbox.clock.advance({ days: 11 });
    setup.world.killing.probability = 0.5;
    fate.at(n);
    await setup.days(2);
    expect([n, charged(setup, 's-1')]).toEqual([n, [0]]);
    expect(await setup.subscriptions.find('s-1')).toMatchObject({ cycle: 1, attempts: [{ state: 'SCHEDULED' }] });
    expect(new Set(setup.types())).toEqual(new Set(['charged']));
    cameTrue = fate.cameTrue;
    await setup.world.stop();
  }
});

it.each(['reset-before', 'reset-after', 'html-502', 'truncated-json', 'unavailable', 'null'] as const)(
  'charges once though every kind of request meets %s',
  async (fault) => {
    const { start: begin, world, subscriptions, sandbox, days, ledger, types } = await subscribed();
    const { faults } = sandbox;
    for (const operation of ['createPaymentSchedule', 'revokePaymentSchedules', 'getPaymentSchedule']) {
      faults.add({ fault, operation: `payment.paymentSchedule.${operation}`, count: 1 });
    }
    for (const operation of ['payWithBillingKey', 'getPayment']) {
      faults.add({ fault, operation: `payment.${operation}`, count: 1 });
    }
    await begin({ anchorDate: '2025-12-31' }).catch(() => undefined);
    await days(1);
    await subscriptions.changeBillingKey('s-1', await world.issueKey(), { deleteOld: true }).catch(() => undefined);
    await days(45);
    expect(ledger().map((entry) => entry.slice(0, 17))).toEqual([
      expect.stringMatching('CHARGE 2026-01-(19|20)'),
      'CHARGE 2026-01-31',
      'CHARGE 2026-02-28',
    ]);
    expect(types()).toEqual(['charged', 'charged', 'charged']);
  },
);

it('makes no other attempt before it is sure that one which the provider refused did not charge', async () => {
  const { start: begin, sandbox, days, ledger, told, subscriptions } = await subscribed();
  sandbox.faults.add({ fault: 'pg-error', operation: 'payment.payWithBillingKey', count: 1, pgMessage: 'BUSY' });
  const { attempts } = await begin({ anchorDate: '2025-12-31' });
  expect(attempts).toMatchObject([{ state: 'PAYING', failure: 'BUSY' }]);
  expect(told).toEqual([]);
  await sandbox.clock.advance({ minutes: 11 });
  await subscriptions.sweep();
  expect(told).toMatchObject([{ type: 'failed', reason: 'BUSY', retryAt: '2026-01-20T15:00:00.000Z' }]);
  await days(3);
  expect(ledger()).toEqual(['CHARGE 2026-01-20T15:00']);
});

it('waits, when it is cancelled while it may be paying, and tells what it finds', async () => {
  const { start: begin, sandbox, days, ledger, told, subscriptions } = await subscribed();
  sandbox.webhook = undefined;
  sandbox.faults.add({ fault: 'reset-after', operation: 'payment.payWithBillingKey', count: 1 });
  await begin({ anchorDate: '2025-12-31' }).catch(() => undefined);
  await subscriptions.cancel('s-1');
  await days(2);
  expect(ledger()).toHaveLength(1);
  expect(told).toMatchObject([{ type: 'charged-after-cancel', status: 'CANCELLED' }]);
});

it('sends nothing any more, when it is cancelled while it may be paying', async () => {
  const { start: begin, sandbox, days, ledger, told, subscriptions } = await subscribed();
  sandbox.faults.add({ fault: 'reset-before', operation: 'payment.payWithBillingKey', count: 1 });
  await begin({ anchorDate: '2025-12-31' }).catch(() => undefined);
  // What was sent might still begin to be carried out.
  expect(await subscriptions.cancel('s-1')).toMatchObject({ attempts: [{ state: 'PAYING' }] });
  await sandbox.clock.advance({ minutes: 9 });
  await subscriptions.sweep();
  expect(await subscriptions.find('s-1')).toMatchObject({ attempts: [{ state: 'PAYING' }] });
  await days(2);
  expect(ledger()).toEqual([]);
  expect(told).toEqual([]);
  expect(await subscriptions.find('s-1')).toMatchObject({ attempts: [{ state: 'REVOKED' }], checkAt: null });
});

async function survives(run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(Killed);
    return false;
  }
}

/** The cycles that a subscription was charged for, each as often as it was. */
function charged({ sandbox }: Setup, subscriptionId: string): number[] {
  const charges = sandbox.ledger.executions.filter(({ kind }) => kind === 'CHARGE').map(({ paymentId }) => paymentId);
  return [0, 1, 2, 3].flatMap((cycle) =>
    [0, 1, 2, 3, 4, 5]
      .filter((attempt) => charges.includes(subscriptionPaymentId('', subscriptionId, cycle, attempt)))
      .map(() => cycle),
  );
}

it('sends the same request under the same key again, made of the payment id', async () => {
  const { start: begin, sandbox, requests, subscriptions } = await subscribed();
  const operations = ['payment.payWithBillingKey', 'payment.paymentSchedule.createPaymentSchedule'];
  for (const operation of [...operations, 'payment.paymentSchedule.revokePaymentSchedules']) {
    sandbox.faults.add({ fault: 'reset-after', operation, count: 1 });
  }
  sandbox.webhook = undefined;
  const later = async () => {
    await sandbox.clock.advance({ minutes: 10 });
    await subscriptions.sweep();
  };
  await expect(begin({ anchorDate: '2025-12-31' })).rejects.toMatchObject({ outcome: 'unknown' });
  await later();
  await later();
  await expect(subscriptions.cancel('s-1')).rejects.toMatchObject({ outcome: 'unknown' });
  await later();
  for (const operation of ['payWithBillingKey', 'createPaymentSchedule', 'revokePaymentSchedules']) {
    const [first, again, ...more] = requests(operation).map(({ idempotencyKey }) => idempotencyKey);
    expect([operation, again, more]).toEqual([operation, first, []]);
    expect(requests(operation)[1]).toMatchObject({ replayed: true });
  }
  expect(requests('payWithBillingKey')[0]?.idempotencyKey).toContain(subscriptionPaymentId('', 's-1', 0, 0));
  expect(requests('createPaymentSchedule')[0]?.idempotencyKey).toContain(subscriptionPaymentId('', 's-1', 1, 0));
});
