import { AUTH_ROUTES } from './auth.routes.js';
import { BILLING_KEY_ROUTES } from './billing-key.routes.js';
import { CASH_RECEIPT_ROUTES } from './cash-receipt.routes.js';
import { IDENTITY_VERIFICATION_ROUTES } from './identity-verification.routes.js';
import { ESCROW_ROUTES } from './escrow.routes.js';
import { PAYMENT_APPROVAL_ROUTES } from './payment-approval.routes.js';
import { PAYMENT_CANCEL_ROUTES } from './payment-cancel.routes.js';
import { PAYMENT_ROUTES } from './payment.routes.js';
import { PG_SPECIFIC_ROUTES } from './pg-specific.routes.js';
import { PROMOTION_ROUTES } from './promotion.routes.js';
import type { Route } from './route.js';
import { SCHEDULE_ROUTES } from './schedule.routes.js';

/** Every operation that the sandbox has. */
export const ROUTES: readonly Route[] = [
  ...AUTH_ROUTES,
  ...PAYMENT_ROUTES,
  ...PAYMENT_APPROVAL_ROUTES,
  ...PAYMENT_CANCEL_ROUTES,
  ...ESCROW_ROUTES,
  ...BILLING_KEY_ROUTES,
  ...SCHEDULE_ROUTES,
  ...CASH_RECEIPT_ROUTES,
  ...PROMOTION_ROUTES,
  ...IDENTITY_VERIFICATION_ROUTES,
  ...PG_SPECIFIC_ROUTES,
];
