/**
 * PortOne told of something that its own read of the payment does not show yet. The delivery has failed, so that PortOne
 * tells it again.
 */
export class StalePaymentReadError extends Error {
  override name = 'StalePaymentReadError';

  constructor(
    readonly paymentId: string,
    /** What was told: `Transaction.Paid` … */
    readonly announced: string,
    /** The status that was read. */
    readonly status: string,
  ) {
    super(`Payment ${JSON.stringify(paymentId)} reads ${status}, which does not show the announced ${announced} yet.`);
  }
}
