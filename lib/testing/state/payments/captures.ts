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
  // What was paid and not given back: of the discount counts what the cancels that are done have left of it.
  const requested = [...(attempt.cancels?.values() ?? [])];
  const discount = requested.reduce((sum, one) => sum + (one.discount?.released ?? 0), attempt.discount?.left ?? 0);
  const money = amount.total - amount.cancelled - discount;
  desk.ledger.executions.push({ at: desk.clock.now(), kind: 'CAPTURE', paymentId, transactionId, amount: money });
}
