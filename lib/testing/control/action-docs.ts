import type { Schema } from './endpoint.js';
import { described, TEXT, COUNT } from './schemas.js';

export interface ActionDoc {
  readonly summary: string;
  readonly description?: string;
  readonly fields: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
}

/** What each action is and takes. */
export const ACTION_DOCS: Readonly<Record<string, ActionDoc>> = {
  'buyer/pay': {
    summary: 'Pay in the payment window',
    fields: { paymentId: TEXT, card: described(TEXT, '4111 1111 1111 1112 is declined.'), totalAmount: COUNT },
    required: ['paymentId'],
  },
};
