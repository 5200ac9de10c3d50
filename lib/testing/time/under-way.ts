import { setImmediate } from 'node:timers';

/** Counts the work of a store that goes on by itself, so that somebody can wait for its end. */
export class UnderWay {
  #count = 0;
  #waiting: (() => void)[] = [];

  get busy(): boolean {
    return this.#count > 0;
  }

  /** Counts the work until it has ended, well or not, and what waited for it has gone on. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#count += 1;
    try {
      return await work;
    } finally {
      setImmediate(() => this.#end());
    }
  }

  /** Resolves when nothing is under way, at once where nothing was. */
  async idle(): Promise<void> {
    while (this.busy) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #end(): void {
    this.#count -= 1;
    if (!this.busy) for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
