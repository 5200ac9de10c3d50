import { GetPaymentError } from '@portone/server-sdk/payment';
import { OPERATIONS } from '../../../lib/client/operations.generated.js';
import { answerTo, httpStatusOf } from '../../../lib/errors/error-answer.js';
import { BillingKeyNotConfirmedError } from '../../../lib/errors/billing-key-not-confirmed.error.js';
import { IdentityNotVerifiedError } from '../../../lib/errors/identity-not-verified.error.js';
import { PaymentUndecidedError } from '../../../lib/errors/payment-undecided.error.js';
import { RefundAccountRequiredError } from '../../../lib/errors/refund-account-required.error.js';
import { StalePaymentReadError } from '../../../lib/errors/stale-payment-read.error.js';
import { SubscriptionError } from '../../../lib/errors/subscription.error.js';
import { DuplicateChargeError } from '../../../lib/errors/duplicate-charge.error.js';
import { PaymentLockError } from '../../../lib/errors/payment-lock.error.js';
import { RefundConflictError } from '../../../lib/errors/refund-conflict.error.js';
import { RefundInProgressError } from '../../../lib/errors/refund-in-progress.error.js';
import { PaymentVerificationError } from '../../../lib/errors/payment-verification.error.js';
import { PortOneAbortError, PortOneConnectionError } from '../../../lib/errors/portone-connection.error.js';
import { PortOneTimeoutError } from '../../../lib/errors/portone-timeout.error.js';
import { PortOneUnexpectedResponseError } from '../../../lib/errors/portone-unexpected-response.error.js';
import { buildApiError } from '../../../lib/errors/sdk-errors.js';
import { WebhookVerificationError } from '../../../lib/errors/webhook-verification.error.js';
import { ERROR_TABLE } from './error-table.js';

const call = {
  operation: 'payment.cancelPayment',
  outcome: 'unknown',
  idempotencyKey: 'key-of-the-call-0001',
} as const;
const cancelPayment = OPERATIONS.find((row) => row.name === call.operation)!;
const apiError = async (type: string, status?: number) =>
  Object.assign(await buildApiError(cancelPayment, { type, message: 'of PortOne' }), { ...call, status });

describe('httpStatusOf', () => {
  it.each(ERROR_TABLE)('$type: $status, whatever PortOne answered', async ({ type, status }) => {
    expect(httpStatusOf(await apiError(type, 418))).toBe(status);
  });

  it('IDEMPOTENCY_OUTSTANDING_REQUEST: 409', async () => {
    expect(httpStatusOf(await apiError('IDEMPOTENCY_OUTSTANDING_REQUEST'))).toBe(409);
  });

  it.each([
    [422, 422],
    [503, 503],
    [undefined, 502],
    [200, 502],
  ])('a newer type that PortOne answered with %s: %s', async (answered, status) => {
    expect(httpStatusOf(await apiError('BRAND_NEW', answered))).toBe(status);
  });

  it.each(['toString', '__proto__'])('the type %s is as new as any', async (type) => {
    expect(httpStatusOf(await apiError(type, 404))).toBe(404);
  });

  it('takes an error that the SDK’s own client threw', () => {
    expect(httpStatusOf(new GetPaymentError({ type: 'PAYMENT_NOT_FOUND' }))).toBe(404);
  });

  it.each([undefined, null, new Error('of the application'), new TypeError('x'), { status: 404 }])(
    'has none for %p',
    (error) => expect(httpStatusOf(error)).toBeUndefined(),
  );
});

