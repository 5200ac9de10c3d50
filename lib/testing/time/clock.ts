import { setImmediate } from 'node:timers';
import { LAST_INSTANT_MS, millisecondsOf, type SandboxDuration } from './duration.js';
import { JobQueue, type Job } from './job-queue.js';

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
   * @throws TypeError when the clock follows real time, and for a span that is negative, no number or too long
   */
  advance(duration: SandboxDuration, options?: AdvanceOptions): Promise<void>;
}

// What setTimeout can hold; a later job is looked at again then.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One scheduler for both kinds of time: real, where one timer waits for the next job, and manual. */
export class Clock implements SandboxClock {
  readonly #jobs = new JobQueue();
  readonly #idle: () => Promise<void>;
  /** May have a fraction: a job's exact time. */
  #manualMs: number | undefined;
  #scheduled = 0;
  #timer: NodeJS.Timeout | undefined;
  /** What the timer waits for. */
  #armedFor: Job | undefined;
  #advancing: Promise<void> = Promise.resolve();
  #stopped = false;

  /**
   * @param manualFrom - where a manual clock starts; absent: real time
   * @param idle - resolves when nothing is under way that takes real time
   */
  constructor(manualFrom: Date | undefined, idle: () => Promise<void>) {
    this.#manualMs = manualFrom?.getTime();
    this.#idle = idle;
  }

  get isManual(): boolean {
    return this.#manualMs !== undefined;
  }

  now(): Date {
    return new Date(this.nowMs());
  }

  /** Whole milliseconds. */
  nowMs(): number {
    return Math.floor(this.#manualMs ?? Date.now());
  }

  /**
   * @param run - a promise of it is awaited by `advance`; it must not wait for the clock itself
   * @param owner - whose jobs `clear` can take off together
   * @returns takes the job off again; harmless once it has run
   */
  schedule(delayMs: number, run: () => unknown, owner?: object): () => void {
    if (this.#stopped) return () => {};
    const job: Job = { at: (this.#manualMs ?? Date.now()) + delayMs, order: (this.#scheduled += 1), run, owner };
    this.#jobs.add(job);
    this.#armTimer();
    return () => {
      if (this.#jobs.remove(job)) this.#armTimer();
    };
  }

  async advance(duration: SandboxDuration, options: AdvanceOptions = {}): Promise<void> {
    const span = millisecondsOf(duration, 'clock.advance');
    if (this.#manualMs === undefined) {
      throw new TypeError("clock.advance: this clock follows real time; start the sandbox with { clock: 'manual' }.");
    }
    // One after the other, also when several are asked for at once: two must not take the same job.
    const step = this.#advancing.then(() => this.#advanceBy(span, options.awaitDeliveries ?? true));
    this.#advancing = step.catch(() => {});
    return step;
  }

  /** Takes every job off, or those of one owner. */
  clear(owner?: object): void {
    this.#jobs.clear(owner);
    this.#armTimer();
  }

  /** Takes every job off, and takes no other. */
  stop(): void {
    this.#stopped = true;
    this.clear();
  }

  async #advanceBy(span: number, awaitDeliveries: boolean): Promise<void> {
    const target = this.nowMs() + span;
    if (target > LAST_INSTANT_MS) throw new TypeError('clock.advance: the clock ends with the year 9999.');
    for (;;) {
      if (awaitDeliveries) await this.#idle();
      const job = this.#jobs.first;
      if (job === undefined || job.at > target) break;
      this.#jobs.remove(job);
      this.#manualMs = Math.max(this.#manualMs ?? 0, job.at);
      const done = job.run();
      // Not awaited, it still gets as far as it can without time or a network.
      await (awaitDeliveries ? done : new Promise((resolve) => setImmediate(resolve)));
    }
    this.#manualMs = target;
  }

  // The timer keeps the process alive, as the server does: both end with stop().
  #armTimer(): void {
    const next = this.#jobs.first;
    if (this.#manualMs !== undefined || next === this.#armedFor) return;
    clearTimeout(this.#timer);
    this.#armedFor = next;
    this.#timer = next && setTimeout(() => this.#runDue(), Math.min(next.at - Date.now(), LONGEST_TIMER_MS));
  }

  #runDue(): void {
    this.#armedFor = undefined;
    for (let job = this.#jobs.first; job !== undefined && job.at <= Date.now(); job = this.#jobs.first) {
      this.#jobs.remove(job);
      job.run();
    }
    this.#armTimer();
  }
}
