/**
 * PortOne took the approval, and reads of the payment do not show it yet. Nothing may be fulfilled on it now: the webhook
 * will tell, or the same call again.
 */
export class PaymentUndecidedError extends Error {
  override name = 'PaymentUndecidedError';

  constructor(
    readonly paymentId: string,
    /** What the payment reads. */
    readonly status: string,
    options?: ErrorOptions,
  ) {
    super(
      `Payment ${JSON.stringify(paymentId)} was approved, yet it still reads ${status}. Wait for its webhook, or call again.`,
      options,
    );
  }
}
