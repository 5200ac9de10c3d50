import { Input } from '../http/input.js';
import { Refusal } from '../http/refusal.js';
import type { Desk } from '../state/desk.js';
import {
  deleteBillingKey,
  failBillingKey,
  issueBillingKey,
  openBillingKey,
  updateBillingKey,
} from './buyer-billing-key.js';
import {
  approveInApp,
  enterCode,
  failIdentityVerification,
  readCode,
  requestIdentityVerification,
} from './buyer-identity.js';
import { issueBillingKeyAndPay } from './buyer-issue-and-pay.js';
import { closeWindow, deposit, failPayment, open, pay } from './buyer-payment.js';
import { cancel } from './console-payment.js';
import { resendWebhook } from './console-webhook.js';
import * as provider from './provider-payment.js';
import { changePromotion, createPromotion } from './console-promotion.js';

/**
 * What a person or the payment provider does. It gets the options of the method of the same name as fields, the id
 * among them, and may throw a Refusal; `INVALID_REQUEST` names the field.
 */
export type Action = (desk: Desk, input: Input) => unknown;

/** Every action, by its name over HTTP, `POST /_sandbox/<name>`. */
export const ACTIONS = {
  'buyer/open': open,
  'buyer/pay': pay,
  'buyer/deposit': deposit,
  'buyer/fail': failPayment,
  'buyer/close-window': closeWindow,
  'buyer/open-billing-key': openBillingKey,
  'buyer/issue-billing-key': issueBillingKey,
  'buyer/issue-billing-key-and-pay': issueBillingKeyAndPay,
  'buyer/fail-billing-key': failBillingKey,
  'buyer/update-billing-key': updateBillingKey,
  'buyer/delete-billing-key': deleteBillingKey,
  'buyer/request-identity-verification': requestIdentityVerification,
  'buyer/read-code': readCode,
  'buyer/enter-code': enterCode,
  'buyer/approve-in-app': approveInApp,
  'buyer/fail-identity-verification': failIdentityVerification,
  'console/create-promotion': createPromotion,
  'console/change-promotion': changePromotion,
  'console/cancel': cancel,
  'console/resend-webhook': resendWebhook,
  'provider/settle-cancellation': provider.settleCancellation,
  'provider/settle-payment': provider.settlePayment,
  'provider/succeed-late': provider.succeedLate,
  'provider/open-dispute': provider.openDispute,
  'provider/resolve-dispute': provider.resolveDispute,
  'provider/settle-escrow': provider.settleEscrow,
} as const satisfies Record<string, Action>;

export type ActionName = keyof typeof ACTIONS;

/**
 * Does it for a caller in this process.
 *
 * @throws TypeError for options that do not fit; an Error with PortOne's `data.type` for what PortOne would refuse
 */
export async function act<N extends ActionName>(
  desk: Desk,
  name: N,
  options: object,
): Promise<Awaited<ReturnType<(typeof ACTIONS)[N]>>> {
  try {
    const action: Action = ACTIONS[name];
    return (await action(desk, new Input({ ...options }))) as Awaited<ReturnType<(typeof ACTIONS)[N]>>;
  } catch (error) {
    if (!(error instanceof Refusal) || error.data.type !== 'INVALID_REQUEST') throw error;
    throw new TypeError(`${name.replace('/', '.')}: ${error.message}`, { cause: error });
  }
}
