import type { Sdk } from '../../sdk.types.js';
import type { KnownPayment } from './attempt.js';
import type { Desk } from './desk.js';

/** Every attempt of a payment id, oldest first. */
export function transactionsOf(desk: Desk, paymentId: string): Sdk.Payment.PaymentTransaction[] {
  return desk.payments.record(paymentId).attempts.map(({ payment }) => {
    const { webhooks, ...whole } = desk.payments.complete(payment);
    // Those of the payment id are told apart by what they were about.
    const own = webhooks?.filter(({ request }) => request?.body.includes(payment.transactionId)) ?? [];
    return transactionOf({ ...whole, ...(own.length > 0 && { webhooks: own }) });
  });
}

function transactionOf(payment: KnownPayment): Sdk.Payment.PaymentTransaction {
  if (payment.status === 'PAID') {
    const { id: paymentId, transactionId: id, disputes, cancellations, ...rest } = payment;
    return { ...rest, id, paymentId };
  }
  const { id: paymentId, transactionId: id, ...rest } = payment;
  return { ...rest, id, paymentId };
}
