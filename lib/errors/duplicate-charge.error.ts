/** A buyer's money was taken that the order does not need; there is no `onDuplicateCharge` to deal with it. */
export class DuplicateChargeError extends Error {
  override name = 'DuplicateChargeError';

  constructor(
    readonly paymentId: string,
    readonly orderId: string,
    /** The payment that the order was paid by; `null`: by none, but the order is past its time. */
    readonly paidBy: string | null,
  ) {
    super(
      `Payment ${JSON.stringify(paymentId)} took money for order ${JSON.stringify(orderId)}, which ` +
        `${paidBy === null ? 'has lapsed' : `was paid by ${JSON.stringify(paidBy)}`}. ` +
        'Refund it, or have it refunded: @OnPaymentSync({ …, onDuplicateCharge: refundDuplicateCharge }).',
    );
  }
}
