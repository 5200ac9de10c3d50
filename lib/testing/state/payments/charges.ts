import type { Sdk } from '../../../sdk.types.js';
import type { Attempt, PaymentIn } from './attempt.js';
import { DECLINE } from './cards.js';
import type { Desk } from '../desk.js';
import { issueReceiptOf } from '../cash-receipts/payment-receipts.js';
import { tellPayment } from './payment-webhooks.js';
import { without } from '../without.js';
import { approved, kindOf, type KnownMethod, type Tender } from './tender.js';

interface FailureContext {
  readonly method?: KnownMethod;
  readonly trigger?: 'ASYNC_PAY_FAILED';
  /** The provider was asked for the money and refused. */
  readonly declined?: boolean;
}

/** Takes the money. Declined, the attempt is `FAILED`, and the payment id free for another. */
export function charge(desk: Desk, attempt: Attempt, tender: Tender): PaymentIn<'PAID' | 'FAILED'> {
  const { method, declined } = tender;
  readyOf(attempt);
  if (declined) {
    return fail(desk, attempt, { reason: DECLINE.pgMessage, ...DECLINE }, { method, declined: true });
  }
  spendPromotion(desk, attempt, method);
  return succeed(desk, attempt, method);
}

/** The money is there: of a card at once, of a deposit, of a pending or a failed attempt after all. */
export function succeed(
  desk: Desk,
  attempt: Attempt,
  method: KnownMethod,
  trigger?: 'VIRTUAL_ACCOUNT_DEPOSIT' | 'ASYNC_PAY_APPROVED',
): PaymentIn<'PAID'> {
  const at = desk.clock.now();
  const { id: paymentId, transactionId, amount } = attempt.payment;
  const paid: PaymentIn<'PAID'> = {
    ...without(attempt.payment, 'failure', 'failedAt'),
    ...changed(desk, attempt),
    status: 'PAID',
    method: approved(method, desk.random.digits(8, 'approval', transactionId)),
    amount: { ...amount, paid: amount.total - amount.discount },
    paidAt: at.toISOString(),
    pgTxId: pgTxIdOf(desk, attempt),
    disputes: [],
  };
  desk.payments.change(attempt, paid);
  desk.payments.events.add(paid, paid.amount.paid);
  desk.ledger.executions.push({ at, kind: 'CHARGE', paymentId, transactionId, amount: paid.amount.paid });
  issueReceiptOf(desk, attempt);
  tellPayment(desk, 'Transaction.Paid', attempt, trigger);
  return paid;
}

/** Ends an attempt without money. */
export function fail(
  desk: Desk,
  attempt: Attempt,
  failure: Sdk.Payment.PaymentFailure,
  { method, trigger, declined = false }: FailureContext = {},
): PaymentIn<'FAILED'> {
  const at = desk.clock.now();
  const { id: paymentId, transactionId } = attempt.payment;
  const { discount: promised, ...amount } = attempt.payment.amount;
  recoverPromotion(desk, attempt);
  const failed: PaymentIn<'FAILED'> = {
    ...without(attempt.payment, 'pgTxId'),
    ...changed(desk, attempt),
    status: 'FAILED',
    amount: { ...amount, discount: 0 },
    ...(method && { method }),
    failedAt: at.toISOString(),
    failure,
  };
  desk.payments.change(attempt, failed);
  if (declined) {
    const sum = amount.total - promised;
    desk.ledger.executions.push({ at, kind: 'DECLINE', paymentId, transactionId, amount: sum });
  }
  tellPayment(desk, 'Transaction.Failed', attempt, trigger);
  return failed;
}

/** @throws Refusal where the promotion does not allow this means of payment; nothing is done yet */
export function discountOf(desk: Desk, request: Attempt['request'], total: number, method: KnownMethod): number {
  const { promotionId, currency, cardCompany } = request;
  if (promotionId === undefined) return 0;
  return desk.promotions.discountFor(promotionId, {
    total,
    currency,
    method: kindOf(method) ?? '',
    ...(cardCompany !== undefined && { cardCompany }),
  });
}

/** Lowers what is to be paid by what the attempt's promotion gives, and takes that from the promotion. */
export function spendPromotion(desk: Desk, attempt: Attempt, method: KnownMethod): void {
  const { payment, request } = attempt;
  const discount = discountOf(desk, request, payment.amount.total, method);
  if (request.promotionId === undefined) return;
  desk.promotions.spend(request.promotionId, discount);
  attempt.discount = { left: discount };
  attempt.payment = { ...payment, amount: { ...payment.amount, discount } };
}

function recoverPromotion(desk: Desk, attempt: Attempt): void {
  const { discount, request } = attempt;
  if (discount === undefined || request.promotionId === undefined) return;
  desk.promotions.recover(request.promotionId, discount.left);
  delete attempt.discount;
}

/** What every change of state has in common; whatever the attempt waited for is over. */
export function changed(desk: Desk, attempt: Attempt) {
  attempt.keepAccount?.();
  delete attempt.keepAccount;
  delete attempt.awaitingApproval;
  delete attempt.window;
  const now = desk.clock.now().toISOString();
  return { channel: attempt.payment.channel ?? desk.channel(), updatedAt: now, statusChangedAt: now };
}

export function readyOf({ payment }: Attempt): PaymentIn<'READY'> {
  if (payment.status === 'READY') return payment;
  throw new Error(`Attempt ${payment.transactionId} is ${payment.status} already.`);
}

export function pgTxIdOf(desk: Desk, { payment }: Attempt): string {
  return desk.random.uuid('pg', payment.transactionId);
}
