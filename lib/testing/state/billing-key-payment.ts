import type { Sdk } from '../../sdk.types.js';
import type { Input } from '../http/input.js';
import { readCustomer } from './customer.js';
import type { Desk } from './desk.js';
import type { PaymentRequest } from './payments.js';

/** What a server asks for that pays without a window; a schedule keeps the same until its time comes. */
export function readPaymentRequest(input: Input): PaymentRequest {
  const amount = input.object('amount');
  return {
    billingKey: undefined,
    channelKey: input.optionalString('channelKey'),
    orderName: input.string('orderName'),
    customer: readCustomer(input.optionalObject('customer')),
    customData: input.optionalString('customData'),
    total: amount.integer('total', 1),
    taxFree: amount.optionalInteger('taxFree', 0),
    vat: amount.optionalInteger('vat', 0),
    currency: input.currency('currency'),
    noticeUrls: input.optionalUrls('noticeUrls'),
  };
}

/**
 * Charges a billing key: what the operation and a schedule whose time has come have in common.
 *
 * @throws Refusal where the key or the payment id does not allow it; a declined card is a `FAILED` payment
 */
export function payWithBillingKey(
  desk: Desk,
  paymentId: string,
  billingKey: string,
  request: PaymentRequest,
): Sdk.Payment.PaidPayment | Sdk.Payment.FailedPayment {
  const { card, info } = desk.billingKeys.findUsable(billingKey);
  const channelKey = request.channelKey ?? info.channels[0]?.key;
  return desk.payments.charge(desk.payments.open(paymentId, { ...request, billingKey, channelKey }), card);
}
