import { SeededRandom } from '../../../lib/testing/state/random.js';
import type { SandboxUndocumented } from '../../../lib/testing/faults/undocumented.js';
import { PaymentScheduleService } from '../../../lib/index.js';
import { audit, type Verdict } from './audit.js';
import { Play } from './play.js';
import { subscriber, type Subscriber } from './subscriber.js';
import { World } from '../../support/subscription-world.js';

const HOUR = 3_600_000;
const STEP = { hours: 3 };
/** 29 February 2028 lies in the first year. */
const FROM = new Date('2027-06-01T00:00:00+09:00');
const KILLED = 0.004;
const DISTURBED = 0.15;

/** What PortOne does not document, both ways. */
const WORLDS: readonly { retry: boolean; undocumented: Partial<SandboxUndocumented> }[] = [
  { retry: true, undocumented: {} },
  {
    retry: false,
    undocumented: { scheduleExists: 'ever', payWhileScheduled: 'allow', deleteWhileScheduled: 'allow', staleReads: 1 },
  },
  {
    retry: false,
    undocumented: { scheduleExists: 'never', payWhileScheduled: 'allow', listLagSeconds: 900, resentWebhookId: 'new' },
  },
  {
    retry: true,
    undocumented: { scheduleExists: 'ever', deleteWhileScheduled: 'allow', listLagSeconds: 60, staleReads: 2 },
  },
];

/** Years of subscriptions, in worlds that differ in what PortOne leaves open. */
export async function soak(options: { subscriptions: number; years: number; seed: string }): Promise<Verdict> {
  const { subscriptions, years, seed } = options;
  const to = new Date(FROM.getTime() + years * 365.25 * 24 * HOUR);
  const total: Verdict = { cycles: 0, missed: 0, doubled: 0, wrongDay: 0 };
  for (const [index, { retry, undocumented }] of WORLDS.entries()) {
    const random = new SeededRandom(seed, `subscriptions-${index}`);
    const cast: Subscriber[] = [];
    for (let one = index; one < subscriptions; one += WORLDS.length) {
      cast.push(subscriber(one, Math.floor(one / WORLDS.length), random.fraction('hour', one)));
    }
    let drawn = 0;
    const chance = () => random.fraction('kill', (drawn += 1));
    const world = await World.start({ seed: `${seed}-${index}`, from: FROM, undocumented, retry, chance });
    try {
      const verdict = await run(world, random, cast, to);
      for (const field of ['cycles', 'missed', 'doubled', 'wrongDay'] as const) total[field] += verdict[field];
    } finally {
      await world.stop();
    }
  }
  return total;
}

async function run(world: World, random: SeededRandom, cast: readonly Subscriber[], to: Date): Promise<Verdict> {
  const { sandbox, killing } = world;
  const play = new Play(world, random, { from: FROM, to });
  const byId = new Map(cast.map((one) => [one.id, one]));
  world.onEvent = (event) => {
    const one = byId.get(event.subscriptionId)!;
    one.told.push({ at: sandbox.clock.now(), event });
    if (event.type === 'failed') play.afterFailure(one, event.paymentId);
    if (event.type === 'lapsed') play.afterLapse(one);
  };
  for (const one of cast) play.cast(one);
  killing.probability = KILLED;
  for (let step = 0; sandbox.clock.now() < to; step += 1) {
    if (random.fraction('disturb', step) < DISTURBED) play.disturb();
    await play.turn();
    await killing.process(() => world.subscriptions.sweep().catch(() => undefined));
    await sandbox.clock.advance(STEP);
  }
  // Calm, until everything has come to its end.
  killing.probability = 0;
  sandbox.faults.clear();
  for (let step = 0; step < 8; step += 1) {
    await world.subscriptions.sweep();
    await sandbox.clock.advance(STEP);
  }
  return audit(cast, sandbox.ledger.executions, await failuresOf(world), { from: FROM, to });
}

/** Schedules that failed without a payment: the billing key was gone. */
async function failuresOf(world: World): Promise<Map<string, Date>> {
  const schedules = world.app.get(PaymentScheduleService);
  const filter = { from: FROM.toISOString(), until: world.sandbox.clock.now().toISOString(), status: ['FAILED'] };
  const failures = new Map<string, Date>();
  for await (const schedule of schedules.iteratePaymentSchedules({ filter })) {
    if (schedule.status === 'FAILED') failures.set(schedule.paymentId, new Date(schedule.completedAt));
  }
  return failures;
}
