/**
 * PortOne took the approval, and reads of the payment do not show it yet, or fail. Nothing may be fulfilled on it now: the webhook
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
    const what = status === undefined ? 'it could not be read since' : `it still reads ${status}`;
    super(
      `Payment ${JSON.stringify(paymentId)} was approved, yet ${what}. Wait for its webhook, or call again.`,
      options,
    );
  }
}
