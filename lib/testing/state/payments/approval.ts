import { Refusal } from '../../http/refusal.js';
import { isTaken, type Attempt, type KnownPayment, type PaymentIn } from './attempt.js';
import { changed, charge, discountOf, fail, pgTxIdOf, readyOf, spendPromotion } from './charges.js';
import type { Desk } from '../desk.js';
import { confirmQuestion, tellPayment } from './payment-webhooks.js';
import type { Tender } from './tender.js';
import { issueVirtualAccount } from './virtual-accounts.js';

/** What becomes of an attempt that the buyer is through with. */
export type Outcome = PaymentIn<'PAID' | 'FAILED' | 'VIRTUAL_ACCOUNT_ISSUED' | 'PAY_PENDING'>;

/**
 * Approves an attempt from the payment window, after the question to the merchant's server where the window was opened
 * with a `confirmUrl`. The time that takes may have seen the id paid by another attempt: then this one fails.
 */
export async function approve(desk: Desk, attempt: Attempt, tender: Tender): Promise<KnownPayment> {
  const { confirmUrl } = attempt.request;
  if (confirmUrl !== undefined) {
    discountOf(desk, attempt.request, attempt.payment.amount.total, tender.method);
    const verdict = await desk.webhooks.ask(confirmQuestion(desk, attempt), confirmUrl);
    if (!desk.payments.holds(attempt)) throw new Refusal('PAYMENT_NOT_FOUND', { message: 'The sandbox was reset.' });
    if (attempt.payment.status !== 'READY') return attempt.payment;
    const { method } = tender;
    if (!verdict.approved) {
      const { errorMessage: reason = 'The merchant refused it, or did not answer.' } = verdict;
      return fail(desk, attempt, { reason }, { method });
    }
    if (isTaken(desk.payments.find(attempt.payment.id).payment)) {
      return fail(desk, attempt, { reason: 'Another attempt took its place.' }, { method });
    }
  }
  return settle(desk, attempt, tender);
}

/** What the provider answers to this means of payment. */
export function settle(desk: Desk, attempt: Attempt, tender: Tender): Outcome {
  if (tender.declined) return charge(desk, attempt, tender);
  if (tender.pending) return hold(desk, attempt, tender);
  return tender.method.type === 'PaymentMethodVirtualAccount'
    ? issueVirtualAccount(desk, attempt, tender.method)
    : charge(desk, attempt, tender);
}

/** The provider will say later. */
function hold(desk: Desk, attempt: Attempt, { method }: Tender): PaymentIn<'PAY_PENDING'> {
  const ready = readyOf(attempt);
  spendPromotion(desk, attempt, method);
  const pending: PaymentIn<'PAY_PENDING'> = {
    ...ready,
    ...changed(desk, attempt),
    status: 'PAY_PENDING',
    amount: attempt.payment.amount,
    method,
    pgTxId: pgTxIdOf(desk, attempt),
  };
  desk.payments.change(attempt, pending);
  tellPayment(desk, 'Transaction.PayPending', attempt, 'ASYNC_PAY_PENDING');
  return pending;
}
