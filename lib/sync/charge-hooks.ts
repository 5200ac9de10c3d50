import { PaymentVerificationError } from '../errors/payment-verification.error.js';
import type { DuplicateChargeHook, MismatchHook, ChargedPayment, OrderSyncContext } from './payment-sync.types.js';

/**
 * A hook for `onMismatch`: refunds what the payment still holds. It may be repeated: the refund has an id that is derived
 * from the payment. Fails for a virtual account, whose refund needs the buyer's account, so that somebody sees to it.
 *
 * A LIVE payment where TEST ones are expected is not refunded: the option `environment` is wrong then, not the payment,
 * and every buyer would be given the money back. It is thrown as a `PaymentVerificationError` until the option is right.
 * The other way round no money moves, and anybody may make a TEST payment: it is refunded.
 */
export const refundMismatch: MismatchHook = async (payment, mismatches, context) => {
  const isMisconfigured = mismatches.some(({ field, actual }) => field === 'channel.type' && actual === 'LIVE');
  if (isMisconfigured) throw new PaymentVerificationError(payment.id, mismatches);
  await refundCharge(payment, context, 'mismatch', '주문과 다른 결제의 자동 환불');
};

/**
 * A hook for `onDuplicateCharge`: refunds what the payment still holds. It may be repeated: the refund has an id that is
 * derived from the payment. Fails for a virtual account, whose refund needs the buyer's account, so that somebody sees to
 * it.
 */
export const refundDuplicateCharge: DuplicateChargeHook = (payment, context) =>
  refundCharge(payment, context, 'duplicate-charge', '중복 결제의 자동 환불');

async function refundCharge(
  payment: ChargedPayment,
  { payments, signal }: OrderSyncContext,
  why: string,
  reason: string,
): Promise<void> {
  // A refund that failed is at its end. The payment then shows a failed cancellation more, and the next has another id.
  const failed = (payment.cancellations ?? []).filter(({ status }) => status === 'FAILED').length;
  const refundId = `${why}-${payment.id}-${failed}`;
  const { status } = await payments.refund({ paymentId: payment.id, refundId, reason }, { signal });
  if (status === 'FAILED')
    throw new Error(`The refund ${refundId} of payment ${payment.id} failed; it is tried again.`);
}
