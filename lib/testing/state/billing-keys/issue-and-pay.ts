import { Refusal } from '../../http/refusal.js';
import { tenderOf } from './billing-key-payment.js';
import type { BillingKeyIssuance, IssuedInfo } from './billing-keys.js';
import { DECLINE, type SandboxCard } from '../payments/cards.js';
import { fail } from '../payments/charges.js';
import type { Desk } from '../desk.js';
import type { Attempt } from '../payments/payments.js';

/**
 * Issues a new key and pays with it.
 *
 * @throws Refusal where no channel issues, or the payment is declined: both have failed then
 */
export function issueAndPay(desk: Desk, issuance: BillingKeyIssuance, card: SandboxCard, attempt: Attempt): IssuedInfo {
  const { billingKeys, payments } = desk;
  const tender = tenderOf({ card, request: issuance.request }, attempt.request);
  if (tender.declined) {
    payments.charge(attempt, tender);
    billingKeys.fail(issuance);
    throw new Refusal('PG_PROVIDER', DECLINE);
  }
  try {
    const info = billingKeys.issue(issuance, card);
    payments.charge(attempt, tender);
    return info;
  } catch (error) {
    if (error instanceof Refusal && attempt.payment.status === 'READY') fail(desk, attempt, { reason: error.message });
    throw error;
  }
}
