import { Payment } from '@portone/server-sdk';
import { ORDER, TOMORROW, type Bench } from './bench.js';
import { ACCESS, asItIs, errorsOf, having, using, type Provoke } from './rows.js';

const { PaymentSchedule } = Payment;
const paymentId = 'order-1';

const create =
  (work: (bench: Bench) => unknown, options: object = {}): Provoke =>
  async (bench, call) => {
    await work(bench);
    return call({ payment: { ...ORDER, billingKey: await bench.issueKey(), ...options } });
  };

export const SCHEDULES = {
  'payment.paymentSchedule.createPaymentSchedule': errorsOf(
    PaymentSchedule.CreatePaymentScheduleError,
    { paymentId, payment: { ...ORDER, billingKey: 'none' }, timeToPay: TOMORROW },
    {
      ...ACCESS,
      FORBIDDEN: having({ payment: { ...ORDER, billingKey: 'none', storeId: 'store-of-somebody-else' } }),
      INVALID_REQUEST: having({ timeToPay: 'soon' }),
      BILLING_KEY_NOT_FOUND: asItIs,
      BILLING_KEY_ALREADY_DELETED: using(async (bench) => ({
        payment: { ...ORDER, billingKey: await bench.deletedKey() },
      })),
      ALREADY_PAID_OR_WAITING: create((bench) => bench.pay(paymentId)),
      PAYMENT_SCHEDULE_ALREADY_EXISTS: create((bench) => bench.schedule(paymentId)),
      SUM_OF_PARTS_EXCEEDS_TOTAL_AMOUNT: create(() => {}, { amount: { total: 1000, taxFree: 900, vat: 200 } }),
    },
  ),

  'payment.paymentSchedule.getPaymentSchedule': errorsOf(
    PaymentSchedule.GetPaymentScheduleError,
    { paymentScheduleId: 'none' },
    { ...ACCESS, INVALID_REQUEST: having({ storeId: '' }), PAYMENT_SCHEDULE_NOT_FOUND: asItIs },
  ),

  'payment.paymentSchedule.getPaymentSchedules': errorsOf(
    PaymentSchedule.GetPaymentSchedulesError,
    {},
    {
      ...ACCESS,
      FORBIDDEN: having({ filter: { storeId: 'store-of-somebody-else' } }),
      INVALID_REQUEST: having({ filter: { status: ['SOON'] } }),
    },
  ),

  'payment.paymentSchedule.revokePaymentSchedules': errorsOf(
    PaymentSchedule.RevokePaymentSchedulesError,
    { scheduleIds: ['none'] },
    {
      ...ACCESS,
      INVALID_REQUEST: having({ scheduleIds: undefined }),
      PAYMENT_SCHEDULE_NOT_FOUND: asItIs,
      BILLING_KEY_NOT_FOUND: having({ billingKey: 'none', scheduleIds: undefined }),
      BILLING_KEY_ALREADY_DELETED: using(async (bench) => ({
        billingKey: await bench.deletedKey(),
        scheduleIds: undefined,
      })),
      PAYMENT_SCHEDULE_ALREADY_PROCESSED: using(async (bench) => {
        const id = await bench.schedule(paymentId);
        await bench.sandbox.clock.advance({ days: 2 });
        return { scheduleIds: [id] };
      }),
      PAYMENT_SCHEDULE_ALREADY_REVOKED: using(async (bench) => {
        const id = await bench.schedule(paymentId);
        await bench.client.payment.paymentSchedule.revokePaymentSchedules({ scheduleIds: [id] });
        return { scheduleIds: [id] };
      }),
    },
  ),
};
