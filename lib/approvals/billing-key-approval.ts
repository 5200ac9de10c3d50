import type { CallOptions } from '../client/call-options.js';
import type { ClientSettings } from '../client/client.settings.js';
import { isPortOneApiError } from '../errors/is-portone-api-error.js';
import type { PaymentId } from '../payment-id.js';
import type { Sdk } from '../sdk.types.js';
import type { Operations } from '../services/operations-of.js';
import { channelTypeOf, checkExpectations, type ExpectedPayment } from '../services/payment-verification.js';
import { approvalKey } from './approval-key.js';
import { withConfirmedKeys } from './confirmed-billing-keys.js';
import { checkedByPortOne, mayBeApproved, requireToken } from './payment-approval.js';
import { approvedOutcome, outcomeAfter, type ApprovedPayment, type PaymentReading } from './payment-outcome.js';

type BillingKeys = Operations<'payment.billingKey'>;

/** The issue of a billing key that is approved. */
export interface ApproveBillingKeyOptions extends Pick<ExpectedPayment, 'storeId' | 'channelType'> {
  /** From the browser, which has `NEEDS_CONFIRMATION` in place of the billing key. */
  billingIssueToken: string;
  /**
   * The `issueId` that the browser asked with: finds the billing key again where the answer with it was lost. From your
   * own records, not from the browser: whoever names another's is given that one's key.
   */
  issueId?: string | undefined;
  /** The customer's id that the browser asked with; narrows the search for `issueId`. */
  customerId?: string | undefined;
}

/** The issue of a billing key, and its first payment, that are approved. */
export interface ApproveAndPayOptions extends Omit<ExpectedPayment, 'transactionId'> {
  /** From the browser, which has `NEEDS_CONFIRMATION` in place of the billing key. */
  billingIssueToken: string;
  paymentId: PaymentId;
}

/** A billing key that was issued, and what became of the first payment with it. */
export interface ApprovedBillingKeyPayment {
  readonly billingKey: string;
  readonly payment: ApprovedPayment;
}

/** How long ago an issue may have been asked for that is searched for. */
const SEARCHED_MS = 24 * 3_600_000;

/** @throws the approval's failure, where the key cannot be found */
export async function approveBillingKey(
  billingKeys: Pick<BillingKeys, 'confirmBillingKey'> & {
    iterateBillingKeyInfos(
      options: Parameters<BillingKeys['getBillingKeyInfos']>[0],
      call?: CallOptions,
    ): AsyncIterable<Sdk.Payment.BillingKey.BillingKeyInfo>;
  },
  settings: Pick<ClientSettings, 'storeId' | 'environment' | 'now'>,
  options: ApproveBillingKeyOptions,
  call: CallOptions | undefined,
): Promise<{ readonly billingKey: string }> {
  const { billingIssueToken, issueId, customerId, storeId } = options;
  requireToken('billingIssueToken', billingIssueToken);
  const isTest = channelTypeOf(options, settings.environment) === 'TEST';
  const body = { billingIssueToken, ...(storeId !== undefined && { storeId }), isTest };
  try {
    return await billingKeys.confirmBillingKey(body, { idempotencyKey: approvalKey('billing-key', body), ...call });
  } catch (error) {
    if (issueId === undefined || !(mayBeApproved(error) || isPortOneApiError(error, 'BILLING_KEY_ALREADY_ISSUED'))) {
      throw error;
    }
    // A list without a store is of every store of the merchant, where the id may be another issue's.
    const searched = storeId ?? settings.storeId;
    const filter = {
      status: ['ISSUED' as const],
      from: new Date(settings.now().getTime() - SEARCHED_MS).toISOString(),
      ...(searched !== undefined && { storeId: searched }),
      ...(customerId !== undefined && { customerId }),
    };
    try {
      for await (const info of billingKeys.iterateBillingKeyInfos({ filter }, call)) {
        if (info.status === 'ISSUED' && info.issueId === issueId) return { billingKey: info.billingKey };
      }
    } catch {
      // What went wrong with the search says less than what it was made for.
    }
    throw error;
  }
}

/** @throws the approval's failure, where the payment does not show that it was done */
export async function approveBillingKeyAndPay(
  billingKeys: Pick<BillingKeys, 'confirmBillingKeyIssueAndPay'>,
  reading: PaymentReading,
  options: ApproveAndPayOptions,
  call: CallOptions | undefined,
): Promise<ApprovedBillingKeyPayment> {
  const { billingIssueToken, paymentId, ...expected } = options;
  checkExpectations(paymentId, expected, 'approveAndPay');
  requireToken('billingIssueToken', billingIssueToken);
  const body = { billingIssueToken, paymentId, ...checkedByPortOne(expected, reading) };
  const idempotencyKey = approvalKey('billing-key-and-payment', body);
  let billingKey: string;
  try {
    ({ billingKey } = await billingKeys.confirmBillingKeyIssueAndPay(body, { idempotencyKey, ...call }));
  } catch (error) {
    if (!mayBeApproved(error) && !isPortOneApiError(error, 'BILLING_KEY_ALREADY_ISSUED', 'ALREADY_PAID')) throw error;
    const payment = await outcomeAfter(error, reading, paymentId, expected, call);
    // Without its key the payment proves nothing of the issue.
    const { billingKey: paidWith } = withConfirmedKeys(payment, 'approveAndPay');
    if (paidWith === undefined) throw error;
    return { billingKey: paidWith, payment };
  }
  return { billingKey, payment: await approvedOutcome(reading, paymentId, expected, call) };
}
