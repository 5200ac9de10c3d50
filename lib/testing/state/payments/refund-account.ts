import type { Sdk } from '../../../sdk.types.js';
import { Refusal } from '../../http/refusal.js';
import type { CancellablePayment } from './cancels.js';

type RefundStatus = Sdk.Payment.PaymentMethodVirtualAccountRefundStatus;

/** Korea's, where the month of a mobile payment ends. */
const KST_MS = 9 * 3_600_000;

/** @throws Refusal where money cannot go back the way it came: to a virtual account, to the phone bill of last month */
export function refuseWithoutRefundAccount(payment: CancellablePayment, given: boolean, nowMs: number): void {
  if (given) return;
  const type = payment.method?.type;
  const ofEarlierMonth = payment.paidAt !== undefined && monthOf(Date.parse(payment.paidAt)) !== monthOf(nowMs);
  if (type === 'PaymentMethodVirtualAccount' || (type === 'PaymentMethodMobile' && ofEarlierMonth)) {
    const what = type === 'PaymentMethodMobile' ? 'mobile payment of an earlier month' : 'virtual account';
    throw new Refusal('INVALID_REQUEST', { message: `refundAccount is required for a ${what}.` });
  }
}

/** The payment with what became of the refund, which virtual accounts show. */
export function afterRefund<P extends CancellablePayment>(payment: P, refundStatus: RefundStatus): P {
  const { method } = payment;
  if (method?.type !== 'PaymentMethodVirtualAccount') return payment;
  return { ...payment, method: { ...method, refundStatus } };
}

function monthOf(ms: number): string {
  return new Date(ms + KST_MS).toISOString().slice(0, 7);
}
