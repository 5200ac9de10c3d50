import { RefundAccountRequiredError } from '../errors/refund-account-required.error.js';
import type { Sdk } from '../sdk.types.js';

/** A payment into a virtual account: money can only go back to an account that the buyer names. */
export type VirtualAccountPayment = Sdk.Payment.Payment & {
  readonly method: Sdk.Payment.PaymentMethodVirtualAccount;
};

/**
 * Whether it was paid, or is to be paid, into a virtual account (가상계좌).
 *
 * @example
 * if (isVirtualAccountPayment(payment)) await payments.refund({ payment, refundId, reason, refundAccount });
 */
export function isVirtualAccountPayment<P extends Sdk.Payment.Payment>(
  payment: P,
): payment is P & VirtualAccountPayment {
  return methodOf(payment)?.type === 'PaymentMethodVirtualAccount';
}

/** Korea's time, where the month of a mobile payment ends; it has known no other offset since 1988. */
const KST_MS = 9 * 3_600_000;

/** @throws RefundAccountRequiredError where money cannot go back the way it came and no account was given */
export function requireRefundAccount(payment: Sdk.Payment.Payment, given: boolean, now: Date): void {
  if (given) return;
  const { id, paidAt } = payment as { id: string; paidAt?: string };
  if (isVirtualAccountPayment(payment)) throw new RefundAccountRequiredError(id, 'VIRTUAL_ACCOUNT');
  if (methodOf(payment)?.type !== 'PaymentMethodMobile' || paidAt === undefined) return;
  if (monthOf(new Date(paidAt)) < monthOf(now)) throw new RefundAccountRequiredError(id, 'MOBILE_OF_EARLIER_MONTH');
}

function methodOf(payment: Sdk.Payment.Payment): Sdk.Payment.PaymentMethod | undefined {
  return (payment as { method?: Sdk.Payment.PaymentMethod }).method;
}

/** `2026-07` */
function monthOf(at: Date): string {
  return new Date(at.getTime() + KST_MS).toISOString().slice(0, 7);
}
