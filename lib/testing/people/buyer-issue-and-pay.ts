import type { Input } from '../http/input.js';
import { tenderOf } from '../state/billing-keys/billing-key-payment.js';
import type { BillingKeyRequest } from '../state/billing-keys/billing-keys.js';
import type { Desk } from '../state/desk.js';
import { issueAndPay } from '../state/billing-keys/issue-and-pay.js';
import { readBuyersCard, type SandboxBillingIssueToken } from './buyer-billing-key.js';
import type { SandboxWindowRequest } from './window-options.js';
import { readWindowRequest, WINDOW_FIELDS } from './window-request.js';

/** What the window is opened with, named as in the browser SDK, and the card that the buyer types in. */
export interface SandboxIssueAndPayOptions extends Omit<SandboxWindowRequest, 'payMethod' | 'easyPay'> {
  /** What the key is for; the browser SDK knows `MOBILE` alone. @default 'MOBILE' */
  billingKeyAndPayMethod?: 'MOBILE' | 'CARD';
  /** 4111 1111 1111 1112 is declined: neither key nor payment come about. @default '4111 1111 1111 1111' */
  card?: string;
}

/** What the browser is given. */
export interface SandboxIssuedAndPaid {
  billingKey: string;
  paymentId: string;
  /** The attempt's `transactionId`. */
  txId: string;
}

/** What the browser is given when the merchant's server has to approve. */
export interface SandboxIssueAndPayToken extends SandboxBillingIssueToken {
  paymentId: string;
  txId: 'NEEDS_CONFIRMATION';
}

/** @throws Refusal */
export function issueBillingKeyAndPay(desk: Desk, input: Input): SandboxIssuedAndPaid | SandboxIssueAndPayToken {
  input.only(['paymentId', 'billingKeyAndPayMethod', 'card', 'approval', ...WINDOW_FIELDS]);
  const { billingKeys, billingKeyConfirmations, payments } = desk;
  const paymentId = input.string('paymentId');
  const card = readBuyersCard(input);
  const approval = input.optionalChoice('approval', ['manual', 'automatic']);
  const asked = readWindowRequest(desk, input);
  const request: BillingKeyRequest = {
    method: {
      type: input.optionalChoice('billingKeyAndPayMethod', ['MOBILE', 'CARD']) ?? 'MOBILE',
      phoneNumber: asked.customer.phoneNumber,
    },
    channelKey: asked.channelKey,
    channelGroupId: asked.channelGroupId,
    customer: asked.customer,
    customData: asked.customData,
    noticeUrls: asked.noticeUrls,
    platformType: asked.platformType ?? 'SDK_PC',
  };
  payments.refusePaid(paymentId);
  const issuance = billingKeys.open(request);
  const { billingKey } = issuance;
  const attempt = payments.open(paymentId, { ...asked, billingKey }, tenderOf({ card, request }, asked));
  billingKeys.announce(issuance);
  payments.announce(attempt);
  if (approval === 'manual') {
    const billingIssueToken = billingKeyConfirmations.await(issuance, card, attempt);
    return { billingKey: 'NEEDS_CONFIRMATION', billingIssueToken, paymentId, txId: 'NEEDS_CONFIRMATION' };
  }
  issueAndPay(desk, issuance, card, attempt);
  return { billingKey, paymentId, txId: attempt.payment.transactionId };
}
