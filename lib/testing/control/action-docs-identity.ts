import type { ActionDoc } from './action-docs.js';
import { WINDOW } from './action-docs-payment.js';
import { BOOLEAN, described, listOf, TEXT } from './schemas.js';

const ID = { identityVerificationId: TEXT };
const REQUIRED = ['identityVerificationId'];
/** Who it turns out to be. */
const PERSON = {
  name: TEXT,
  birthDate: { ...TEXT, format: 'date' },
  gender: { enum: ['MALE', 'FEMALE'] },
  isForeigner: BOOLEAN,
  phoneNumber: described({ ...TEXT, pattern: '^[0-9]+$' }, 'Digits alone.'),
  operator: { enum: ['SKT', 'KT', 'LGU', 'SKT_MVNO', 'KT_MVNO', 'LGU_MVNO'] },
  withheld: described(
    listOf({ enum: ['operator', 'phoneNumber', 'birthDate', 'gender', 'isForeigner', 'ci', 'di'] }),
    'What the provider does not tell.',
  ),
};

export const IDENTITY_DOCS = {
  'buyer/request-identity-verification': {
    summary: 'Open the window for an identity verification',
    fields: { ...ID, channelKey: TEXT, customer: WINDOW.customer, customData: TEXT },
    required: REQUIRED,
  },
  'buyer/read-code': { summary: 'Read the code in the SMS', fields: ID, required: REQUIRED },
  'buyer/enter-code': {
    summary: 'Type the code into the window',
    fields: { ...ID, code: described(TEXT, 'Absent: the right one.'), ...PERSON },
    required: REQUIRED,
  },
  'buyer/approve-in-app': { summary: 'Approve in the app', fields: { ...ID, ...PERSON }, required: REQUIRED },
  'buyer/fail-identity-verification': {
    summary: 'Leave without proving it',
    fields: { ...ID, reason: TEXT, pgCode: TEXT, pgMessage: TEXT },
    required: REQUIRED,
  },
} satisfies Record<string, ActionDoc>;
