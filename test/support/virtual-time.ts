interface Timer {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

type Globals = Pick<typeof globalThis, 'setTimeout' | 'clearTimeout'>;

/**
 * Time for simulations of days: nothing waits, the clock jumps to what is next. It stands in for the globals, so that the
 * code under test is the real one; between two events all promises are let settle. (Jest's own fake timers take a
 * millisecond an event.)
 */
export class VirtualTime {
  private readonly real = { setTimeout, clearTimeout, dateNow: Date.now, performanceNow: performance.now };
  private timers = new Map<number, Timer>();
  private made = 0;

  constructor(private time: number) {}

  get now(): number {
    return this.time;
  }

  install(): void {
    const setTimer = (fire: () => void, ms = 0): unknown => {
      const order = (this.made += 1);
      this.timers.set(order, { at: this.time + Math.max(ms, 0), order, fire });
      return { unref: () => undefined, order };
    };
    const stopTimer = (timer: { order: number } | undefined): void => {
      if (timer !== undefined) this.timers.delete(timer.order);
    };
    Object.assign(globalThis, { setTimeout: setTimer, clearTimeout: stopTimer } as unknown as Globals);
    Date.now = () => Math.floor(this.time);
    performance.now = () => this.time;
  }

  uninstall(): void {
    Object.assign(globalThis, { setTimeout: this.real.setTimeout, clearTimeout: this.real.clearTimeout });
    Date.now = this.real.dateNow;
    performance.now = this.real.performanceNow;
  }

  pass(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** Lets one event after the other happen, until one brings what is waited for. */
  async runUntil(isOver: () => boolean): Promise<void> {
    await settled();
    while (!isOver()) {
      let next: Timer | undefined;
      for (const timer of this.timers.values()) {
        if (next === undefined || timer.at < next.at) next = timer;
      }
      if (next === undefined) throw new Error('Nothing is left to happen.');
      this.timers.delete(next.order);
      this.time = Math.max(this.time, next.at);
      next.fire();
      await settled();
    }
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
