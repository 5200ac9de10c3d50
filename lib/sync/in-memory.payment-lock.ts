import { Injectable } from '@nestjs/common';

import { PaymentLock, type PaymentLockClaim } from './payment-lock.js';

interface Holder {
  readonly fence: number;
  /** Milliseconds since the epoch. */
  leaseEndsAt: number;
}

/** Locks within this process alone: two processes can work on one payment at the same time. */
@Injectable()
export class InMemoryPaymentLock extends PaymentLock {
  private readonly holders = new Map<string, Holder>();
  private lastFence = 0;

  acquire(key: string, leaseMs: number): Promise<PaymentLockClaim> {
    const now = Date.now();
    const held = this.holders.get(key);
    if (held !== undefined && held.leaseEndsAt > now) {
      return Promise.resolve({ state: 'held', retryAfterMs: held.leaseEndsAt - now });
    }
    // By the clock, so that it grows over restarts too: the store that compares fences may outlive this process.
    const fence = Math.max(this.lastFence + 1, now * 1000);
    this.lastFence = fence;
    this.holders.set(key, { fence, leaseEndsAt: now + leaseMs });
    return Promise.resolve({ state: 'acquired', fence });
  }

  renew(key: string, fence: number, leaseMs: number): Promise<boolean> {
    const now = Date.now();
    const held = this.holders.get(key);
    const holds = held?.fence === fence && held.leaseEndsAt > now;
    if (holds) held.leaseEndsAt = now + leaseMs;
    return Promise.resolve(holds);
  }

  release(key: string, fence: number): Promise<void> {
    if (this.holders.get(key)?.fence === fence) this.holders.delete(key);
    return Promise.resolve();
  }
}
