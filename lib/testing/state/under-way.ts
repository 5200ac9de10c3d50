import { setImmediate } from 'node:timers';

/** Counts the work of a store that goes on by itself, so that somebody can wait for its end. */
export class UnderWay {
  #count = 0;
  #waiting: (() => void)[] = [];

  get busy(): boolean {
    return this.#count > 0;
  }

  /** Counts the work until it ends, well or not. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#count += 1;
    try {
      return await work;
    } finally {
      this.#count -= 1;
      if (!this.busy) for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  /** Resolves when nothing is under way, at once where nothing was. */
  async idle(): Promise<void> {
    while (this.busy) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      // Whoever waited for the work may now begin more.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
}
