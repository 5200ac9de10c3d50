import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  InMemoryPaymentSyncStore,
  InMemoryRefundJournal,
  InMemoryWebhookInbox,
  isPortOneApiError,
} from '../../../lib/index.js';
import { PortOneSandbox, type SandboxStore } from '../../../lib/testing/index.js';
import { SeededRandom } from '../../../lib/testing/state/random.js';
import { Killed } from '../../support/killing.js';
import { Agenda } from './agenda.js';
import { ForgetfulJournal, OwnerlessStore, type Breakage } from './breakage.js';
import { Dice } from './dice.js';
import { LockTable } from './process-lock.js';
import { ServerProcess, type Surroundings } from './server-process.js';
import { Orders, seen, type SeenPayment } from './shop.js';

const HOUR = 3_600_000;
const PROCESSES = 2;

/** How likely a process is killed where it matters most, and anywhere else. */
const KILLED_AT: Readonly<Record<string, number>> = {
  'after cancelPayment': 0.03,
  'after confirmPayment': 0.04,
  'after begin': 0.02,
  update: 0.02,
  'after claimOrder': 0.01,
  commit: 0.005,
  'after commit': 0.01,
};
const KILLED_ELSEWHERE = 0.0002;
const STANDS_STILL = 0.01;

/** A sandbox, and a shop on it: two processes that are killed now and then, over stores that outlive them. */
export class World {
  /** Whether processes are killed. */
  killing = true;
  killed = 0;
  readonly orders: Orders;
  readonly journal: InMemoryRefundJournal;
  readonly syncStore: InMemoryPaymentSyncStore;
  readonly otherStore: SandboxStore;
  readonly agenda: Agenda;
  readonly dice: Dice;
  readonly #random: SeededRandom;
  readonly #surroundings: Surroundings;
  readonly #processes: ServerProcess[] = [];
  /** How often each point was reached. */
  readonly #reached = new Map<string, number>();
  #server!: Server;

