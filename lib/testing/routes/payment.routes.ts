import { listEvents } from '../state/lists/payment-events.js';
import { listByCursor, listByPage } from '../state/lists/payment-list.js';
import { transactionsOf } from '../state/lists/transactions.js';
import { route, type Call } from './route.js';

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

  route('payment.getPayment', ({ input, desk }) => desk.payments.read(input.string('paymentId'))),

  route('payment.getPaymentTransactions', ({ input, desk }) => ({
    items: transactionsOf(desk, input.string('paymentId')),
  })),

  route('payment.getPayments', (call) => {
    const filter = call.input.optionalObject('filter');
    const desks = desksOf(call, call.input.optionalString('storeId') ?? filter?.optionalString('storeId'));
    return listByPage(desks, call.input, call.desk.clock.nowMs());
  }),

  route('payment.getAllPaymentsByCursor', ({ input, desk }) => listByCursor(desk, input, desk.clock.nowMs())),

  route('payment.getAllPaymentEventsByCursor', (call) =>
    listEvents(desksOf(call, call.input.optionalString('storeId')), call.input),
  ),

  route('payment.resendWebhook', async ({ input, desk }) => {
    const paymentId = input.string('paymentId');
    desk.payments.find(paymentId);
    return { webhook: await desk.webhooks.resend(paymentId, input.optionalString('webhookId')) };
  }),
];

/** Where a request names no store, PortOne lists these of all stores of the merchant. */
function desksOf({ desk, merchant }: Call, storeId: string | undefined) {
  return storeId === undefined ? merchant.desks : [desk];
}