describe('answerTo', () => {
  const secrets = 'https://10.0.0.7/?token=secret';

  it.each([
    [new PortOneTimeoutError(secrets, { ...call, attempts: 3 }), 504, 'PORTONE_TIMEOUT'],
    [new PortOneConnectionError(secrets, { ...call, attempts: 3 }), 502, 'PORTONE_CONNECTION'],
    [new PortOneAbortError(secrets, { ...call, attempts: 1 }), 502, 'PORTONE_ABORTED'],
    [
      new PortOneUnexpectedResponseError(secrets, { ...call, status: 200, body: secrets }),
      502,
      'PORTONE_UNEXPECTED_RESPONSE',
    ],
  ])('%p: %s %s, with nothing of the error’s own message', (error, status, type) => {
    const answer = answerTo(error);
    expect(answer).toMatchObject({ status, type, operation: 'payment.cancelPayment' });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it('a payment that does not match: 409, and not how', () => {
    const error = new PaymentVerificationError('payment-1', [{ field: 'amount.total', expected: 12_300, actual: 100 }]);
    expect(answerTo(error)).toEqual({
      status: 409,
      type: 'PAYMENT_VERIFICATION_FAILED',
      message: 'The payment is not what was expected of it.',
      operation: undefined,
    });
  });

  it.each([
    [new DuplicateChargeError('payment-1', 'order-1', null), 409, 'DUPLICATE_CHARGE'],
    [new StalePaymentReadError('payment-1', 'Transaction.Paid', 'READY'), 503, 'PAYMENT_READ_STALE'],
    [new PaymentLockError('BUSY', '/payment-1'), 503, 'PAYMENT_LOCKED'],
    [new PaymentUndecidedError('payment-1', 'READY'), 503, 'PAYMENT_UNDECIDED'],
    [new BillingKeyNotConfirmedError('approve'), 409, 'BILLING_KEY_NOT_CONFIRMED'],
    [new RefundConflictError('payment-1', [{ field: 'amount', journalled: 1, asked: 2 }]), 409, 'REFUND_CONFLICT'],
    [new RefundInProgressError('payment-1', { refundId: 'refund-1' }), 409, 'REFUND_IN_PROGRESS'],
    [new RefundInProgressError('payment-1', { cancellationId: 'c-1' }), 409, 'REFUND_IN_PROGRESS'],
    [new RefundAccountRequiredError('payment-1', 'VIRTUAL_ACCOUNT'), 400, 'REFUND_ACCOUNT_REQUIRED'],
    [new SubscriptionError('SUBSCRIPTION_NOT_FOUND', 'sub-1', 'There is no sub-1.'), 404, 'SUBSCRIPTION_NOT_FOUND'],
    [new SubscriptionError('SUBSCRIPTION_EXISTS', 'sub-1', 'There is a sub-1.'), 409, 'SUBSCRIPTION_EXISTS'],
    [new SubscriptionError('SUBSCRIPTION_REFUSED', 'sub-1', 'No sub-1.'), 409, 'SUBSCRIPTION_REFUSED'],
    [new SubscriptionError('SUBSCRIPTION_STATUS', 'sub-1', 'sub-1 is PAUSED.'), 409, 'SUBSCRIPTION_STATUS'],
    [new IdentityNotVerifiedError('payment-1', [{ field: 'id', problem: 'missing' }]), 403, 'IDENTITY_NOT_VERIFIED'],
  ])('%p: %s %s, and not of what', (error, status, type) => {
    const answer = answerTo(error)!;
    expect(answer).toMatchObject({ status, type });
    expect(answer.message).not.toContain('-1');
    expect(error.name).toBe(error.constructor.name);
  });

  it('a webhook that does not verify: 401, the type and message that it has without a filter', () => {
    const error = new WebhookVerificationError('TIMESTAMP_TOO_OLD');
    const { status, ...rest } = answerTo(error)!;
    expect({ statusCode: status, ...rest }).toEqual(error.getResponse());
  });

  it('PortOne’s message is handed on; without one there is a sentence', async () => {
    expect(answerTo(await apiError('FORBIDDEN'))).toEqual({
      status: 403,
      type: 'FORBIDDEN',
      message: 'of PortOne',
      operation: 'payment.cancelPayment',
    });
    expect(answerTo(new GetPaymentError({ type: 'FORBIDDEN' }))?.message).toBe('PortOne answered with an error.');
  });
});
