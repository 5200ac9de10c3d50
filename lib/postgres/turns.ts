/** Longer than any but a hung handler is waited for; what waits for a turn is a handler's time too. */
export const MAX_WAIT_FOR_TURN_MS = 20_000;

/** Lets so many at a time have their turn; the others wait in line, up to a bound and a time. */
export class Turns {
  private free: number;
  private readonly waiting = new Set<() => void>();

  constructor(
    count: number,
    private readonly maxWaiting: number,
    private readonly maxWaitMs: number,
  ) {
    this.free = count;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await this.wait();
    try {
      return await work();
    } finally {
      this.next();
    }
  }

  private wait(): Promise<void> {
    if (this.waiting.size >= this.maxWaiting) {
      throw new Error(`PostgreSQL: ${this.maxWaiting} transactions wait for their turn, so this one was refused.`);
    }
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(timer);
        this.waiting.delete(begin);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.delete(begin);
        reject(
          new Error(
            `PostgreSQL: no transaction was free for ${this.maxWaitMs} ms. Is the pool too small, or a transaction open for long?`,
          ),
        );
      }, this.maxWaitMs);
      this.waiting.add(begin);
    });
  }

  private next(): void {
    const [first] = this.waiting;
    if (first === undefined) this.free += 1;
    else first();
  }
}
