import { Refusal } from '../../http/refusal.js';
import { tenderOf } from './billing-key-payment.js';
import type { BillingKeyIssuance, IssuedInfo } from './billing-keys.js';
import { DECLINE, type SandboxCard } from '../payments/cards.js';
import { discountOf, fail } from '../payments/charges.js';
import type { Desk } from '../desk.js';
import type { Attempt } from '../payments/payments.js';
import type { Tender } from '../payments/tender.js';

/**
 * Issues a new key and pays with it.
 *
 * @throws Refusal where no channel issues, or the payment is declined or its promotion over: both have failed then
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
    refuseDiscount(desk, issuance, attempt, tender);
    const info = billingKeys.issue(issuance, card);
    payments.charge(attempt, tender);
    return info;
  } catch (error) {
    if (error instanceof Refusal && attempt.payment.status === 'READY') fail(desk, attempt, { reason: error.message });
    throw error;
  }
}

/** Before there is a key: the promotion may have ended since the window was opened. */
function refuseDiscount(
  desk: Desk,
  issuance: BillingKeyIssuance,
  { payment, request }: Attempt,
  { method }: Tender,
): void {
  try {
    discountOf(desk, request, payment.amount.total, method);
  } catch (error) {
    desk.billingKeys.fail(issuance);
    throw error;
  }
}
