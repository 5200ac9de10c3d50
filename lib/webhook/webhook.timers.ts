import { systemClock } from '../client/clock.js';
import { Deadlines, type Expiring } from '../client/deadlines.js';

/**
 * Every wait of an account's deliveries, on one timer: a timer for each would be made and thrown away a dozen times a
 * delivery, although hardly any ever fires. Goes by the monotonic clock, which nobody sets.
 */
export class WebhookTimers {
  private readonly deadlines = new Deadlines(systemClock);

  now(): number {
    return systemClock.now();
  }

  /** What the promise resolves with, or `undefined` once the time is up. Its rejection is passed on. */
  within<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const stop = this.after(milliseconds, () => resolve(undefined));
      promise.then(
        (value) => {
          stop();
          resolve(value);
        },
        (error: Error) => {
          stop();
          reject(error);
        },
      );
    });
  }

  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.after(milliseconds, resolve));
  }

  /** Calls again and again until it is stopped. */
  every(milliseconds: number, call: () => void): () => void {
    let stop = this.after(milliseconds, repeat.bind(this));
    function repeat(this: WebhookTimers): void {
      stop = this.after(milliseconds, repeat.bind(this));
      call();
    }
    return () => stop();
  }

  /** Calls at a moment of this clock, unless it is stopped. */
  at(deadline: number, call: () => void): () => void {
    const item: Expiring = {
      deadline,
      expire: () => {
        this.deadlines.forget(item);
        call();
      },
    };
    this.deadlines.watch(item);
    return () => this.deadlines.forget(item);
  }

  private after(milliseconds: number, call: () => void): () => void {
    return this.at(this.now() + Math.max(0, milliseconds), call);
  }
}
