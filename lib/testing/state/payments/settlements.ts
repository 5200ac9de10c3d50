import { Refusal } from '../../http/refusal.js';
import { isTaken, type Attempt, type PaymentIn } from './attempt.js';
import { DECLINE } from './cards.js';
import { fail, spendPromotion, succeed } from './charges.js';
import type { Desk } from '../desk.js';
import { tellPayment } from './payment-webhooks.js';
import type { KnownMethod } from './tender.js';

/** The provider's answer to a `PAY_PENDING` payment. */
export function settlePayment(desk: Desk, paymentId: string, as: 'PAID' | 'FAILED'): PaymentIn<'PAID' | 'FAILED'> {
  const attempt = desk.payments.find(paymentId);
  const { status } = attempt.payment;
  if (status !== 'PAY_PENDING') throw mismatch(paymentId, status, 'PAY_PENDING');
  if (as === 'PAID') return succeed(desk, attempt, methodOf(attempt), 'ASYNC_PAY_APPROVED');
  return fail(
    desk,
    attempt,
    { reason: DECLINE.pgMessage, ...DECLINE },
    { trigger: 'ASYNC_PAY_FAILED', declined: true },
  );
}

/**
 * The provider took the money of an attempt that it had called failed.
 *
 * @param transactionId - absent: the latest that failed
 */
export function succeedLate(desk: Desk, paymentId: string, transactionId: string | undefined): PaymentIn<'PAID'> {
  const { attempts, shown } = desk.payments.record(paymentId);
  if (isTaken(shown.payment)) {
    throw new Refusal('ALREADY_PAID', { message: `Payment ${paymentId} is ${shown.payment.status}.` });
  }
  const attempt = attempts.findLast(
    ({ payment }) =>
      payment.status === 'FAILED' && (transactionId === undefined || payment.transactionId === transactionId),
  );
  if (!attempt) throw mismatch(paymentId, shown.payment.status, 'FAILED');
  const method = methodOf(attempt);
  spendPromotion(desk, attempt, method);
  return succeed(desk, attempt, method, 'ASYNC_PAY_APPROVED');
}

/** The buyer, or the bank, calls the payment in question. */
export function openDispute(desk: Desk, paymentId: string, reason: string): PaymentIn<'PAID'> {
  const attempt = desk.payments.find(paymentId);
  const payment = disputable(attempt);
  const createdAt = desk.clock.now().toISOString();
  const pgDisputeId = desk.random.uuid('dispute', payment.transactionId, payment.disputes.length);
  const dispute = { status: 'UNRESOLVED', pgDisputeId, reason, createdAt };
  const disputed = { ...payment, updatedAt: createdAt, disputes: [...payment.disputes, dispute] };
  desk.payments.change(attempt, disputed);
  tellPayment(desk, 'Transaction.DisputeCreated', attempt, 'DISPUTE_CREATED');
  return disputed;
}

/** Ends the dispute opened first of those that are unresolved. */
export function resolveDispute(desk: Desk, paymentId: string): PaymentIn<'PAID'> {
  const attempt = desk.payments.find(paymentId);
  const payment = disputable(attempt);
  const index = payment.disputes.findIndex(({ status }) => status === 'UNRESOLVED');
  const dispute = payment.disputes[index];
  if (!dispute) throw new Refusal('INVALID_REQUEST', { message: `Payment ${paymentId} has no unresolved dispute.` });
  const resolvedAt = desk.clock.now().toISOString();
  const disputes = payment.disputes.with(index, { ...dispute, status: 'RESOLVED', resolvedAt });
  const resolved = { ...payment, updatedAt: resolvedAt, disputes };
  desk.payments.change(attempt, resolved);
  tellPayment(desk, 'Transaction.DisputeResolved', attempt, 'DISPUTE_RESOLVED');
  return resolved;
}

/** PortOne shows disputes of payments that are `PAID` alone. */
function disputable({ payment }: Attempt): PaymentIn<'PAID'> {
  if (payment.status === 'PAID') return payment;
  throw new Refusal('PAYMENT_NOT_PAID', { message: `Payment ${payment.id} is ${payment.status}.` });
}

function methodOf({ payment }: Attempt): KnownMethod {
  return (payment.method as KnownMethod | undefined) ?? { type: 'PaymentMethodCard' };
}

function mismatch(paymentId: string, status: string, expected: string): Refusal {
  return new Refusal('INVALID_REQUEST', { message: `Payment ${paymentId} is ${status}, and must be ${expected}.` });
}
