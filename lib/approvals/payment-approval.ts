import type { Sdk } from '../sdk.types.js';
import type { CallOptions } from '../client/call-options.js';
import { isKnownErrorType } from '../errors/error-status.js';
import { isPortOneApiError } from '../errors/is-portone-api-error.js';
import type { PaymentId } from '../payment-id.js';
import type { Operations } from '../services/operations-of.js';
import { channelTypeOf, checkExpectations, type ExpectedPayment } from '../services/payment-verification.js';
import { approvalKey } from './approval-key.js';
import { approvedOutcome, outcomeAfter, type ApprovedPayment, type PaymentReading } from './payment-outcome.js';

/** What is approved: what the application's own order says, and what the browser brought. */
export interface ApproveOptions extends ExpectedPayment {
  paymentId: PaymentId;
  /** From the browser, once the buyer is through with the payment window. */
  paymentToken: string;
}

export interface ApprovalSurroundings extends PaymentReading {
  readonly payments: Pick<Operations<'payment'>, 'getPayment' | 'confirmPayment'>;
}

/** Approves a payment, and tells what became of it. */
export async function approvePayment(
  surroundings: ApprovalSurroundings,
  options: ApproveOptions,
  call: CallOptions | undefined,
): Promise<ApprovedPayment> {
  const { paymentId, paymentToken, ...expected } = options;
  checkExpectations(paymentId, expected, 'approve');
  requireToken('paymentToken', paymentToken);
  const body = { paymentId, paymentToken, ...checkedByPortOne(expected, surroundings) };
  try {
    await surroundings.payments.confirmPayment(body, { idempotencyKey: approvalKey('payment', body), ...call });
  } catch (error) {
    if (isPortOneApiError(error, 'ALREADY_PAID'))
      return approvedOutcome(surroundings, paymentId, expected, call, error);
    if (!mayBeApproved(error)) throw error;
    return outcomeAfter(error, surroundings, paymentId, expected, call);
  }
  return approvedOutcome(surroundings, paymentId, expected, call);
}

interface CheckedByPortOne {
  storeId?: string;
  txId?: string;
  taxFreeAmount?: number;
  totalAmount: number;
  currency: Sdk.Common.Currency;
  isTest: boolean;
}

/** What is sent along so that PortOne refuses the approval of anything else. */
export function checkedByPortOne(expected: ExpectedPayment, { settings }: PaymentReading): CheckedByPortOne {
  const { storeId, transactionId, totalAmount, currency, taxFreeAmount } = expected;
  return {
    ...(storeId !== undefined && { storeId }),
    ...(transactionId !== undefined && { txId: transactionId }),
    ...(taxFreeAmount !== undefined && { taxFreeAmount }),
    totalAmount,
    currency,
    isTest: channelTypeOf(expected, settings.environment) === 'TEST',
  };
}

/**
 * Whether the payment has to be looked at: a spent token may have been spent on an approval whose answer was lost, and an
 * error that is newer than this version may say anything.
 */
export function mayBeApproved(error: unknown): boolean {
  const { outcome } = error as { outcome?: string };
  if (outcome === 'unknown' || isPortOneApiError(error, 'PG_PROVIDER', 'INVALID_PAYMENT_TOKEN')) return true;
  return isPortOneApiError(error) && !isKnownErrorType(error.data.type as string);
}

/** @throws TypeError */
export function requireToken(name: string, token: unknown): void {
  if (typeof token === 'string' && token !== '') return;
  throw new TypeError(`approve: ${name} must be the text that the browser was given.`);
}
