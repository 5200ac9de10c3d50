import { Payment } from '@portone/server-sdk';
import type { Bench } from './bench.js';
import { ACCESS, after, asItIs, errorsOf, having, PG_PROVIDER, UNAUTHORIZED } from './rows.js';

const { AdditionalFeature, CashReceipt, Promotion } = Payment;
const paymentId = 'order-1';
const RECEIPT = {
  paymentId,
  channelKey: 'channel-1',
  type: 'PERSONAL' as const,
  orderName: 'A book',
  currency: 'KRW' as const,
  amount: { total: 1000 },
  customer: { identityNumber: '01012345678' },
};
const issued = ({ client }: Bench) => client.payment.cashReceipt.issueCashReceipt(RECEIPT);

export const PAPERS = {
  'payment.cashReceipt.issueCashReceipt': errorsOf(CashReceipt.IssueCashReceiptError, RECEIPT, {
    ...ACCESS,
    INVALID_REQUEST: having({ type: 'ROYAL' }),
    CHANNEL_NOT_FOUND: having({ channelKey: 'channel-none' }),
    CASH_RECEIPT_ALREADY_ISSUED: after(issued),
    PG_PROVIDER: having({ channelKey: 'channel-refusing' }),
  }),

  'payment.cashReceipt.getCashReceiptByPaymentId': errorsOf(
    CashReceipt.GetCashReceiptError,
    { paymentId },
    { ...ACCESS, INVALID_REQUEST: having({ storeId: '' }), CASH_RECEIPT_NOT_FOUND: asItIs },
  ),

  'payment.cashReceipt.getCashReceipts': errorsOf(
    CashReceipt.GetCashReceiptsError,
    {},
    {
      ...ACCESS,
      FORBIDDEN: having({ filter: { storeId: 'store-of-somebody-else' } }),
      INVALID_REQUEST: having({ page: { number: 60_000, size: 10 } }),
    },
  ),

  'payment.cashReceipt.cancelCashReceiptByPaymentId': errorsOf(
    CashReceipt.CancelCashReceiptError,
    { paymentId },
    {
      ...ACCESS,
      INVALID_REQUEST: having({ storeId: '' }),
      CASH_RECEIPT_NOT_FOUND: asItIs,
      CASH_RECEIPT_NOT_ISSUED: after(async (bench) => {
        await issued(bench);
        await bench.client.payment.cashReceipt.cancelCashReceiptByPaymentId({ paymentId });
      }),
      PG_PROVIDER,
    },
  ),

  'payment.promotion.getPromotion': errorsOf(
    Promotion.GetPromotionError,
    { promotionId: 'none' },
    {
      ...UNAUTHORIZED,
      // The SDK can name no store here, and no id that is none.
      FORBIDDEN: (bench) => bench.get('/promotions/none?storeId=store-of-somebody-else'),
      INVALID_REQUEST: (bench) => bench.get('/promotions/%ff'),
      PROMOTION_NOT_FOUND: asItIs,
    },
  ),

  'payment.additionalFeature.getPgCardPromotions': errorsOf(
    AdditionalFeature.GetPgCardPromotionsError,
    { channelKey: 'channel-kcp', amount: 10_000 },
    {
      ...UNAUTHORIZED,
      INVALID_REQUEST: having({ amount: 'much' }),
      CHANNEL_NOT_FOUND: having({ channelKey: 'channel-none' }),
      PG_PROVIDER,
    },
  ),
};
