const WHY = {
  VIRTUAL_ACCOUNT: 'it was paid into a virtual account',
  MOBILE_OF_EARLIER_MONTH: 'it is a mobile payment of an earlier month',
} as const;

/** The money cannot go back the way it came: the refund needs a `refundAccount` of the buyer's. Nothing was sent. */
export class RefundAccountRequiredError extends Error {
  override name = 'RefundAccountRequiredError';

  constructor(
    readonly paymentId: string,
    readonly why: keyof typeof WHY,
  ) {
    super(
      `Payment ${JSON.stringify(paymentId)} cannot be refunded without refundAccount { bank, number, holderName }: ${WHY[why]}.`,
    );
  }
}
