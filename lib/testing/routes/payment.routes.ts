import { Refusal } from '../http/refusal.js';
import { payWithBillingKey, readPaymentRequest } from '../state/billing-key-payment.js';
import { DECLINE } from '../state/cards.js';
import { listByCursor, listByPage } from '../state/payment-list.js';
import { route } from './route.js';

export const PAYMENT_ROUTES = [
  route('payment.preRegisterPayment', ({ input, desk }) => {
    const registration = {
      total: input.optionalInteger('totalAmount', 1),
      taxFree: input.optionalInteger('taxFreeAmount', 0),
      currency: input.optionalCurrency('currency'),
    };
    desk.payments.register(input.string('paymentId'), registration);
    return {};
  }),

  route('payment.getPayment', ({ input, desk }) => desk.payments.find(input.string('paymentId')).payment),

  route('payment.getPayments', ({ input, desk }) =>
    listByPage(desk.payments.records.values(), input, desk.clock.nowMs()),
  ),

  route('payment.getAllPaymentsByCursor', ({ input, desk }) =>
    listByCursor(desk.payments.records.values(), input, desk.clock.nowMs()),
  ),

  route('payment.cancelPayment', ({ input, desk }) => {
    input.optionalChoice('requester', ['CUSTOMER', 'ADMIN']);
    const cancellation = desk.payments.cancel(input.string('paymentId'), {
      reason: input.string('reason'),
      amount: input.optionalInteger('amount', 1),
      taxFree: input.optionalInteger('taxFreeAmount', 0),
      vat: input.optionalInteger('vatAmount', 0),
      currentCancellableAmount: input.optionalInteger('currentCancellableAmount', 0),
      skipWebhook: input.optionalBoolean('skipWebhook') ?? false,
    });
    return { cancellation };
  }),

  route('payment.confirmPayment', ({ input, desk }) => {
    const paymentId = input.string('paymentId');
    const paymentToken = input.string('paymentToken');
    const expected = {
      txId: input.optionalString('txId'),
      currency: input.optionalCurrency('currency'),
      totalAmount: input.optionalInteger('totalAmount', 0),
      taxFreeAmount: input.optionalInteger('taxFreeAmount', 0),
      isTest: input.optionalBoolean('isTest'),
    };
    const attempt = desk.payments.find(paymentId);
    desk.payments.refusePaid(paymentId);
    const { payment, awaitingApproval } = attempt;
    if (awaitingApproval?.token !== paymentToken) {
      throw new Refusal('INVALID_PAYMENT_TOKEN', { message: `It is not the token of payment ${paymentId}.` });
    }
    const actual = {
      txId: payment.transactionId,
      currency: payment.currency,
      totalAmount: payment.amount.total,
      taxFreeAmount: payment.amount.taxFree,
      isTest: true,
    };
    for (const field of Object.keys(actual) as (keyof typeof actual)[]) {
      if (expected[field] !== undefined && expected[field] !== actual[field]) {
        throw new Refusal('INFORMATION_MISMATCH', { message: `${field} of payment ${paymentId} is ${actual[field]}.` });
      }
    }
    const charged = desk.payments.charge(attempt, awaitingApproval.card);
    if (charged.status === 'FAILED') throw new Refusal('PG_PROVIDER', DECLINE);
    return { pgTxId: charged.pgTxId ?? '', paidAt: charged.paidAt };
  }),

  route('payment.payWithBillingKey', ({ input, desk }) => {
    input.unsupported('promotionId');
    const request = readPaymentRequest(input);
    const payment = payWithBillingKey(desk, input.string('paymentId'), input.string('billingKey'), request);
    if (payment.status === 'FAILED') throw new Refusal('PG_PROVIDER', DECLINE);
    return { payment: { pgTxId: payment.pgTxId ?? '', paidAt: payment.paidAt } };
  }),
];
