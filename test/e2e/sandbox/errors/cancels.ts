import { Payment } from '@portone/server-sdk';
import type { Bench } from './bench.js';
import { ACCESS, after, asItIs, errorsOf, having, PG_PROVIDER, using } from './rows.js';

const paymentId = 'order-1';
const CANCEL = { paymentId, reason: 'wish of the buyer' };
const paid = (bench: Bench) => bench.pay(paymentId);
const paidHalfTaxFree = (bench: Bench) => bench.pay(paymentId, { taxFreeAmount: 500 });

/** 1000 of 2000 given off, and only from 2000 on. */
const paidWithPromotion = async (bench: Bench) => {
  const { id: promotionId } = await bench.sandbox.console.createPromotion({
    cardCompany: 'SHINHAN_CARD',
    totalBudget: 1_000_000,
    partitions: [{ amountFrom: 2000, amount: 1000 }],
  });
  await bench.pay(paymentId, { totalAmount: 2000, promotionId });
};

export const CANCELS = {
  'payment.cancelPayment': errorsOf(Payment.CancelPaymentError, CANCEL, {
    ...ACCESS,
    INVALID_REQUEST: having({ reason: undefined }),
    PAYMENT_NOT_FOUND: asItIs,
    PAYMENT_NOT_PAID: after((bench) => bench.pay(paymentId, { card: '4111111111111112' })),
    PAYMENT_ALREADY_CANCELLED: after(async (bench) => {
      await paid(bench);
      await bench.client.payment.cancelPayment(CANCEL);
    }),
    CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT: after(paid, { amount: 1001 }),
    CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN: after(paid, { amount: 400, currentCancellableAmount: 999 }),
    SUM_OF_PARTS_EXCEEDS_CANCEL_AMOUNT: after(paid, { amount: 400, vatAmount: 401 }),
    CANCEL_TAX_FREE_AMOUNT_EXCEEDS_CANCELLABLE_TAX_FREE_AMOUNT: after(paid, { amount: 400, taxFreeAmount: 1 }),
    CANCEL_TAX_AMOUNT_EXCEEDS_CANCELLABLE_TAX_AMOUNT: after(paidHalfTaxFree, { amount: 501 }),
    NEGATIVE_PROMOTION_ADJUSTED_CANCEL_AMOUNT: after(paidWithPromotion, { amount: 100 }),
    PROMOTION_DISCOUNT_RETAIN_OPTION_SHOULD_NOT_BE_CHANGED: after(
      async (bench) => {
        await paidWithPromotion(bench);
        await bench.client.payment.cancelPayment({ ...CANCEL, amount: 100, promotionDiscountRetainOption: 'RETAIN' });
      },
      { amount: 100, promotionDiscountRetainOption: 'RELEASE' },
    ),
    PG_PROVIDER,
  }),

  'payment.stopPaymentCancellation': errorsOf(
    Payment.StopPaymentCancellationError,
    { paymentId, cancellationId: 'none' },
    {
      ...ACCESS,
      INVALID_REQUEST: having({ storeId: '' }),
      PAYMENT_NOT_FOUND: asItIs,
      PAYMENT_CANCELLATION_NOT_FOUND: after(paid),
      PAYMENT_CANCELLATION_NOT_PENDING: using(async (bench) => {
        const cancellationId = await bench.cancelRequested(paymentId);
        await bench.sandbox.provider.settleCancellation(paymentId, { cancellationId });
        return { cancellationId };
      }),
      PG_PROVIDER: after(({ sandbox }) => sandbox.faults.add({ fault: 'pg-error' })),
    },
  ),
};
