import { setTimeout as wait } from 'node:timers/promises';

import type { Dice } from '../payments/dice.js';
import { MOMENTS } from './moments.js';
import type { ShopProcess } from './shop-fleet.js';
import { LEASE_MS } from './terms.js';

/** A server that can be killed, and started again on what it has kept. */
interface Killable {
  kill(): Promise<void>;
  restart(): Promise<void>;
}

export interface Targets {
  readonly processes: readonly ShopProcess[];
  readonly servers: readonly Killable[];
}

/** While nothing comes by the point where a process is to die, it dies anywhere. */
const MOMENT_WITHIN_MS = 3_000;

/** A kind of accident, each once for every round of `--kills`. */
type Accident = (targets: Targets, dice: Dice) => Promise<void>;

/** `kill -9` of whoever handles a delivery. */
const killWorker: Accident = ({ processes }, dice) => killAt('worker', processes, dice);

/** `kill -9` of whoever is about to take a delivery, or to answer. */
const killWeb: Accident = ({ processes }, dice) => killAt('web', processes, dice);

async function killAt(role: 'web' | 'worker', processes: readonly ShopProcess[], dice: Dice): Promise<void> {
  const victim = dice.one(processes.filter((process) => process.role === role || process.role === 'all'));
  await victim.signal({ moment: dice.one(MOMENTS[role]), signal: 'SIGKILL' }, MOMENT_WITHIN_MS);
  await victim.start();
}

/** `SIGSTOP` beyond the lease of whoever handles a delivery: it goes on where it stood. */
const stopWorker: Accident = async ({ processes }, dice) => {
  const victim = dice.one(processes.filter(({ role }) => role !== 'web'));
  await victim.signal({ moment: dice.one(MOMENTS.worker), signal: 'SIGSTOP' }, MOMENT_WITHIN_MS);
  await wait(LEASE_MS * dice.between(1.5, 3));
  victim.resume();
};

/** `kill -9` of a store: away for a moment, or beyond the lease. */
function killServer(server: Killable): Accident {
  return async (_targets, dice) => {
    await server.kill();
    await wait(dice.chance(0.5) ? 0 : LEASE_MS * dice.between(1, 3));
    await server.restart();
  };
}

/** The accidents of a run, in rounds that have one of each kind. */
export function accidents(rounds: number, targets: Targets, dice: Dice): (() => Promise<void>)[] {
  const kinds = [killWorker, stopWorker, killWeb, ...targets.servers.map(killServer)];
  return Array.from({ length: rounds }, () => shuffled(kinds, dice))
    .flat()
    .map((accident) => () => accident(targets, dice));
}

function shuffled<T>(all: readonly T[], dice: Dice): T[] {
  return all
    .map((one) => [dice.fraction(), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one);
}
