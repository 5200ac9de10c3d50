import { ACCESS_ERRORS } from './access.js';
import { BILLING_KEYS } from './billing-keys.js';
import { CANCELS } from './cancels.js';
import { ESCROW } from './escrow.js';
import { IDENTITY_VERIFICATIONS } from './identity-verifications.js';
import { PAPERS } from './papers.js';
import { PAYMENTS } from './payments.js';
import type { OperationErrors, Provoke } from './rows.js';
import { SCHEDULES } from './schedules.js';

/** Every operation of the sandbox, and how each of its errors comes about. */
export const ERRORS: Readonly<Record<string, OperationErrors>> = {
  ...PAYMENTS,
  ...CANCELS,
  ...ESCROW,
  ...BILLING_KEYS,
  ...SCHEDULES,
  ...PAPERS,
  ...IDENTITY_VERIFICATIONS,
  ...ACCESS_ERRORS,
};

export interface ErrorRow extends Omit<OperationErrors, 'rows'> {
  readonly operation: string;
  readonly type: string;
  readonly provoke: Provoke;
}

export const ERROR_ROWS: readonly ErrorRow[] = Object.entries(ERRORS).flatMap(([operation, { rows, ...one }]) =>
  Object.entries(rows).map(([type, provoke]) => ({ operation, type, provoke, ...one })),
);
