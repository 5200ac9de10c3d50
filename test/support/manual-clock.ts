import type { Clock } from '../../lib/client/clock.js';

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** A clock that stands still until a test turns it. */
export class ManualClock implements Clock {
  #now = 1_000;
  readonly #timers = new Set<Timer>();
  #watchers: ((ms: number) => void)[] = [];

  now(): number {
    return this.#now;
  }

  setTimer(fire: () => void, ms: number): () => void {
    const timer = { at: this.#now + ms, fire };
    this.#timers.add(timer);
    if (ms <= 0) queueMicrotask(() => this.advance(0));
    for (const tell of this.#watchers.splice(0)) tell(ms);
    return () => this.#timers.delete(timer);
  }

  /** Fires what is due by then, earliest first. */
  advance(ms: number): void {
    this.#now += ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= this.#now).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) return;
      this.#timers.delete(due);
      due.fire();
    }
  }

  /** The length of the timer that is set next. */
  nextTimer(): Promise<number> {
    return new Promise((resolve) => this.#watchers.push(resolve));
  }

  get timers(): number {
    return this.#timers.size;
  }
}
