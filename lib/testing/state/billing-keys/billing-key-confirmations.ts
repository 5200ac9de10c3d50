import { Refusal } from '../../http/refusal.js';
import { isTaken } from '../payments/attempt.js';
import type { BillingKeyIssuance, IssuedInfo } from './billing-keys.js';
import type { SandboxCard } from '../payments/cards.js';
import type { Desk } from '../desk.js';
import { issueAndPay } from './issue-and-pay.js';
import type { Attempt } from '../payments/payments.js';

interface Awaited {
  readonly issuance: BillingKeyIssuance;
  readonly card: SandboxCard;
  /** Of an issue-and-pay: its first payment. */
  readonly attempt: Attempt | undefined;
  readonly issued?: true;
}

/** What the merchant's server takes the buyer's part to have been; what is absent is not compared. */
type Expected = Readonly<Record<string, string | number | boolean | undefined>>;

/** Billing keys whose buyer is done, and which the merchant's server has yet to approve. */
export class BillingKeyConfirmations {
  readonly #awaited = new Map<string, Awaited>();

  constructor(private readonly desk: Desk) {}

  clear(): void {
    this.#awaited.clear();
  }

  /** @returns the `billingIssueToken` */
  await(issuance: BillingKeyIssuance, card: SandboxCard, attempt?: Attempt): string {
    const token = `billing-issue-token-${this.desk.random.uuid('billing-issue-token', issuance.billingKey)}`;
    this.#awaited.set(token, { issuance, card, attempt });
    return token;
  }

  /** @throws Refusal for a token that is unknown, used or of an issue-and-pay, and where the provider refuses */
  confirm(token: string, expected: Expected): IssuedInfo {
    const awaited = this.#find(token);
    const { issuance, card, attempt } = awaited;
    if (attempt) refuseToken('is that of an issue-and-pay: use confirmBillingKeyIssueAndPay');
    refuseOther(expected, { isTest: isTest(issuance) });
    const info = this.desk.billingKeys.issue(issuance, card);
    this.#awaited.set(token, { ...awaited, issued: true });
    return info;
  }

  /** @throws Refusal as above, and where the provider declines the payment: neither is done then */
  confirmAndPay(token: string, expected: Expected): { billingKey: string; paymentId: string } {
    const awaited = this.#find(token);
    const { issuance, card, attempt } = awaited;
    if (!attempt) return refuseToken('is not that of an issue-and-pay: use confirmBillingKey');
    const { id: paymentId, currency, amount, status } = attempt.payment;
    refuseOther(expected, {
      paymentId,
      currency,
      totalAmount: amount.total,
      taxFreeAmount: amount.taxFree,
      isTest: isTest(issuance),
    });
    // PortOne documents no ALREADY_PAID here.
    const { payment: shown } = this.desk.payments.find(paymentId);
    if (status !== 'READY' || isTaken(shown)) {
      throw new Refusal('INFORMATION_MISMATCH', { message: `Payment ${paymentId} is ${shown.status}.` });
    }
    const info = issueAndPay(this.desk, issuance, card, attempt);
    this.#awaited.set(token, { ...awaited, issued: true });
    return { billingKey: info.billingKey, paymentId };
  }

  #find(token: string): Awaited {
    const awaited = this.#awaited.get(token);
    if (!awaited) throw new Refusal('BILLING_KEY_NOT_FOUND', { message: 'No billing key waits for this token.' });
    if (!awaited.issued) return { ...awaited, issuance: this.desk.billingKeys.findOpen(awaited.issuance.billingKey) };
    throw new Refusal('BILLING_KEY_ALREADY_ISSUED', { message: 'The billing key of this token was issued before.' });
  }
}

function isTest({ channels }: BillingKeyIssuance): boolean {
  return channels.every(({ type }) => type === 'TEST');
}

function refuseToken(why: string): never {
  throw new Refusal('INVALID_REQUEST', { message: `billingIssueToken ${why}.` });
}

function refuseOther(expected: Expected, actual: Expected): void {
  for (const [field, value] of Object.entries(actual)) {
    if (expected[field] !== undefined && expected[field] !== value) {
      throw new Refusal('INFORMATION_MISMATCH', { message: `${field} is ${value}.` });
    }
  }
}
