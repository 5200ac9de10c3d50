/** A span of time; its parts are added up. */
export interface SandboxDuration {
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
  milliseconds?: number;
}

/** How {@link SandboxClock.advance} goes about it. */
export interface AdvanceOptions {
  /**
   * `true`: before each step, and at the end, wait for the answers to the webhooks under way, however long they take in
   * real time. `false`: time passes under them, so that one whose receiver hangs runs into its 30 seconds.
   * @default true
   */
  awaitDeliveries?: boolean;
}

/** The sandbox's time. */
export interface SandboxClock {
  now(): Date;
  /**
   * Moves a manual clock on, firing what falls due on the way, in order, each at its own time. Not to be awaited by a
   * webhook handler: it waits for that handler.
   *
   * @throws TypeError when the clock follows real time, and for a span that is negative or no number
   */
  advance(duration: SandboxDuration, options?: AdvanceOptions): Promise<void>;
}

interface Job {
  readonly at: number;
  readonly run: () => void;
  readonly owner: object | undefined;
}

// What setTimeout can hold; a later job is looked at again then.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const UNITS: Record<keyof SandboxDuration, number> = {
  days: 86_400_000,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1000,
  milliseconds: 1,
};

/** One scheduler for both kinds of time: real, where one timer waits for the next job, and manual. */
export class Clock implements SandboxClock {
  /** Sorted by time; those of the same time in the order in which they were scheduled. */
  readonly #jobs: Job[] = [];
  readonly #idle: () => Promise<void>;
  #manualMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #advancing: Promise<void> = Promise.resolve();

  /**
   * @param manualFrom - where a manual clock starts; absent: real time
   * @param idle - resolves when nothing is under way that takes real time
   */
  constructor(manualFrom: Date | undefined, idle: () => Promise<void>) {
    this.#manualMs = manualFrom?.getTime();
    this.#idle = idle;
  }

  now(): Date {
    return new Date(this.nowMs());
  }

  nowMs(): number {
    return this.#manualMs ?? Date.now();
  }

  /**
   * @param owner - whose jobs `clear` can take off together
   * @returns takes the job off again; harmless once it has run
   */
  schedule(delayMs: number, run: () => void, owner?: object): () => void {
    const job: Job = { at: this.nowMs() + delayMs, run, owner };
    const before = this.#jobs.findLastIndex((other) => other.at <= job.at);
    this.#jobs.splice(before + 1, 0, job);
    this.#armTimer();
    return () => {
      const index = this.#jobs.indexOf(job);
      if (index !== -1) this.#jobs.splice(index, 1);
      this.#armTimer();
    };
  }

  async advance(duration: SandboxDuration, options: AdvanceOptions = {}): Promise<void> {
    const span = millisecondsOf(duration);
    if (this.#manualMs === undefined) {
      throw new TypeError("clock.advance: this clock follows real time; start the sandbox with { clock: 'manual' }.");
    }
    // One after the other, also when several are asked for at once: two must not take the same job.
    const step = this.#advancing.then(() => this.#advanceBy(span, options.awaitDeliveries ?? true));
    this.#advancing = step;
    return step;
  }

  /** Takes every job off, or those of one owner. */
  clear(owner?: object): void {
    const kept = owner === undefined ? [] : this.#jobs.filter((job) => job.owner !== owner);
    this.#jobs.splice(0, Infinity, ...kept);
    this.#armTimer();
  }

  async #advanceBy(span: number, awaitDeliveries: boolean): Promise<void> {
    const target = this.nowMs() + span;
    for (;;) {
      if (awaitDeliveries) await this.#idle();
      const job = this.#jobs[0];
      if (job === undefined || job.at > target) break;
      this.#jobs.shift();
      this.#manualMs = Math.max(this.nowMs(), job.at);
      job.run();
    }
    this.#manualMs = target;
  }

  #armTimer(): void {
    if (this.#manualMs !== undefined) return;
    clearTimeout(this.#timer);
    const next = this.#jobs[0];
    this.#timer = next && setTimeout(() => this.#runDue(), Math.min(next.at - Date.now(), LONGEST_TIMER_MS));
  }

  #runDue(): void {
    for (let job = this.#jobs[0]; job !== undefined && job.at <= Date.now(); job = this.#jobs[0]) {
      this.#jobs.shift();
      job.run();
    }
    this.#armTimer();
  }
}

function millisecondsOf(duration: SandboxDuration): number {
  let span = 0;
  for (const [unit, amount] of Object.entries(duration) as [keyof SandboxDuration, unknown][]) {
    if (!Object.hasOwn(UNITS, unit)) throw new TypeError(`clock.advance: ${JSON.stringify(unit)} is no unit of time.`);
    if (typeof amount !== 'number' || !(amount >= 0 && Number.isFinite(amount))) {
      throw new TypeError(`clock.advance: ${unit} must be a number of at least 0.`);
    }
    span += amount * UNITS[unit];
  }
  return span;
}
