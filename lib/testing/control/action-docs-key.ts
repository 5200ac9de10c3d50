import type { ActionDoc } from './action-docs.js';
import { APPROVAL, CARD, PAYMENT_ID, WINDOW } from './action-docs-payment.js';
import { described, TEXT } from './schemas.js';

const METHOD = { enum: ['CARD', 'EASY_PAY', 'MOBILE', 'PAYPAL'], default: 'CARD' };
const { channelKey, channelGroupId, customer, noticeUrls, platformType, easyPay } = WINDOW;
/** What the window for a billing key is opened with. */
const KEY_WINDOW = {
  ...{ channelKey, channelGroupId, customer, customData: TEXT, noticeUrls, platformType, easyPay },
  ...{ billingKeyMethod: METHOD, issueId: TEXT, issueName: TEXT },
};
const OPENED = described(TEXT, 'Of a window that is open; nothing else of the window may be given then.');
const BILLING_KEY = { billingKey: TEXT };

export const KEY_DOCS = {
  'buyer/open-billing-key': {
    summary: 'Open the window for a billing key',
    description: 'Answers the number that the key will have. Webhook `BillingKey.Ready`.',
    fields: KEY_WINDOW,
    required: [],
  },
  'buyer/issue-billing-key': {
    summary: 'Register a card for a billing key',
    description:
      'A declined card is issued a key too, and each payment with it is declined. With `approval: "manual"` the key reads `NEEDS_CONFIRMATION`, beside a `billingIssueToken`.',
    fields: { ...KEY_WINDOW, billingKey: OPENED, card: CARD, approval: APPROVAL },
    required: [],
  },
  'buyer/fail-billing-key': {
    summary: 'Leave that window without a key',
    fields: { ...KEY_WINDOW, billingKey: OPENED },
    required: [],
  },
  'buyer/issue-billing-key-and-pay': {
    summary: 'Register, and pay for the first time, in one',
    fields: {
      ...PAYMENT_ID,
      ...WINDOW,
      billingKeyAndPayMethod: { enum: ['MOBILE'], default: 'MOBILE' },
      card: CARD,
      approval: APPROVAL,
    },
    required: ['paymentId'],
  },
  'buyer/update-billing-key': {
    summary: 'Change the card behind a key, in the provider’s own app',
    fields: { ...BILLING_KEY, card: CARD },
    required: ['billingKey'],
  },
  'buyer/delete-billing-key': {
    summary: 'Delete a key, in the provider’s own app',
    fields: BILLING_KEY,
    required: ['billingKey'],
  },
} satisfies Record<string, ActionDoc>;
