/** Another refund of the payment is not through yet. Nothing was sent; call again when it is. */
export class RefundInProgressError extends Error {
  override name = 'RefundInProgressError';

  constructor(
    readonly paymentId: string,
    /** The other refund, or the cancellation where that was not begun by `refund`. */
    readonly other: { readonly refundId: string } | { readonly cancellationId: string },
  ) {
    const what =
      'refundId' in other
        ? `refund ${JSON.stringify(other.refundId)} is not through; call it again to find out what became of it`
        : `cancellation ${JSON.stringify(other.cancellationId)} is requested, and the provider has not said yet what became of it`;
    super(`Payment ${JSON.stringify(paymentId)}: ${what}.`);
  }
}
