import { ERROR_STATUS, isKnownErrorType } from './error-status.js';
import { BillingKeyNotConfirmedError } from './billing-key-not-confirmed.error.js';
import { IdentityNotVerifiedError } from './identity-not-verified.error.js';
import { isPortOneApiError } from './is-portone-api-error.js';
import { PaymentUndecidedError } from './payment-undecided.error.js';
import { DuplicateChargeError } from './duplicate-charge.error.js';
import { PaymentLockError } from './payment-lock.error.js';
import { PaymentVerificationError } from './payment-verification.error.js';
import { PortOneAbortError, PortOneConnectionError } from './portone-connection.error.js';
import { PortOneTimeoutError } from './portone-timeout.error.js';
import { PortOneUnexpectedResponseError } from './portone-unexpected-response.error.js';
import { RefundAccountRequiredError } from './refund-account-required.error.js';
import { RefundConflictError } from './refund-conflict.error.js';
import { RefundInProgressError } from './refund-in-progress.error.js';
import { StalePaymentReadError } from './stale-payment-read.error.js';
import { SubscriptionError, type SubscriptionErrorReason } from './subscription.error.js';
import { WebhookVerificationError, type WebhookVerificationFailureReason } from './webhook-verification.error.js';

/** What stands as `type` in an answer for the errors that are this package's own. */
export type OwnErrorType =
  | 'PORTONE_TIMEOUT'
  | 'PORTONE_ABORTED'
  | 'PORTONE_CONNECTION'
  | 'PORTONE_UNEXPECTED_RESPONSE'
  | 'PAYMENT_VERIFICATION_FAILED'
  | 'DUPLICATE_CHARGE'
  | 'PAYMENT_READ_STALE'
  | 'PAYMENT_LOCKED'
  | 'PAYMENT_UNDECIDED'
  | 'BILLING_KEY_NOT_CONFIRMED'
  | 'REFUND_CONFLICT'
  | 'REFUND_IN_PROGRESS'
  | 'REFUND_ACCOUNT_REQUIRED'
  | 'IDENTITY_NOT_VERIFIED'
  | SubscriptionErrorReason
  | WebhookVerificationFailureReason;

/** What a client of the application may learn of an error. */
export interface ErrorAnswer {
  readonly status: number;
  /** PortOne's error type, or an {@link OwnErrorType}. */
  readonly type: string;
  readonly message: string;
  /** The operation that failed; absent where no call did. */
  readonly operation?: string | undefined;
}

/** What flows refuse, with the sentence that a client may read. */
const FLOW_ERRORS: readonly [abstract new (...args: never[]) => Error, OwnErrorType, number, string][] = [
  [PaymentVerificationError, 'PAYMENT_VERIFICATION_FAILED', 409, 'The payment is not what was expected of it.'],
  [DuplicateChargeError, 'DUPLICATE_CHARGE', 409, 'The order was paid before, or is past its time.'],
  [StalePaymentReadError, 'PAYMENT_READ_STALE', 503, 'PortOne does not show the latest state of the payment yet.'],
  [PaymentLockError, 'PAYMENT_LOCKED', 503, 'The payment is being worked on. Try again later.'],
  [PaymentUndecidedError, 'PAYMENT_UNDECIDED', 503, 'What became of the payment does not show yet.'],
  [BillingKeyNotConfirmedError, 'BILLING_KEY_NOT_CONFIRMED', 409, 'The issue of the billing key is not approved.'],
  [RefundConflictError, 'REFUND_CONFLICT', 409, 'This refund was asked for before, with other terms.'],
  [RefundInProgressError, 'REFUND_IN_PROGRESS', 409, 'Another refund of the payment is not through.'],
  [RefundAccountRequiredError, 'REFUND_ACCOUNT_REQUIRED', 400, 'The refund needs an account of the buyer.'],
  [IdentityNotVerifiedError, 'IDENTITY_NOT_VERIFIED', 403, 'The identity is not verified as it has to be.'],
];

const SUBSCRIPTION_ANSWERS: Readonly<Record<SubscriptionErrorReason, readonly [status: number, message: string]>> = {
  SUBSCRIPTION_NOT_FOUND: [404, 'There is no such subscription.'],
  SUBSCRIPTION_EXISTS: [409, 'There is such a subscription already.'],
  SUBSCRIPTION_REFUSED: [409, 'The first charge of the subscription was refused.'],
  SUBSCRIPTION_STATUS: [409, 'The subscription is not in a status for that.'],
};

/**
 * The HTTP status that an error of this package stands for: PortOne's own for each of its error types, for a type newer
 * than this version the one that PortOne answered; 504 for a timeout, 502 for a failed connection, an aborted call and an
 * unexpected response, 401 for a webhook that failed verification, and what the README's table says for what a flow
 * refuses (409 for a payment that failed verification). `undefined` for other errors.
 */
export function httpStatusOf(error: unknown): number | undefined {
  return answerTo(error)?.status;
}

/**
 * What to answer to an error of this package; `undefined` for other errors. Our own errors' messages name hosts, ids and
 * amounts, which are for the log: the answer has a sentence without.
 */
export function answerTo(error: unknown): ErrorAnswer | undefined {
  if (isPortOneApiError(error)) {
    const { type } = error.data as { type: string };
    const status = isKnownErrorType(type) ? ERROR_STATUS[type] : answeredStatus(error.status);
    return { status, type, message: error.message || 'PortOne answered with an error.', operation: error.operation };
  }
  if (error instanceof PortOneTimeoutError) {
    return own('PORTONE_TIMEOUT', 504, 'PortOne did not answer in time.', error.operation);
  }
  if (error instanceof PortOneAbortError) {
    return own('PORTONE_ABORTED', 502, 'The call to PortOne was stopped.', error.operation);
  }
  if (error instanceof PortOneConnectionError) {
    return own('PORTONE_CONNECTION', 502, 'PortOne could not be reached.', error.operation);
  }
  if (error instanceof PortOneUnexpectedResponseError) {
    return own('PORTONE_UNEXPECTED_RESPONSE', 502, 'PortOne answered with something unexpected.', error.operation);
  }
  if (error instanceof SubscriptionError) {
    return own(error.reason, ...SUBSCRIPTION_ANSWERS[error.reason]);
  }
  if (error instanceof WebhookVerificationError) return own(error.reason, 401, error.message);
  const flow = FLOW_ERRORS.find(([kind]) => error instanceof kind);
  return flow && own(flow[1], flow[2], flow[3]);
}

function own(type: OwnErrorType, status: number, message: string, operation?: string): ErrorAnswer {
  return { status, type, message, operation };
}

/** PortOne's status where it is one of an error; 502 where it is unknown, as with an error of the SDK's own client. */
function answeredStatus(status: unknown): number {
  return typeof status === 'number' && status >= 400 && status <= 599 ? status : 502;
}
