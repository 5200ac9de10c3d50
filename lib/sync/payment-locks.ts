import { Logger } from '@nestjs/common';

import { untilAborted } from '../client/abort.js';
import { PaymentLockError } from '../errors/payment-lock.error.js';
import { describeThrown } from '../webhook/thrown.js';
import { WebhookTimers } from '../webhook/webhook.timers.js';
import type { PaymentLock } from './payment-lock.js';

/** A lock while it is held. */
export interface HeldLock {
  readonly fence: number;
  /** Aborts when the lock is lost, with the error as its reason. */
  readonly signal: AbortSignal;
}

/** Milliseconds. */
export interface PaymentLockTimes {
  /** How long a dead process holds a lock; a living one renews it. */
  readonly leaseMs: number;
  /** How long a lock is waited for. */
  readonly waitMs: number;
}

/** Below the 25 s that a webhook's handlers have. */
export const LOCK_TIMES: PaymentLockTimes = { leaseMs: 20_000, waitMs: 15_000 };

/** How often a lock that another process holds is looked at again. */
const POLL_MS = 250;
const MIN_POLL_MS = 10;

/**
 * Work under a lock, one at a time for each key. Within this process it is first come, first served, without asking the
 * store; between processes the {@link PaymentLock} decides.
 */
export class PaymentLocks {
  private readonly logger = new Logger('PortOneModule');
  private readonly timers = new WebhookTimers();
  /** The end of the last work that this process has for a key. */
  private readonly tails = new Map<string, Promise<unknown>>();

  constructor(
    private readonly lock: PaymentLock,
    private readonly times: PaymentLockTimes = LOCK_TIMES,
  ) {}

  /**
   * Waits for the lock, works, and gives it back. The lock is renewed for as long as the work takes: nobody can stop it,
   * and it must not be begun a second time beside itself.
   *
   * @throws {PaymentLockError} `BUSY`: it was not to be had in time; `LOST`: whatever the work did, it lost the lock
   * @throws the signal's reason, when it aborts before the work has begun
   */
  async run<T>(
    key: string,
    work: (held: HeldLock) => Promise<T>,
    { waitMs = this.times.waitMs, signal }: { waitMs?: number; signal?: AbortSignal | undefined } = {},
  ): Promise<T> {
    const deadline = this.timers.now() + waitMs;
    const before = this.tails.get(key);
    let end!: () => void;
    const mine = new Promise<void>((resolve) => (end = resolve));
    const tail = before === undefined ? mine : before.then(() => mine);
    this.tails.set(key, tail);
    void tail.then(() => {
      if (this.tails.get(key) === tail) this.tails.delete(key);
    });
    try {
      if (
        before !== undefined &&
        (await this.timers.within(
          untilAborted(
            before.then(() => true),
            signal,
          ),
          waitMs,
        )) === undefined
      ) {
        throw new PaymentLockError('BUSY', key);
      }
      return await this.locked(key, work, deadline, signal);
    } finally {
      end();
    }
  }

  private async locked<T>(
    key: string,
    work: (held: HeldLock) => Promise<T>,
    deadline: number,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    for (;;) {
      signal?.throwIfAborted();
      const asked = this.timers.now();
      const claim = await this.lock.acquire(key, this.times.leaseMs);
      if (claim.state === 'acquired') return this.hold(key, claim.fence, asked, work);
      const left = deadline - this.timers.now();
      if (left <= 0) throw new PaymentLockError('BUSY', key);
      const pauseMs = Math.min(Math.max(claim.retryAfterMs, MIN_POLL_MS), POLL_MS, left);
      await untilAborted(this.timers.pause(pauseMs), signal);
    }
  }

  private async hold<T>(key: string, fence: number, since: number, work: (held: HeldLock) => Promise<T>): Promise<T> {
    const { leaseMs } = this.times;
    const lost = new AbortController();
    let heldUntil = since + leaseMs;
    const stop = this.timers.every(Math.max(1, leaseMs / 3), () => void renew());
    const lose = (): void => {
      stop();
      if (lost.signal.aborted) return;
      this.logger.warn(`The lock of ${key} was lost: somebody else may be at work on it.`);
      lost.abort(new PaymentLockError('LOST', key));
    };
    const renew = async (): Promise<void> => {
      const asked = this.timers.now();
      if (asked >= heldUntil) return lose();
      try {
        if (await this.lock.renew(key, fence, leaseMs)) heldUntil = Math.max(heldUntil, asked + leaseMs);
        else lose();
      } catch (error) {
        this.logger.warn(`The lock of ${key} could not be renewed; there is another try. ${describeThrown(error)}`);
      }
    };
    try {
      const result = await work({ fence, signal: lost.signal });
      lost.signal.throwIfAborted();
      return result;
    } finally {
      stop();
      await this.giveBack(key, fence);
    }
  }

  private async giveBack(key: string, fence: number): Promise<void> {
    try {
      await this.lock.release(key, fence);
    } catch (error) {
      this.logger.warn(`The lock of ${key} could not be given back; it ends by itself. ${describeThrown(error)}`);
    }
  }
}
