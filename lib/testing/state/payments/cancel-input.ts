import type { Input } from '../../http/input.js';
import { readBank } from './banks.js';
import type { CancelInput } from './cancels.js';

/** What a cancel can be asked with, beside the payment and its store. */
export const CANCEL_FIELDS: readonly string[] = [
  ...['amount', 'taxFreeAmount', 'vatAmount', 'reason', 'requester', 'promotionDiscountRetainOption'],
  ...['currentCancellableAmount', 'refundAccount', 'refundEmail', 'skipWebhook'],
];

export function readCancel(input: Input, reason: string, trigger: CancelInput['trigger']): CancelInput {
  const retain = input.optionalChoice('promotionDiscountRetainOption', ['RETAIN', 'RELEASE']);
  const refundAccount = input.optionalObject('refundAccount');
  if (refundAccount) {
    readBank(refundAccount, 'bank');
    refundAccount.string('number');
    refundAccount.string('holderName');
    refundAccount.optionalString('holderPhoneNumber');
  }
  input.optionalChoice('requester', ['CUSTOMER', 'ADMIN']);
  input.optionalString('refundEmail');
  return {
    reason,
    amount: input.optionalInteger('amount', 1),
    taxFree: input.optionalInteger('taxFreeAmount', 0),
    vat: input.optionalInteger('vatAmount', 0),
    currentCancellableAmount: input.optionalInteger('currentCancellableAmount', 0),
    retainDiscount: retain === undefined ? undefined : retain === 'RETAIN',
    hasRefundAccount: refundAccount !== undefined,
    skipWebhook: input.optionalBoolean('skipWebhook') ?? false,
    trigger,
  };
}
