/** `BUSY`: somebody else held the lock for too long. `LOST`: it was lost while the work went on. */
export type PaymentLockFailureReason = 'BUSY' | 'LOST';

const WHAT: Readonly<Record<PaymentLockFailureReason, string>> = {
  BUSY: 'somebody else is at work on it. Try again later.',
  LOST: 'the lock was lost while the work went on, so nothing was recorded: somebody else may have begun it anew.',
};

/** Work that only one may do at a time was not done, or not recorded. It may be tried again. */
export class PaymentLockError extends Error {
  override name = 'PaymentLockError';

  /** @param key what is locked: the account and, mostly, the payment id */
  constructor(
    readonly reason: PaymentLockFailureReason,
    readonly key: string,
  ) {
    super(`${key}: ${WHAT[reason]}`);
  }
}
