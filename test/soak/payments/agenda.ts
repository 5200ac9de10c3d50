import { setTimeout as wait } from 'node:timers/promises';

import type { PortOneSandbox } from '../../../lib/testing/index.js';
import type { Dice } from './dice.js';

/** Something that is done at a time of the sandbox's clock. It deals with its own errors. */
export type Deed = () => Promise<void>;

/** While calls wait for a provider that is slow by the sandbox's clock, that clock goes on. */
const NUDGE_MS = 30;
const NUDGE = { seconds: 7 };

/** What is to be done, by time; what falls on the same time is done at once. */
export class Agenda {
  #planned: { readonly at: number; readonly deed: Deed }[] = [];

  constructor(
    private readonly sandbox: PortOneSandbox,
    private readonly dice: Dice,
  ) {}

  get now(): number {
    return this.sandbox.clock.now().getTime();
  }

  at(at: number, deed: Deed): void {
    // The clock shows whole milliseconds.
    this.#planned.push({ at: Math.ceil(at), deed });
  }

  in(ms: number, deed: Deed): void {
    this.at(this.now + ms, deed);
  }

  /** Until nothing is planned any more. */
  async play(): Promise<void> {
    while (this.#planned.length > 0) {
      const next = Math.min(...this.#planned.map(({ at }) => at));
      // Now and then time passes under the deliveries that are under way, so that PortOne takes them for unanswered.
      const awaitDeliveries = !this.dice.chance(0.1);
      if (next > this.now) await this.sandbox.clock.advance({ milliseconds: next - this.now }, { awaitDeliveries });
      const due = this.#planned.filter(({ at }) => at <= this.now);
      this.#planned = this.#planned.filter(({ at }) => at > this.now);
      await this.atOnce(due.map(({ deed }) => deed));
    }
  }

  async atOnce(deeds: readonly Deed[]): Promise<void> {
    const end = Promise.all(deeds.map((deed) => deed())).then(() => true);
    while (!(await Promise.race([end, wait(NUDGE_MS, false)]))) {
      await this.sandbox.clock.advance(NUDGE, { awaitDeliveries: false });
    }
  }
}
