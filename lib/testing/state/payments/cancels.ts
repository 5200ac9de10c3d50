import type { Sdk } from '../../../sdk.types.js';
import { Refusal } from '../../http/refusal.js';
import { cancelAmounts, withCancelled, type CancelAmountsInput, type CancelledAmounts } from './amounts.js';
import type { Attempt, KnownPayment, PaymentIn } from './attempt.js';
import { discountAfter, discountWithout, type DiscountChange } from './cancel-discount.js';
import { millisecondsOf } from '../../time/duration.js';
import type { Desk } from '../desk.js';
import { afterRefund, refuseWithoutRefundAccount } from './refund-account.js';
import { cancelReceiptOf } from '../cash-receipts/payment-receipts.js';
import { tellCancellation } from './payment-webhooks.js';
import { without } from '../without.js';

type RequestedCancellation = Sdk.Payment.RequestedPaymentCancellation;
type KnownCancellation = Extract<Sdk.Payment.PaymentCancellation, { status: string }>;
export type CancellablePayment = PaymentIn<'PAID' | 'PARTIAL_CANCELLED'>;

export interface CancelInput extends CancelAmountsInput {
  readonly reason: string;
  readonly retainDiscount: boolean | undefined;
  readonly hasRefundAccount: boolean;
  readonly skipWebhook: boolean;
  readonly trigger: 'API' | 'CONSOLE';
}

/** What has to be known of a cancel until it is settled. */
export interface RequestedCancel {
  readonly skipWebhook: boolean;
  readonly discount: DiscountChange;
  /** Takes its own settlement off the clock. */
  readonly keep: () => void;
}

/** How long a requested cancel takes, unless the fault says. */
const SETTLES_AFTER_MS = 60_000;

/**
 * Cancels a payment, as a whole or in part. It is `REQUESTED` where the fault `cancel-requested` strikes, and what it
 * asks for cannot be cancelled again unless it fails.
 *
 * @throws Refusal
 */
export function cancel(desk: Desk, paymentId: string, input: CancelInput): KnownCancellation {
  const attempt = desk.payments.find(paymentId);
  const payment = cancellable(attempt.payment);
  const earlier = payment.cancellations ?? [];
  const amounts = cancelAmounts(payment.amount, input, earlier.filter(isRequested), vatOf(earlier));
  refuseWithoutRefundAccount(payment, input.hasRefundAccount, desk.clock.nowMs());
  const discount = discountAfter(desk, attempt, amounts.totalAmount, input.retainDiscount);
  const requested = newCancellation(desk, payment, amounts, input);
  const fault = input.trigger === 'API' && strike(desk, paymentId);
  if (discount) attempt.discount = discount.after;
  if (!fault) return succeed(desk, attempt, requested, { discount, skipWebhook: input.skipWebhook });

  const { settlesAs = 'SUCCEEDED', after } = fault;
  const afterMs = after ? millisecondsOf(after, 'cancel-requested: after') : SETTLES_AFTER_MS;
  const keep = desk.schedule(afterMs, () => void settleCancellation(desk, paymentId, requested.id, settlesAs));
  (attempt.cancels ??= new Map()).set(requested.id, { skipWebhook: input.skipWebhook, discount, keep });
  desk.payments.change(attempt, {
    ...afterRefund(payment, 'PENDING'),
    updatedAt: requested.requestedAt,
    cancellations: [...earlier, requested],
  });
  tellCancellation(desk, 'Transaction.CancelPending', attempt, requested.id);
  return requested;
}

/**
 * What the provider made of a requested cancel. One that failed sends no webhook.
 *
 * @param cancellationId - absent: the one requested first
 * @throws Refusal
 */
export function settleCancellation(
  desk: Desk,
  paymentId: string,
  cancellationId: string | undefined,
  settlesAs: 'SUCCEEDED' | 'FAILED',
): Sdk.Payment.SucceededPaymentCancellation | Sdk.Payment.FailedPaymentCancellation {
  const attempt = desk.payments.find(paymentId);
  const payment = attempt.payment as CancellablePayment;
  const cancellations = payment.cancellations ?? [];
  const found = cancellations.find((one) =>
    cancellationId === undefined ? isRequested(one) : 'id' in one && one.id === cancellationId,
  );
  if (!found) {
    const which = cancellationId === undefined ? 'none that is requested' : `no cancellation ${cancellationId}`;
    throw new Refusal('PAYMENT_CANCELLATION_NOT_FOUND', { message: `Payment ${paymentId} has ${which}.` });
  }
  const cancel = isRequested(found) ? attempt.cancels?.get(found.id) : undefined;
  if (!isRequested(found) || !cancel) {
    throw new Refusal('PAYMENT_CANCELLATION_NOT_PENDING', { message: `It is ${String(found.status)}.` });
  }
  cancel.keep();
  attempt.cancels?.delete(found.id);
  if (settlesAs === 'SUCCEEDED') return succeed(desk, attempt, found, { ...cancel, trigger: 'ASYNC_CANCEL_APPROVED' });

  const failed: Sdk.Payment.FailedPaymentCancellation = { ...found, status: 'FAILED' };
  attempt.discount = discountWithout(attempt, cancel.discount);
  desk.payments.change(attempt, {
    ...afterRefund(payment, payment.status === 'PAID' ? 'FAILED' : 'PARTIAL_REFUND_FAILED'),
    updatedAt: desk.clock.now().toISOString(),
    cancellations: replaced(cancellations, failed),
  });
  return failed;
}

