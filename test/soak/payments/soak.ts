import { audit, NO_FAULTS, type Faults } from './audit.js';
import type { Breakage } from './breakage.js';
import { Dice } from './dice.js';
import { History } from './history.js';
import { Order } from './shop.js';
import { World } from './world.js';

export interface Verdict extends Faults {
  histories: number;
  /** Orders that were paid, whatever became of the money afterwards. */
  paid: number;
  /** Processes that were killed. */
  killed: number;
  /** Requests and deliveries that met a fault. */
  disturbed: number;
}

/** A history in which something went wrong. */
export interface Failure {
  readonly history: number;
  readonly findings: readonly string[];
  readonly events: readonly string[];
}

export interface SoakOptions {
  readonly histories: number;
  readonly seed: string;
  /** This one alone, with those beside it, as they have to do with each other. */
  readonly history?: number | undefined;
  readonly breakage?: Breakage | undefined;
  readonly onFailure?: (failure: Failure) => void;
}

/** Histories that share a sandbox, its undocumented behaviour and two processes of a shop. */
const IN_A_WORLD = 40;

/** Worlds wait more than they work. */
const AT_ONCE = 8;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Half days: until a virtual account's time is over and a refund that takes days is settled, and further tries. */
const MOST_ROUNDS = 40;
const QUIET_ROUNDS = 3;

/** Random histories of orders, in worlds that differ in what PortOne leaves open. */
export async function soak(options: SoakOptions): Promise<Verdict> {
  const { histories, seed, history, breakage } = options;
  const total: Verdict = { histories: 0, paid: 0, killed: 0, disturbed: 0, ...NO_FAULTS };
  const parts: (readonly [from: number, to: number])[] = [];
  for (let from = 0; from < histories; from += IN_A_WORLD) {
    const to = Math.min(from + IN_A_WORLD, histories);
    if (history !== undefined && (history < from || history >= to)) continue;
    parts.push([from, to]);
  }
  const work = async (): Promise<void> => {
    for (let part = parts.shift(); part; part = parts.shift()) {
      const [from, to] = part;
      const world = await World.start(`${seed}-${from / IN_A_WORLD}`, breakage);
      try {
        add(total, await run(world, from, to, options));
      } finally {
        await world.stop();
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return total;
}

async function run(world: World, from: number, to: number, options: SoakOptions): Promise<Verdict> {
  const { agenda, random, orders } = world;
  const histories: History[] = [];
  for (let index = from; index < to; index += 1) {
    const dice = new Dice(random, `history ${index}`);
    const order = new Order(index, 100 * dice.integer(10, 500));
    orders.all.set(order.id, order);
    const history = new History(world, order, dice);
    history.plan(agenda.now + dice.between(0, 2 * DAY));
    histories.push(history);
  }
  planHousekeeping(world);
  await agenda.play();
  await settle(world, histories);
  return verdictOf(world, options);
}

/** The reconciler, several times a day at first; failed webhooks and open refunds now and then. */
function planHousekeeping(world: World): void {
  const { agenda, dice } = world;
  const start = agenda.now;
  for (let at = start; at < start + 45 * DAY;) {
    agenda.at(at, async () => void (await world.reconcile(dice)));
    if (dice.chance(0.2)) agenda.at(at, () => world.redeliver(dice));
    if (dice.chance(0.5)) agenda.at(at, async () => void (await world.followRefunds(dice)));
    at += at < start + 6 * DAY ? dice.between(4 * HOUR, 30 * HOUR) : dice.between(DAY, 4 * DAY);
  }
}

/** Everything comes to its end, with nothing in its way any more. */
async function settle(world: World, histories: readonly History[]): Promise<void> {
  const { agenda, dice, sandbox } = world;
  await world.calm();
  for (let [round, quiet] = [0, 0]; round < MOST_ROUNDS && quiet < QUIET_ROUNDS; round += 1) {
    await sandbox.clock.advance({ hours: 12 });
    await agenda.play();
    for (const history of histories) await history.refunds.askForAll();
    const open = await world.followRefunds(dice);
    const { failed, changed } = await world.reconcile(dice);
    quiet = open + failed + changed === 0 ? quiet + 1 : 0;
  }
  await sandbox.settled();
}

async function verdictOf(world: World, { onFailure, history }: SoakOptions): Promise<Verdict> {
  const { ledger, deliveries } = world.sandbox;
  const verdict: Verdict = {
    histories: world.orders.all.size,
    paid: 0,
    killed: world.killed,
    disturbed: [...ledger.requests, ...deliveries].filter(({ fault }) => fault !== undefined).length,
    ...NO_FAULTS,
  };
  verdict.doubleFulfilments += world.orders.atOnce;
  for (const order of world.orders.all.values()) {
    const ids = [...order.paymentIds];
    const executions = world.sandbox.ledger.executions.filter(({ paymentId = '' }) => order.paymentIds.has(paymentId));
    if (executions.some(({ kind }) => kind === 'CHARGE')) verdict.paid += 1;
    const payments = (await Promise.all(ids.map((id) => world.read(id)))).filter((payment) => payment !== null);
    const findings: string[] = [];
    await audit(order, { ...world, payments, executions }, (kind, what) => {
      verdict[kind] += 1;
      findings.push(`${kind}: ${what}`);
    });
    if (findings.length > 0 || order.index === history) {
      onFailure?.({ history: order.index, findings, events: eventsOf(order, world) });
    }
  }
  return verdict;
}

/** What happened, by time: what people and processes did, what PortOne did, and what it told. */
function eventsOf(order: Order, { sandbox }: World): string[] {
  const executions = sandbox.ledger.executions
    .filter(({ paymentId = '' }) => order.paymentIds.has(paymentId))
    .map(({ at, kind, paymentId, amount }) => `${at.toISOString()} ${paymentId}: PortOne: ${kind} ${amount ?? ''}`);
  const deliveries = sandbox.deliveries
    .filter(({ paymentId = '' }) => order.paymentIds.has(paymentId))
    .map(
      ({ at, paymentId, type, attempt, fault = '', status, error }) =>
        `${at.toISOString()} ${paymentId}: ${type} sent ${fault} (${attempt}): ${status ?? error}`,
    );
  const byTime = (one: string, other: string) => (one.slice(0, 24) < other.slice(0, 24) ? -1 : 1);
  return [...order.log, ...executions, ...deliveries]
    .map((line, index) => [line, index] as const)
    .sort(([a, m], [b, n]) => (a.slice(0, 24) === b.slice(0, 24) ? m - n : byTime(a, b)))
    .map(([line]) => line);
}

function add(total: Verdict, more: Verdict): void {
  for (const name of Object.keys(total) as (keyof Verdict)[]) total[name] += more[name];
}
