import type { ActionDoc } from './action-docs.js';
import { PAYMENT_ID, REFUND_ACCOUNT } from './action-docs-payment.js';
import { BOOLEAN, COUNT, described, INSTANT, listOf, object, TEXT } from './schemas.js';

const AMOUNT = { type: 'integer', minimum: 1 };

export const CONSOLE_DOCS = {
  'console/cancel': {
    summary: 'Cancel a payment',
    fields: {
      ...PAYMENT_ID,
      amount: described(AMOUNT, 'Absent: all that is left.'),
      taxFreeAmount: COUNT,
      vatAmount: COUNT,
      reason: TEXT,
      currentCancellableAmount: COUNT,
      promotionDiscountRetainOption: { enum: ['RETAIN', 'RELEASE'] },
      refundAccount: described(REFUND_ACCOUNT, 'Needed for virtual accounts.'),
      refundEmail: TEXT,
    },
    required: ['paymentId'],
  },
  'console/resend-webhook': {
    summary: 'Send a webhook again',
    fields: { ...PAYMENT_ID, webhookId: described(TEXT, 'Absent: the latest.') },
    required: ['paymentId'],
  },
  'console/create-promotion': {
    summary: 'Create a promotion',
    fields: {
      cardCompany: TEXT,
      totalBudget: AMOUNT,
      name: TEXT,
      partitions: listOf(object({ amountFrom: COUNT, amount: AMOUNT, percent: { ...AMOUNT, maximum: 100 } })),
      maxDiscountAmount: AMOUNT,
      currency: { ...TEXT, default: 'KRW' },
      startAt: INSTANT,
      endAt: INSTANT,
      recover: { ...BOOLEAN, default: true },
    },
    required: ['cardCompany', 'totalBudget'],
  },
  'console/change-promotion': {
    summary: 'Pause a promotion, let it go on, or end it',
    fields: { promotionId: TEXT, status: { enum: ['PAUSED', 'IN_PROGRESS', 'TERMINATED'] } },
    required: ['promotionId', 'status'],
  },
} satisfies Record<string, ActionDoc>;
