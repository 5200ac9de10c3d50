import { Refusal } from '../http/refusal.js';
import type { BillingKeyIssuance, IssuedInfo } from './billing-keys.js';
import { DECLINE, type SandboxCard } from './cards.js';
import type { Desk } from './desk.js';
import type { Attempt, KnownPayment } from './payments.js';

/**
 * Pays with a new key and issues it.
 *
 * @throws Refusal where the payment is declined, or no channel issues: both have failed then
 */
export function issueAndPay(
  { billingKeys, payments }: Desk,
  issuance: BillingKeyIssuance,
  card: SandboxCard,
  attempt: Attempt,
): { info: IssuedInfo; payment: KnownPayment } {
  const payment = payments.charge(attempt, card);
  if (payment.status === 'FAILED') {
    billingKeys.fail(issuance);
    throw new Refusal('PG_PROVIDER', DECLINE);
  }
  return { info: billingKeys.issue(issuance, card), payment };
}
