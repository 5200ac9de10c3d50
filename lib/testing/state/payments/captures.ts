import { Refusal } from '../../http/refusal.js';
import type { Desk } from '../desk.js';
import { paidOf } from './escrow.js';

/**
 * Manual capture (수동 매입), once per payment.
 *
 * @throws Refusal
 */
export function captureMoney(desk: Desk, paymentId: string): void {
  const attempt = desk.payments.find(paymentId);
  const { transactionId, amount } = paidOf(attempt);
  if (attempt.captured) {
    throw new Refusal('PG_PROVIDER', { pgCode: 'ALREADY_CAPTURED', pgMessage: '이미 매입된 결제입니다.' });
  }
  attempt.captured = true;
  const sum = amount.paid - amount.cancelled;
  desk.ledger.executions.push({ at: desk.clock.now(), kind: 'CAPTURE', paymentId, transactionId, amount: sum });
}
