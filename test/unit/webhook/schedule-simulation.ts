import type { ModuleRef } from '@nestjs/core';

import { InMemoryWebhookInbox } from '../../../lib/webhook/inbox/in-memory.inbox.js';
import { PortOneWebhookEvents } from '../../../lib/webhook/portone-webhook-events.js';
import { ScopedHandlers } from '../../../lib/webhook/scoped-handlers.js';
import { ReceivedDelivery, type WebhookDelivery } from '../../../lib/webhook/webhook-delivery.js';
import type { AnyWebhookEvent } from '../../../lib/webhook/webhook-event.js';
import { WebhookVerifier } from '../../../lib/webhook/webhook-verifier.js';
import { WebhookDispatcher } from '../../../lib/webhook/webhook.dispatcher.js';
import { WebhookRedriver } from '../../../lib/webhook/webhook.redriver.js';
import { WebhookRoutes } from '../../../lib/webhook/webhook.routes.js';
import { paidEvent, SECRET } from '../../support/deliveries.js';
import { MINUTE_MS, PORTONE_TIMEOUT_MS, RESEND_MINUTES, seededRandom } from '../../support/portone-schedule.js';
import { VirtualTime } from '../../support/virtual-time.js';

/** What is away for the time of an outage. */
export type Outage = 'processes' | 'store' | 'network';

export interface Simulated {
  readonly kind: Outage;
  readonly outageMinutes: number;
  readonly seed: number;
  readonly deliveries: number;
}

export interface SimulationResult {
  /** Deliveries that reached the inbox at least once and whose handler never came to its end. */
  readonly lost: readonly string[];
  /** Deliveries that never did. */
  readonly neverReached: readonly string[];
  /** Of those, the ones that were sent outside of the outage, or given up too early. */
  readonly unexplained: readonly string[];
  /** Handlers that were at work on one delivery at the same time. */
  readonly overlaps: number;
  /** Handlers that came to their end more than once for a delivery. */
  readonly repeated: number;
  /** Deliveries that PortOne gave up, and whose handler came to its end all the same. */
  readonly finishedAlone: number;
  /** How often the inbox had a delivery taken up itself. */
  readonly redriven: number;
}

const HOUR_MS = 60 * MINUTE_MS;
const START = Date.UTC(2026, 10, 22);
const OUTAGE_FROM = START + HOUR_MS;
const TIMES = { handlerTimeoutMs: 25_000, backgroundTimeoutMs: 35 * MINUTE_MS, leaseMs: 20_000 };

/** A process of the application: the real dispatcher and re-driver, with a handler of the simulation's. */
class Process {
  isDead = false;
  readonly dispatcher: WebhookDispatcher;
  private readonly redriver: WebhookRedriver;

  constructor(world: World) {
    // As if it were across a network: the dead hear nothing, and while the store is away nobody does.
    const inbox = new Proxy(world.inbox, {
      get: (target, name): unknown => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          if (this.isDead) return new Promise(() => undefined);
          if (world.isStoreAway) return Promise.reject(new Error('ECONNREFUSED'));
          const answer = (value as (...given: unknown[]) => Promise<unknown>).apply(target, args);
          if (name === 'claimDue') void answer.then((due) => (world.redriven += due === null ? 0 : 1));
          return answer;
        };
      },
    });
    const events = new PortOneWebhookEvents();
    this.dispatcher = new WebhookDispatcher(inbox, events, TIMES, new ScopedHandlers({} as ModuleRef));
    const handler = {
      id: 'Shop.onPaid',
      patterns: ['Transaction.Paid'],
      invoke: (_event: AnyWebhookEvent, delivery: WebhookDelivery) => world.handle(this, delivery),
    };
    this.dispatcher.useRoutes(new WebhookRoutes([handler]));
    const verifier = new WebhookVerifier({ secrets: [SECRET] });
    const parts = { inbox, dispatcher: this.dispatcher, verifier, events };
    this.redriver = new WebhookRedriver(parts, '', inbox.redrive!, TIMES.leaseMs);
    this.redriver.start();
  }

  /** It only stops; its timers are called off so that the simulation does not have to go on with them. */
  kill(): void {
    this.isDead = true;
    void this.redriver.end();
  }
}

class World {
  readonly time = new VirtualTime(START);
  readonly random: () => number;
  readonly inbox: InMemoryWebhookInbox;
  isStoreAway = false;
  isNetworkAway = false;
  processes: Process[] = [];
  readonly reached = new Set<string>();
  readonly givenUp = new Set<string>();
  readonly ends = new Map<string, number>();
  readonly sendings = new Map<string, number[]>();
  private readonly atWork = new Map<string, Process>();
  overlaps = 0;
  redriven = 0;

