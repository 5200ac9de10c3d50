import type { ActionDoc } from './action-docs.js';
import { BOOLEAN, COUNT, described, listOf, object, PORTONE, STRING, TEXT } from './schemas.js';

const AMOUNT = { type: 'integer', minimum: 1 };
const BROWSER = (what: string) => described(PORTONE, `As in the browser SDK: ${what}`);

export const CARD = described(
  { ...TEXT, default: '4111 1111 1111 1111' },
  '4111 1111 1111 1112 is declined; any other number that passes Luhn’s check succeeds.',
);
export const APPROVAL = described(
  { enum: ['automatic', 'manual'], default: 'automatic' },
  '`manual`: the answer is a token, with which the merchant’s server approves.',
);
const PLATFORM = { enum: ['SDK_PC', 'SDK_MOBILE'], default: 'SDK_PC' };

/** What a payment window is opened with. */
export const WINDOW = {
  orderName: { ...TEXT, default: 'Sandbox order' },
  totalAmount: described(AMOUNT, 'In the currency’s minor unit. Absent: what was pre-registered, else 1000.'),
  taxFreeAmount: COUNT,
  vatAmount: COUNT,
  currency: described(TEXT, 'Absent: what was pre-registered, else `KRW`.'),
  payMethod: {
    enum: [
      ...['CARD', 'VIRTUAL_ACCOUNT', 'TRANSFER', 'MOBILE', 'GIFT_CERTIFICATE', 'EASY_PAY', 'PAYPAL', 'ALIPAY'],
      ...['ALIPAY_PLUS', 'CONVENIENCE_STORE', 'CRYPTO'],
    ],
    default: 'CARD',
  },
  channelKey: TEXT,
  channelGroupId: TEXT,
  customer: BROWSER('`customerId`, `fullName`, `phoneNumber` …'),
  customData: described({ type: ['string', 'object'] }, 'An object is kept as its JSON.'),
  noticeUrls: described(listOf({ ...TEXT, format: 'uri' }), 'Webhooks go there instead.'),
  confirmUrl: described({ ...TEXT, format: 'uri' }, 'Asked right before the approval.'),
  products: listOf(PORTONE),
  isEscrow: BOOLEAN,
  isCulturalExpense: BOOLEAN,
  country: TEXT,
  promotionId: TEXT,
  virtualAccount: BROWSER('`bankCode`, `accountExpiry` …'),
  transfer: BROWSER('`bankCode` …'),
  mobile: BROWSER('`carrier`.'),
  giftCertificate: BROWSER('`giftCertificateType`.'),
  easyPay: BROWSER('`easyPayProvider` …'),
  convenienceStore: BROWSER('`paymentDeadline`.'),
  platformType: PLATFORM,
};
export const PAYMENT_ID = { paymentId: TEXT };
const OPENED = {
  ...PAYMENT_ID,
  txId: described(TEXT, 'Of the window that is meant, where several are open. Absent: the one opened last.'),
};

export const PAYMENT_DOCS = {
  'buyer/open': {
    summary: 'Open the payment window',
    description: 'The payment is `READY`, and answered as `getPayment` shows it. Webhook `Transaction.Ready`.',
    fields: { ...PAYMENT_ID, ...WINDOW, card: BROWSER('`cardCompany`, `installment` …') },
    required: ['paymentId'],
  },
  'buyer/pay': {
    summary: 'Pay in the window',
    description:
      'Goes on with the window that is open, for which nothing else may be asked than it was opened with, or opens one. Answers the payment; with `approval: "manual"` a `paymentToken` and the `txId`.',
    fields: {
      ...OPENED,
      ...WINDOW,
      card: CARD,
      installmentMonth: COUNT,
      easyPayMethod: described({ enum: ['CARD', 'CHARGE', 'TRANSFER'], default: 'CARD' }, 'Behind an easy payment.'),
      phoneNumber: described(TEXT, 'Whose phone bill a mobile payment is put on.'),
      pending: described({ ...BOOLEAN, default: false }, 'The provider answers later: `PAY_PENDING` until then.'),
      approval: APPROVAL,
    },
    required: ['paymentId'],
  },
  'buyer/deposit': {
    summary: 'Send the money to a virtual account',
    fields: { ...PAYMENT_ID, amount: AMOUNT, remitterName: TEXT },
    required: ['paymentId'],
  },
  'buyer/fail': {
    summary: 'Have the provider refuse',
    fields: { ...OPENED, ...WINDOW, pgCode: TEXT, pgMessage: TEXT, reason: TEXT },
    required: ['paymentId'],
  },
  'buyer/close-window': {
    summary: 'Close the window without paying',
    fields: { ...OPENED, ...WINDOW },
    required: ['paymentId'],
  },
} satisfies Record<string, ActionDoc>;

export const REFUND_ACCOUNT = object({ bank: STRING, number: STRING, holderName: STRING, holderPhoneNumber: STRING }, [
  'bank',
  'number',
  'holderName',
]);
