import { PaymentLock, type PaymentLockClaim } from '../../../lib/index.js';

/** Who holds locks: a process that may be dead. */
export interface Holder {
  readonly dead: boolean;
}

/** What every process's lock works on. */
export class LockTable {
  readonly #held = new Map<string, { readonly fence: number; readonly by: Holder; lapsed: boolean }>();
  #fences = 0;

  /** @param open - set to see that the soak notices: everybody gets every lock, with one and the same fence */
  constructor(private readonly open = false) {}

  /** The lease ends, and its holder, which stands still at the moment, does not know it. */
  lapse(key: string): void {
    const held = this.#held.get(key);
    if (held) held.lapsed = true;
  }

  acquire(key: string, by: Holder): PaymentLockClaim {
    if (this.open) return { state: 'acquired', fence: 1 };
    const held = this.#held.get(key);
    if (held && !held.lapsed) {
      // The lease of a dead one ends while it is waited for.
      if (held.by.dead) held.lapsed = true;
      return { state: 'held', retryAfterMs: 1 };
    }
    this.#fences += 1;
    this.#held.set(key, { fence: this.#fences, by, lapsed: false });
    return { state: 'acquired', fence: this.#fences };
  }

  holds(key: string, fence: number): boolean {
    if (this.open) return true;
    const held = this.#held.get(key);
    return held?.fence === fence && !held.lapsed;
  }

  release(key: string, fence: number): void {
    if (this.#held.get(key)?.fence === fence) this.#held.delete(key);
  }
}

/** The lock as one process has it. */
export class ProcessLock extends PaymentLock {
  constructor(
    private readonly table: LockTable,
    private readonly by: Holder,
  ) {
    super();
  }

  acquire(key: string): Promise<PaymentLockClaim> {
    return Promise.resolve(this.table.acquire(key, this.by));
  }

  renew(key: string, fence: number): Promise<boolean> {
    return Promise.resolve(this.table.holds(key, fence));
  }

  release(key: string, fence: number): Promise<void> {
    this.table.release(key, fence);
    return Promise.resolve();
  }
}
