/**
 * PortOne took the approval, or may have, and reads of the payment do not show it yet, or fail. Nothing may be fulfilled on it now: the webhook
 * will tell, or the same call again.
 */
export class PaymentUndecidedError extends Error {
  override name = 'PaymentUndecidedError';

  constructor(
    readonly paymentId: string,
    /** What the payment reads; `undefined` where no read came through, for which see `cause`. */
    readonly status: string | undefined,
    options?: ErrorOptions,
  ) {
    const what =
      status === undefined
        ? 'may have been approved, and could not be read'
        : `was approved, yet it still reads ${status}`;
    super(`Payment ${JSON.stringify(paymentId)} ${what}. Wait for its webhook, or call again.`, options);
  }
}