interface Success {
  readonly discount: DiscountChange;
  readonly skipWebhook: boolean;
  readonly trigger?: 'ASYNC_CANCEL_APPROVED';
}

function succeed(
  desk: Desk,
  attempt: Attempt,
  requested: RequestedCancellation,
  success: Success,
): Sdk.Payment.SucceededPaymentCancellation {
  const { discount, skipWebhook, trigger } = success;
  const at = desk.clock.now();
  const now = at.toISOString();
  const payment = attempt.payment as CancellablePayment;
  const { escrow } = payment;
  const cancellation: Sdk.Payment.SucceededPaymentCancellation = {
    ...requested,
    status: 'SUCCEEDED',
    cancelledAt: now,
  };
  const amount = withCancelled(payment.amount, requested);
  const whole = amount.cancelled === amount.total;
  const cancelled: PaymentIn<'CANCELLED' | 'PARTIAL_CANCELLED'> = {
    ...without(afterRefund(payment, 'COMPLETED'), 'disputes'),
    ...(whole && escrow && { escrow: cancelledEscrow(escrow) }),
    status: whole ? 'CANCELLED' : 'PARTIAL_CANCELLED',
    amount,
    cancellations: replaced(payment.cancellations ?? [], cancellation),
    cancelledAt: now,
    updatedAt: now,
    statusChangedAt: now,
  };
  const { id: paymentId, transactionId } = payment;
  const money = requested.totalAmount - (discount?.released ?? 0);
  desk.payments.change(attempt, cancelled);
  desk.payments.events.add(cancelled, -money, cancellation);
  desk.ledger.executions.push({ at, kind: 'CANCEL', paymentId, transactionId, amount: money });
  if (discount) desk.promotions.recover(discount.promotionId, discount.released);
  if (whole) cancelReceiptOf(desk, paymentId);
  const type = whole ? 'Transaction.Cancelled' : 'Transaction.PartialCancelled';
  if (!skipWebhook) tellCancellation(desk, type, attempt, cancellation.id, trigger);
  return cancellation;
}

function newCancellation(
  desk: Desk,
  { transactionId, cancellations = [] }: CancellablePayment,
  amounts: CancelledAmounts,
  { reason, trigger }: CancelInput,
): RequestedCancellation {
  return {
    status: 'REQUESTED',
    id: desk.random.uuid('cancellation', transactionId, cancellations.length),
    pgCancellationId: desk.random.uuid('pg-cancellation', transactionId, cancellations.length),
    ...amounts,
    reason,
    requestedAt: desk.clock.now().toISOString(),
    trigger,
  };
}

function strike(desk: Desk, paymentId: string) {
  return desk.faults.strike(['cancel-requested'], { operation: 'payment.cancelPayment', paymentId });
}

function cancelledEscrow(escrow: Sdk.Payment.PaymentEscrow): Sdk.Payment.PaymentEscrow {
  // One whose goods were never on the way has nothing that a cancelled one shows.
  return 'company' in escrow ? { ...escrow, status: 'CANCELLED' } : escrow;
}

function replaced(
  cancellations: readonly Sdk.Payment.PaymentCancellation[],
  by: KnownCancellation,
): Sdk.Payment.PaymentCancellation[] {
  const index = cancellations.findIndex((one) => 'id' in one && one.id === by.id);
  return index === -1 ? [...cancellations, by] : cancellations.with(index, by);
}

/** What of the VAT was given back, or is to be. */
function vatOf(cancellations: readonly Sdk.Payment.PaymentCancellation[]): number {
  return cancellations
    .filter((one): one is KnownCancellation => one.status !== 'FAILED')
    .reduce((sum, { vatAmount }) => sum + vatAmount, 0);
}

function isRequested(cancellation: Sdk.Payment.PaymentCancellation): cancellation is RequestedCancellation {
  return cancellation.status === 'REQUESTED';
}

function cancellable(payment: KnownPayment): CancellablePayment {
  if (payment.status === 'PAID' || payment.status === 'PARTIAL_CANCELLED') return payment;
  if (payment.status === 'CANCELLED') {
    throw new Refusal('PAYMENT_ALREADY_CANCELLED', { message: `Payment ${payment.id} is cancelled as a whole.` });
  }
  throw new Refusal('PAYMENT_NOT_PAID', { message: `Payment ${payment.id} is ${payment.status}.` });
}
