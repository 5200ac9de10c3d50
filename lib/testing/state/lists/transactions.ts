import type { Sdk } from '../../../sdk.types.js';
import type { KnownPayment } from '../payments/attempt.js';
import type { Desk } from '../desk.js';
import { without } from '../without.js';

/** Every attempt of a payment id, oldest first. */
export function transactionsOf(desk: Desk, paymentId: string): Sdk.Payment.PaymentTransaction[] {
  return desk.payments.record(paymentId).attempts.map(({ payment }) => {
    const whole = desk.payments.complete(payment);
    // Those of the payment id are told apart by what they were about.
    const webhooks = whole.webhooks?.filter(({ request }) => request?.body.includes(payment.transactionId));
    return transactionOf({ ...whole, ...(webhooks && { webhooks }) });
  });
}

function transactionOf(payment: KnownPayment): Sdk.Payment.PaymentTransaction {
  const { id: paymentId, transactionId: id } = payment;
  if (payment.status !== 'PAID') return { ...without(payment, 'transactionId'), id, paymentId };
  return { ...without(payment, 'transactionId', 'disputes', 'cancellations'), id, paymentId };
}