  private constructor(
    readonly sandbox: PortOneSandbox,
    seed: string,
    readonly breakage: Breakage | undefined,
  ) {
    this.#random = new SeededRandom(seed, 'payments');
    this.dice = new Dice(this.#random, 'world');
    this.agenda = new Agenda(sandbox, new Dice(this.#random, 'agenda'));
    this.otherStore = sandbox.addStore({ storeId: 'store-other' });
    this.orders = new Orders(() => sandbox.clock.now());
    this.orders.careless = breakage === 'update';
    this.journal = breakage === 'journal' ? new ForgetfulJournal() : new InMemoryRefundJournal();
    this.syncStore = breakage === 'owner' ? new OwnerlessStore() : new InMemoryPaymentSyncStore();
    const { orders, journal, syncStore } = this;
    this.#surroundings = {
      sandbox,
      orders,
      journal,
      syncStore,
      breakage,
      locks: new LockTable(breakage === 'lock'),
      inbox: new InMemoryWebhookInbox(),
      retry: this.dice.chance(0.6),
      webhookSecret: `whsec_${this.#random.bytes('secret').toString('base64')}`,
      fate: (point, subject) => this.#fate(point, subject),
      onDeath: (process, point) => this.#bury(process, point),
    };
  }

  static async start(seed: string, breakage?: Breakage): Promise<World> {
    const clock = new Date('2026-03-02T00:00:00Z');
    const sandbox = await PortOneSandbox.start({ seed, clock, undocumented: 'seeded' });
    const world = new World(sandbox, seed, breakage);
    await world.#open();
    return world;
  }

  get random(): SeededRandom {
    return this.#random;
  }

  /** Asks a process of the shop for something, and takes down what becomes of it. */
  async ask<T>(
    paymentId: string,
    what: string,
    dice: Dice,
    call: (process: ServerProcess) => Promise<T>,
  ): Promise<{ result?: T; error?: unknown }> {
    const process = this.#anyone(dice);
    if (!process) {
      this.orders.note(paymentId, `${what}: nobody is there`);
      return { error: new Killed('down') };
    }
    this.orders.note(paymentId, what);
    try {
      const result = await call(process);
      this.orders.note(paymentId, `${what}: ${outcomeOf(result)}`);
      return { result };
    } catch (error) {
      this.orders.note(paymentId, `${what}: ${String(error)}`);
      if (!process.dead && !isPassing(error)) throw error;
      return { error };
    }
  }

  async reconcile(dice: Dice): Promise<{ failed: number; changed: number }> {
    if (this.breakage === 'notices') return { failed: 0, changed: 0 };
    const { result } = await this.ask('', 'reconciles', dice, ({ reconciler }) =>
      reconciler.run({ paymentIds: this.orders.pendingPaymentIds() }),
    );
    return { failed: result?.failed.length ?? 1, changed: result?.changed ?? 1 };
  }

  async redeliver(dice: Dice): Promise<void> {
    await this.ask('', 'redelivers', dice, ({ reconciler }) => reconciler.redeliverFailed());
  }

  async followRefunds(dice: Dice): Promise<number> {
    const { result } = await this.ask('', 'follows refunds', dice, ({ payments }) => payments.followRefunds());
    return result ? result.failures.length + result.waiting : 1;
  }

  /** The payment as it is, behind all that reads may be behind. */
  async read(paymentId: string): Promise<SeenPayment | null> {
    const { payments } = this.#processes[0]!;
    let payment = null;
    for (let reads = 0; reads <= this.sandbox.undocumented.staleReads; reads += 1) {
      payment = await payments.findPayment(paymentId, { timeoutMs: 30_000 });
    }
    return payment && seen(payment);
  }

  /** Nothing goes wrong any more. */
  async calm(): Promise<void> {
    this.killing = false;
    this.sandbox.faults.clear();
    while (this.#processes.length < PROCESSES) await this.#startProcess();
  }

  async stop(): Promise<void> {
    await this.sandbox.stop();
    this.#server.close();
    this.#server.closeAllConnections();
    await Promise.all(this.#processes.map((process) => process.stop()));
  }

  async #open(): Promise<void> {
    for (let n = 0; n < PROCESSES; n += 1) await this.#startProcess();
    const dice = new Dice(this.#random, 'front');
    this.#server = createServer((request, response) => {
      const process = this.#anyone(dice);
      if (process) process.take(request, response);
      else request.socket.destroy();
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    if (this.breakage === 'notices') return;
    const { port } = this.#server.address() as AddressInfo;
    const target = { url: `http://127.0.0.1:${port}/webhook/portone`, secret: this.#surroundings.webhookSecret };
    this.sandbox.webhook = target;
    this.otherStore.webhook = target;
  }

  async #startProcess(): Promise<void> {
    this.#processes.push(await ServerProcess.start(this.#surroundings));
  }

  #anyone(dice: Dice): ServerProcess | undefined {
    return this.#processes.length === 0 ? undefined : dice.one(this.#processes);
  }

  #fate(point: string, subject: string): 'goes on' | 'is killed' | 'stands still' {
    if (!this.killing) return 'goes on';
    const place = `${point} ${subject}`;
    const time = (this.#reached.get(place) ?? 0) + 1;
    this.#reached.set(place, time);
    const chance = this.#random.fraction('fate', place, time);
    if (chance < (KILLED_AT[point] ?? KILLED_ELSEWHERE)) return 'is killed';
    return (point === 'open' || point === 'write') && chance > 1 - STANDS_STILL ? 'stands still' : 'goes on';
  }

  /** Another one comes in its place, at once or after four hours. */
  #bury(process: ServerProcess, point: string): void {
    this.killed += 1;
    this.#processes.splice(this.#processes.indexOf(process), 1);
    for (const order of this.orders.all.values())
      order.log.push(`${this.sandbox.clock.now().toISOString()} KILLED at ${point}`);
    this.agenda.in(this.dice.one([0, 0, 4 * HOUR]), async () => {
      if (this.#processes.length < PROCESSES) await this.#startProcess();
    });
  }
}

/** What may happen to any call, and is tried again. */
function isPassing(error: unknown): boolean {
  const { outcome, name = '' } = error as { outcome?: unknown; name?: string };
  return isPortOneApiError(error) || outcome !== undefined || PASSING.includes(name);
}

const PASSING = [
  'Killed',
  'PaymentLockError',
  'PaymentUndecidedError',
  'PaymentVerificationError',
  'RefundInProgressError',
];

function outcomeOf(result: unknown): string {
  return JSON.stringify(result, (name, value: unknown) => (name === 'payment' ? undefined : value)).slice(0, 300);
}