  constructor(readonly simulated: Simulated) {
    this.random = seededRandom(simulated.seed);
    this.inbox = new InMemoryWebhookInbox({ redrive: { pollMs: 15_000 }, ttlMs: 30 * 24 * HOUR_MS });
  }

  get outageEnd(): number {
    return OUTAGE_FROM + this.simulated.outageMinutes * MINUTE_MS;
  }

  startProcesses(): void {
    this.processes = [new Process(this), new Process(this)];
  }

  async outage(): Promise<void> {
    const { kind } = this.simulated;
    await this.time.pass(OUTAGE_FROM - START);
    if (kind === 'processes') for (const process of this.processes) process.kill();
    this.isStoreAway = kind === 'store';
    this.isNetworkAway = kind === 'network';
    await this.time.pass(this.outageEnd - OUTAGE_FROM);
    this.isStoreAway = false;
    this.isNetworkAway = false;
    if (kind === 'processes') this.startProcesses();
  }

  /** PortOne with one event: sends it until it is told 2xx, six times at the most. */
  async portOne(id: string): Promise<void> {
    const sendings: number[] = [];
    this.sendings.set(id, sendings);
    await this.time.pass(this.random() * (2 * HOUR_MS + this.simulated.outageMinutes * MINUTE_MS));
    for (const minutes of [...RESEND_MINUTES, undefined]) {
      sendings.push(this.time.now);
      if (await this.isTaken(id)) return;
      if (minutes !== undefined) await this.time.pass(this.random() * minutes * MINUTE_MS);
    }
    this.givenUp.add(id);
  }

  private async isTaken(id: string): Promise<boolean> {
    const living = this.processes.filter(({ isDead }) => !isDead);
    const process = living[Math.floor(this.random() * living.length)];
    if (process === undefined || this.isNetworkAway) return false;
    const event = paidEvent(id);
    const rawBody = Buffer.from(JSON.stringify(event));
    const delivery = new ReceivedDelivery(id, new Date(), rawBody, undefined, {});
    const answer = process.dispatcher.dispatch(event as AnyWebhookEvent, delivery).then(({ status }) => status === 200);
    return Promise.race([answer, this.time.pass(PORTONE_TIMEOUT_MS).then(() => false)]);
  }

  /** Takes 5 s to 30 min, fails now and then, and ends when it is told to. */
  async handle(process: Process, { id, signal }: WebhookDelivery): Promise<void> {
    this.reached.add(id);
    if (this.atWork.get(id)?.isDead === false) this.overlaps += 1;
    this.atWork.set(id, process);
    const fails = this.random() < 0.2;
    const aborted = new Promise<true>((resolve) => signal.addEventListener('abort', () => resolve(true)));
    const wasAborted = await Promise.race([aborted, this.time.pass(5_000 * 360 ** this.random())]);
    if (process.isDead) return new Promise(() => undefined);
    this.atWork.delete(id);
    if (wasAborted) throw new Error('told to end');
    if (fails) throw new Error('failed');
    this.ends.set(id, (this.ends.get(id) ?? 0) + 1);
  }
}

/** Some hours of PortOne, an outage, and an application that finishes the work itself, as fast as it can be computed. */
export async function simulate(simulated: Simulated): Promise<SimulationResult> {
  const world = new World(simulated);
  world.time.install();
  try {
    world.startProcesses();
    const ids = Array.from({ length: simulated.deliveries }, (_, index) => `msg-${index}`);
    let left = ids.length + 1;
    for (const story of [world.outage(), ...ids.map((id) => world.portOne(id))]) void story.then(() => (left -= 1));
    let unfinished = Infinity;
    await world.time.runUntil(() => {
      if (left > 0) return false;
      void world.inbox.backlog('').then((backlog) => (unfinished = backlog.unfinished));
      return unfinished === 0;
    });
    for (const process of world.processes) process.kill();
    const neverReached = ids.filter((id) => !world.reached.has(id));
    return {
      lost: ids.filter((id) => world.reached.has(id) && !world.ends.has(id)),
      neverReached,
      unexplained: neverReached.filter((id) => {
        const sendings = world.sendings.get(id)!;
        return sendings.length !== 6 || sendings.some((at) => at < OUTAGE_FROM || at > world.outageEnd);
      }),
      overlaps: world.overlaps,
      repeated: [...world.ends.values()].filter((times) => times > 1).length,
      finishedAlone: ids.filter((id) => world.givenUp.has(id) && world.ends.has(id)).length,
      redriven: world.redriven,
    };
  } finally {
    world.time.uninstall();
  }
}
