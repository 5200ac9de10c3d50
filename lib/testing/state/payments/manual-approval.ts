import { Refusal } from '../../http/refusal.js';
import type { Attempt } from './attempt.js';
import type { Desk } from '../desk.js';
import type { Tender } from './tender.js';

/** What the merchant's server takes the payment to be; what is absent is not compared. */
export interface ExpectedPayment {
  readonly txId: string | undefined;
  readonly currency: string | undefined;
  readonly totalAmount: number | undefined;
  readonly taxFreeAmount: number | undefined;
  readonly isTest: boolean | undefined;
}

/** @throws Refusal unless the token's attempt waits for approval and is what the server expects */
export function findApproval(
  desk: Desk,
  paymentId: string,
  paymentToken: string,
  expected: ExpectedPayment,
): { attempt: Attempt; tender: Tender } {
  const attempt = desk.payments.find(paymentId);
  desk.payments.refusePaid(paymentId);
  const { payment, awaitingApproval } = attempt;
  if (awaitingApproval?.token !== paymentToken) {
    throw new Refusal('INVALID_PAYMENT_TOKEN', { message: `It is not the token of payment ${paymentId}.` });
  }
  const actual: Required<ExpectedPayment> = {
    txId: payment.transactionId,
    currency: payment.currency,
    totalAmount: payment.amount.total,
    taxFreeAmount: payment.amount.taxFree,
    isTest: payment.channel?.type === 'TEST',
  };
  for (const field of Object.keys(actual) as (keyof ExpectedPayment)[]) {
    if (expected[field] !== undefined && expected[field] !== actual[field]) {
      throw new Refusal('INFORMATION_MISMATCH', {
        message: `${field} of payment ${paymentId} is ${String(actual[field])}.`,
      });
    }
  }
  return { attempt, tender: awaitingApproval.tender };
}
