import { EventEmitter, once, setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

import pg from 'pg';

import { migratePostgres } from '../../../lib/postgres/index.js';
import { SeededRandom } from '../../../lib/testing/state/random.js';
import { OwnPostgres } from '../../support/own-postgres.js';
import { OwnRedis } from '../../support/own-redis.js';
import { Dice } from '../payments/dice.js';
import { audit, type Effects, type Faults, type Finding } from './audit.js';
import type { Breakage } from './breakage.js';
import { readJournal } from './journal.js';
import { accidents } from './kills.js';
import { Sender, type Delivery } from './sender.js';
import { EFFECTS_TABLE } from './shop.js';
import { ShopProcess } from './shop-fleet.js';
import { HANDLERS, type EventType, type InboxKind } from './terms.js';

export interface SoakOptions {
  readonly inbox: InboxKind;
  readonly deliveries: number;
  readonly processes: number;
  /** Of each kind. */
  readonly kills: number;
  readonly seed: string;
  readonly breakage: Breakage | undefined;
  /** Ends the run early. */
  readonly signal: AbortSignal;
}

export interface Verdict extends Faults {
  readonly inbox: InboxKind;
  readonly deliveries: number;
  /** HTTP requests. */
  readonly sent: number;
  /** Processes and servers that were killed or stopped. */
  readonly kills: number;
  readonly seconds: number;
}

export interface Result {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** What the inbox has not finished, and does not finish any more. */
  readonly backlog: number;
  /** Deliveries that PortOne heard no 2xx of, though the shop had them. */
  readonly unacknowledged: number;
  /** Deliveries that never reached the shop: those are the reconciler's. */
  readonly unreached: number;
}

/** Deliveries under way at once, for each process that takes them. */
const AT_ONCE = 50;

/** The inbox is looked at again and again; when it has not changed for so long, it never will. */
const LOOKS_EVERY_MS = 100;
const STUCK_AFTER_MS = 12_000;

const TYPES = Object.keys(HANDLERS) as EventType[];

/** A shop of several processes over servers of its own, its deliveries, and its accidents. */
export async function soak(options: SoakOptions): Promise<Result> {
  const ends: (() => Promise<unknown>)[] = [];
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  try {
    return await run(
      options,
      signal,
      (error) => failed.abort(error),
      (end) => ends.push(end),
    );
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    for (const end of ends.reverse()) await end().catch(console.error);
  }
}

async function run(
  options: SoakOptions,
  signal: AbortSignal,
  onFailure: (error: Error) => void,
  atTheEnd: (end: () => Promise<unknown>) => void,
): Promise<Result> {
  const startedAt = performance.now();
  const { inbox, seed, breakage } = options;
  const random = new SeededRandom(seed, 'delivery');
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-portone-delivery-'));
  atTheEnd(async () => rmSync(folder, { recursive: true }));
  const postgres = await OwnPostgres.start(['fsync=on']);
  atTheEnd(() => postgres.stop());
  const redis = inbox === 'postgres' ? undefined : await OwnRedis.start(AOF);
  if (redis !== undefined) atTheEnd(() => redis.stop());
  const pool = new pg.Pool({ connectionString: postgres.url, max: 3 });
  pool.on('error', () => undefined);
  atTheEnd(() => pool.end());
  await pool.query(EFFECTS_TABLE);
  await migratePostgres(pool);

  const terms = { inbox, seed, databaseUrl: postgres.url, redisUrl: redis?.url, breakage };
  const processes = Array.from({ length: options.processes }, (_, index) => {
    const role = inbox === 'queue' ? (index % 2 === 0 ? 'worker' : 'web') : 'all';
    return new ShopProcess(`${role}-${index}`, folder, { ...terms, role }, onFailure);
  });
  atTheEnd(() => Promise.all(processes.map((process) => process.stop())));
  signal.throwIfAborted();
  await Promise.all(processes.map((process) => process.start()));

  const deliveries: Delivery[] = Array.from({ length: options.deliveries }, (_, index) => ({
    id: `msg_${index}`,
    type: TYPES[Math.floor(TYPES.length * random.fraction('type', index))]!,
    answers: [],
    accepted: false,
    acknowledged: false,
  }));
  const sender = new Sender(processes.filter(({ role }) => role !== 'worker'));
  atTheEnd(() => sender.close());
  const servers = [postgres, ...(redis === undefined ? [] : [redis])];
  const plan = accidents(options.kills, { processes, servers }, new Dice(random, 'accidents'));
  await deliverAll(deliveries, sender, random, plan, signal, onFailure);
  const backlog = await settled(processes, pool, signal);
  await Promise.all(processes.map((process) => process.stop()));

  const journals = processes.flatMap((process) => process.journals.map((path) => readJournal(path, basename(path))));
  for (const delivery of deliveries) delivery.accepted ||= journals.some(({ accepted }) => accepted.has(delivery.id));
  const findings = audit({ inbox, deliveries, journals, effects: await readEffects(pool) });
  const count = (fault: keyof Faults): number => findings.filter((finding) => finding.fault === fault).length;
  return {
    findings,
    backlog,
    unacknowledged: deliveries.filter(({ accepted, acknowledged }) => accepted && !acknowledged).length,
    unreached: deliveries.filter(({ accepted }) => !accepted).length,
    verdict: {
      inbox,
      deliveries: deliveries.length,
      sent: sender.sent,
      lost: count('lost'),
      doubled: count('doubled'),
      overlapping: count('overlapping'),
      kills: plan.length,
      seconds: Math.round((performance.now() - startedAt) / 100) / 10,
    },
  };
}

const AOF = ['--appendonly', 'yes', '--appendfsync', 'always'];

/**
 * Accidents are spread over the deliveries: each comes when its share of them has been sent for the last time, and while
 * it goes on there are more to send.
 */
async function deliverAll(
  deliveries: readonly Delivery[],
  sender: Sender,
  random: SeededRandom,
  plan: readonly (() => Promise<void>)[],
  signal: AbortSignal,
  onFailure: (error: Error) => void,
): Promise<void> {
  const shareOf = (count: number): number => Math.floor((count * (plan.length + 1)) / deliveries.length);
  const left = [...deliveries.entries()].reverse();
  const accidents = new EventEmitter<{ over: [] }>();
  // As many as there are deliveries under way.
  setMaxListeners(0, accidents, signal);
  let [sent, begun, over] = [0, 0, 0];
  let all = Promise.resolve();
  const happen = async (accident: () => Promise<void>): Promise<void> => {
    if (!signal.aborted) await accident().catch(onFailure);
    over += 1;
    accidents.emit('over');
  };
  const work = async (): Promise<void> => {
    for (let next = left.pop(); next && !signal.aborted; next = left.pop()) {
      const [index, delivery] = next;
      while (over < shareOf(index) - 1) await once(accidents, 'over', { signal });
      await sender.deliver(delivery, new Dice(random, `delivery ${index}`), signal);
      sent += 1;
      for (; begun < Math.min(shareOf(sent), plan.length); begun += 1) {
        const accident = plan[begun]!;
        all = all.then(() => happen(accident));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE * sender.width }, work));
  await all;
  signal.throwIfAborted();
}

/** Until there is nothing to do any more, or nothing is done any more. */
async function settled(processes: readonly ShopProcess[], pool: pg.Pool, signal: AbortSignal): Promise<number> {
  let last = '';
  let changedAt = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const backlog = await processes[0]!.backlog();
    if (backlog === 0 || performance.now() - changedAt > STUCK_AFTER_MS) return backlog;
    const { rows } = await pool.query<{ count: string }>('SELECT count(*) FROM effects');
    const state = `${backlog} ${rows[0]!.count}`;
    if (state !== last) changedAt = performance.now();
    last = state;
    await wait(LOOKS_EVERY_MS);
  }
}

async function readEffects(pool: pg.Pool): Promise<Map<string, Effects>> {
  const { rows } = await pool.query<{ delivery: string; handler: string; all: number; final: number }>(
    `SELECT delivery, handler, count(*)::int AS all, (count(*) FILTER (WHERE final))::int AS final
     FROM effects GROUP BY delivery, handler`,
  );
  const effects = new Map<string, Map<string, { all: number; final: number }>>();
  for (const { delivery, handler, all, final } of rows) {
    const of = effects.get(delivery) ?? new Map<string, { all: number; final: number }>();
    effects.set(delivery, of.set(handler, { all, final }));
  }
  return effects;
}
