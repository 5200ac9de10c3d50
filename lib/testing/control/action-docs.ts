import type { ActionName } from '../people/actions.js';
import { CONSOLE_DOCS } from './action-docs-console.js';
import { IDENTITY_DOCS } from './action-docs-identity.js';
import { KEY_DOCS } from './action-docs-key.js';
import { PAYMENT_DOCS } from './action-docs-payment.js';
import { PROVIDER_DOCS } from './action-docs-provider.js';
import type { Schema } from './endpoint.js';

export interface ActionDoc {
  readonly summary: string;
  readonly description?: string;
  readonly fields: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
}

/** What each action is and takes. */
export const ACTION_DOCS: Readonly<Record<ActionName, ActionDoc>> = {
  ...PAYMENT_DOCS,
  ...KEY_DOCS,
  ...IDENTITY_DOCS,
  ...CONSOLE_DOCS,
  ...PROVIDER_DOCS,
};
