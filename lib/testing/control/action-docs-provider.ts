import type { ActionDoc } from './action-docs.js';
import { PAYMENT_ID } from './action-docs-payment.js';
import { described, TEXT } from './schemas.js';

const REQUIRED = ['paymentId'];

export const PROVIDER_DOCS = {
  'provider/settle-cancellation': {
    summary: 'Settle a cancellation that is `REQUESTED`',
    fields: {
      ...PAYMENT_ID,
      cancellationId: described(TEXT, 'Absent: the only one.'),
      as: { enum: ['SUCCEEDED', 'FAILED'], default: 'SUCCEEDED' },
    },
    required: REQUIRED,
  },
  'provider/settle-payment': {
    summary: 'Settle a payment that is `PAY_PENDING`',
    fields: { ...PAYMENT_ID, as: { enum: ['PAID', 'FAILED'], default: 'PAID' } },
    required: REQUIRED,
  },
  'provider/succeed-late': {
    summary: 'Have a failed attempt succeed after all',
    fields: { ...PAYMENT_ID, transactionId: described(TEXT, 'Absent: the latest.') },
    required: REQUIRED,
  },
  'provider/open-dispute': {
    summary: 'Open a dispute',
    fields: { ...PAYMENT_ID, reason: TEXT },
    required: REQUIRED,
  },
  'provider/resolve-dispute': { summary: 'Resolve the dispute', fields: PAYMENT_ID, required: REQUIRED },
  'provider/settle-escrow': {
    summary: 'Move an escrow on',
    fields: { ...PAYMENT_ID, as: { enum: ['DELIVERED', 'CONFIRMED', 'REJECTED', 'REJECT_CONFIRMED'] } },
    required: [...REQUIRED, 'as'],
  },
} satisfies Record<string, ActionDoc>;
