import { Payment } from '@portone/server-sdk';
import { CREDENTIAL, ORDER, type Bench } from './bench.js';
import { ACCESS, after, asItIs, errorsOf, having, PG_PROVIDER, using, type Provoke } from './rows.js';

const paymentId = 'order-1';
const ASK = { paymentId };
const amount = { total: 1000, taxFree: 900, vat: 200 };

/** Ten attempts that were declined. */
const wornOut = async (bench: Bench) => {
  for (let tried = 0; tried < 10; tried += 1) await bench.pay(paymentId, { card: '4111111111111112' });
};
const promotion = async (bench: Bench, options: object = {}) => {
  const { id } = await bench.sandbox.console.createPromotion({
    cardCompany: 'SHINHAN_CARD',
    totalBudget: 1_000_000,
    ...options,
  });
  return { promotionId: id };
};
const withKey =
  (work: (bench: Bench) => unknown, options: object = {}): Provoke =>
  async (bench, call) => {
    await work(bench);
    return call({ billingKey: await bench.issueKey(), ...options });
  };
const keyAnd =
  (options: (bench: Bench) => Promise<object>): Provoke =>
  async (bench, call) =>
    call({ billingKey: await bench.issueKey(), ...(await options(bench)) });

export const PAYMENTS = {
  'payment.getPayment': errorsOf(Payment.GetPaymentError, ASK, {
    ...ACCESS,
    INVALID_REQUEST: having({ storeId: '' }),
    PAYMENT_NOT_FOUND: asItIs,
  }),

  'payment.getPaymentTransactions': errorsOf(Payment.GetPaymentTransactionsError, ASK, {
    ...ACCESS,
    INVALID_REQUEST: having({ storeId: '' }),
    PAYMENT_NOT_FOUND: asItIs,
  }),

  'payment.getPayments': errorsOf(
    Payment.GetPaymentsError,
    {},
    {
      ...ACCESS,
      FORBIDDEN: having({ filter: { storeId: 'store-of-somebody-else' } }),
      INVALID_REQUEST: having({ page: { number: -1 } }),
    },
  ),

  'payment.getAllPaymentsByCursor': errorsOf(
    Payment.GetAllPaymentsError,
    {},
    {
      ...ACCESS,
      INVALID_REQUEST: having({ size: 1001 }),
    },
  ),

  'payment.getAllPaymentEventsByCursor': errorsOf(
    Payment.GetAllPaymentEventsError,
    {},
    {
      ...ACCESS,
      INVALID_REQUEST: having({ from: 'yesterday' }),
    },
  ),

  'payment.preRegisterPayment': errorsOf(Payment.PreRegisterPaymentError, ASK, {
    ...ACCESS,
    INVALID_REQUEST: having({ totalAmount: -1 }),
    ALREADY_PAID: after((bench) => bench.pay(paymentId)),
  }),

  'payment.payWithBillingKey': errorsOf(
    Payment.PayWithBillingKeyError,
    { ...ASK, ...ORDER, billingKey: 'none' },
    {
      ...ACCESS,
      INVALID_REQUEST: withKey(() => {}, { amount: { total: 10.5 } }),
      BILLING_KEY_NOT_FOUND: asItIs,
      BILLING_KEY_ALREADY_DELETED: using(async (bench) => ({ billingKey: await bench.deletedKey() })),
      CHANNEL_NOT_FOUND: withKey(() => {}, { channelKey: 'channel-none' }),
      ALREADY_PAID: withKey((bench) => bench.pay(paymentId)),
      MAX_TRANSACTION_COUNT_REACHED: withKey(wornOut),
      PAYMENT_SCHEDULE_ALREADY_EXISTS: withKey((bench) => bench.schedule(paymentId)),
      SUM_OF_PARTS_EXCEEDS_TOTAL_AMOUNT: withKey(() => {}, { amount }),
      DISCOUNT_AMOUNT_EXCEEDS_TOTAL_AMOUNT: keyAnd((bench) => promotion(bench, { partitions: [{ amount: 1000 }] })),
      PROMOTION_PAY_METHOD_DOES_NOT_MATCH: keyAnd(async (bench) => ({
        ...(await promotion(bench)),
        billingKey: (await bench.sandbox.buyer.issueBillingKey({ billingKeyMethod: 'MOBILE' })).billingKey,
      })),
      PG_PROVIDER: using(async (bench) => ({
        billingKey: await bench.issueKey({
          method: { card: { credential: { ...CREDENTIAL, number: '4111111111111112' } } },
        }),
      })),
    },
  ),

  'payment.payInstantly': errorsOf(
    Payment.PayInstantlyError,
    { ...ASK, ...ORDER, channelKey: 'channel-1', method: { card: { credential: CREDENTIAL } } },
    {
      ...ACCESS,
      INVALID_REQUEST: having({ orderName: undefined }),
      CHANNEL_NOT_FOUND: having({ channelKey: 'channel-none' }),
      ALREADY_PAID: after((bench) => bench.pay(paymentId)),
      MAX_TRANSACTION_COUNT_REACHED: after(wornOut),
      PAYMENT_SCHEDULE_ALREADY_EXISTS: after((bench) => bench.schedule(paymentId)),
      SUM_OF_PARTS_EXCEEDS_TOTAL_AMOUNT: having({ amount }),
      DISCOUNT_AMOUNT_EXCEEDS_TOTAL_AMOUNT: using((bench) => promotion(bench, { partitions: [{ percent: 100 }] })),
      PROMOTION_PAY_METHOD_DOES_NOT_MATCH: using(async (bench) => ({
        ...(await promotion(bench)),
        method: { virtualAccount: { bank: 'SHINHAN', expiry: { validHours: 24 }, option: { type: 'NORMAL' } } },
      })),
      PG_PROVIDER: having({ method: { card: { credential: { ...CREDENTIAL, number: '4111111111111112' } } } }),
    },
  ),

  'payment.confirmPayment': errorsOf(
    Payment.ConfirmPaymentError,
    { ...ASK, paymentToken: 'none' },
    {
      ...ACCESS,
      INVALID_REQUEST: having({ paymentToken: undefined }),
      PAYMENT_NOT_FOUND: asItIs,
      INVALID_PAYMENT_TOKEN: after((bench) => bench.pay(paymentId, { card: '4111111111111112' })),
      ALREADY_PAID: after((bench) => bench.pay(paymentId)),
      INFORMATION_MISMATCH: using(async ({ sandbox: { buyer } }) => ({
        paymentToken: (await buyer.pay(paymentId, { totalAmount: 1000, approval: 'manual' })).paymentToken,
        totalAmount: 999,
      })),
      PG_PROVIDER: using(async ({ sandbox: { buyer } }) => ({
        paymentToken: (await buyer.pay(paymentId, { approval: 'manual', card: '4111111111111112' })).paymentToken,
      })),
    },
  ),

  'payment.capturePayment': errorsOf(Payment.CapturePaymentError, ASK, {
    ...ACCESS,
    INVALID_REQUEST: having({ storeId: '' }),
    PAYMENT_NOT_FOUND: asItIs,
    PAYMENT_NOT_PAID: after((bench) => bench.pay(paymentId, { card: '4111111111111112' })),
    PG_PROVIDER,
  }),

  'payment.registerStoreReceipt': errorsOf(
    Payment.RegisterStoreReceiptError,
    {
      ...ASK,
      items: [{ storeBusinessRegistrationNumber: '1234567890', storeName: 'A', totalAmount: 1000, currency: 'KRW' }],
    },
    {
      ...ACCESS,
      INVALID_REQUEST: having({ items: 'none' }),
      PAYMENT_NOT_FOUND: asItIs,
      PAYMENT_NOT_PAID: after((bench) => bench.pay(paymentId, { card: '4111111111111112' })),
      PG_PROVIDER,
    },
  ),

  'payment.closeVirtualAccount': errorsOf(Payment.CloseVirtualAccountError, ASK, {
    ...ACCESS,
    INVALID_REQUEST: having({ storeId: '' }),
    PAYMENT_NOT_FOUND: asItIs,
    PAYMENT_NOT_WAITING_FOR_DEPOSIT: after((bench) => bench.pay(paymentId)),
    PG_PROVIDER,
  }),

  'payment.resendWebhook': errorsOf(Payment.ResendWebhookError, ASK, {
    ...ACCESS,
    INVALID_REQUEST: after((bench) => bench.pay(paymentId), { webhookId: 1 }),
    PAYMENT_NOT_FOUND: asItIs,
    WEBHOOK_NOT_FOUND: after((bench) => bench.pay(paymentId)),
    MAX_WEBHOOK_RETRY_COUNT_REACHED: after(async (bench) => {
      bench.sendWebhooks();
      await bench.pay(paymentId);
      for (let sent = 0; sent < 5; sent += 1) await bench.client.payment.resendWebhook({ paymentId });
    }),
  }),
};
