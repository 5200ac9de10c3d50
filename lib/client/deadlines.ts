import type { Clock } from './clock.js';

/** Something that must end by a moment; the moment may be put off while it is watched, never moved forward. */
export interface Expiring {
  /** A moment of the clock. */
  readonly deadline: number;
  expire(): void;
}

/**
 * Watches the deadlines of everything in flight with one timer, set for the earliest: a timer for each call would be
 * made and thrown away thousands of times a second, although hardly any ever fires.
 */
export class Deadlines {
  readonly #watched = new Set<Expiring>();
  #due = Infinity;
  #stopTimer: (() => void) | undefined;

  constructor(private readonly clock: Clock) {}

  watch(item: Expiring): void {
    this.#watched.add(item);
    if (item.deadline < this.#due) this.#setTimer(item.deadline);
  }

  /** The timer is left as it is unless nothing is in flight: it fires in vain at most once a timeout. */
  forget(item: Expiring): void {
    this.#watched.delete(item);
    if (this.#watched.size === 0) this.#setTimer(Infinity);
  }

  #setTimer(due: number): void {
    this.#stopTimer?.();
    this.#due = due;
    this.#stopTimer = due === Infinity ? undefined : this.clock.setTimer(this.#sweep, due - this.clock.now());
  }

  readonly #sweep = (): void => {
    const now = this.clock.now();
    const expired: Expiring[] = [];
    let next = Infinity;
    for (const item of this.#watched) {
      if (item.deadline <= now) expired.push(item);
      else if (item.deadline < next) next = item.deadline;
    }
    this.#setTimer(next);
    for (const item of expired) item.expire();
  };
}
