/** What the lock says to whoever wants it. */
export type PaymentLockClaim =
  /**
   * It is yours until the lease ends. The fence is greater than that of every earlier holder of the key, so that a store
   * can refuse what one of those still writes.
   */
  | { readonly state: 'acquired'; readonly fence: number }
  /** Somebody else has it, for `retryAfterMs` at the most unless the lease is renewed. */
  | { readonly state: 'held'; readonly retryAfterMs: number };

/**
 * Lets one at a time work on a payment, over all processes. Extend it for a lock of your own. A key carries its account,
 * so accounts may share one store.
 *
 * A holder that is paused for longer than its lease does not know that it lost the lock. That is why every acquisition
 * has a fence, a whole number that grows with each acquisition of a key: also after a release, an expiry, a restart, and
 * when the key was cleaned up in between. One counter for all keys that is never set back does it.
 */
export abstract class PaymentLock {
  /**
   * Takes the lock, or says how long to wait. Atomic: of two that ask at once, one gets it.
   *
   * @param key the account and what is locked
   * @param leaseMs milliseconds that it is held unless it is renewed
   */
  abstract acquire(key: string, leaseMs: number): Promise<PaymentLockClaim>;

  /** Holds it for `leaseMs` from now. `false`: it was lost, also when the lease ended and nobody else took it. */
  abstract renew(key: string, fence: number, leaseMs: number): Promise<boolean>;

  /** Gives it back, so that the next one gets it at once. Does nothing when it was lost. */
  abstract release(key: string, fence: number): Promise<void>;
}
