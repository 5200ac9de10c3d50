import type { Input } from '../../http/input.js';
import { Refusal } from '../../http/refusal.js';
import type { PaymentIn } from '../payments/attempt.js';
import type { BillingKeyRecord } from './billing-keys.js';
import { readCustomer } from '../customer.js';
import type { Desk } from '../desk.js';
import { readProducts, type PaymentRequest } from '../payments/payment-request.js';
import { cardTender, type Tender } from '../payments/tender.js';

/** What a server asks for that pays without a window; a schedule keeps the same until its time comes. */
export function readPaymentRequest(input: Input): PaymentRequest {
  const amount = input.object('amount');
  return {
    billingKey: undefined,
    channelKey: input.optionalString('channelKey'),
    channelGroupId: input.optionalString('channelGroupId'),
    orderName: input.string('orderName'),
    customer: readCustomer(input.optionalObject('customer')),
    customData: input.optionalString('customData'),
    total: amount.integer('total', 1),
    taxFree: amount.optionalInteger('taxFree', 0),
    vat: amount.optionalInteger('vat', 0),
    currency: input.currency('currency'),
    noticeUrls: input.optionalUrls('noticeUrls'),
    promotionId: input.optionalString('promotionId'),
    products: readProducts(input),
    productCount: input.optionalInteger('productCount', 0),
    isEscrow: input.optionalBoolean('isEscrow'),
    isCulturalExpense: input.optionalBoolean('isCulturalExpense'),
    country: input.optionalString('country'),
    installmentMonth: input.optionalInteger('installmentMonth', 0),
    useFreeInterest: input.optionalBoolean('useFreeInterestFromMerchant'),
    useCardPoint: input.optionalBoolean('useCardPoint'),
    cashReceiptType: input
      .optionalObject('cashReceipt')
      ?.optionalChoice('type', ['PERSONAL', 'CORPORATE', 'NO_RECEIPT']),
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
): PaymentIn<'PAID' | 'FAILED'> {
  const key = desk.billingKeys.findUsable(billingKey);
  const channelKey = request.channelKey ?? key.info.channels[0]?.key;
  if (key.info.channels.every((channel) => channel.key !== channelKey)) {
    throw new Refusal('CHANNEL_NOT_FOUND', { message: `The billing key was not issued by channel ${channelKey}.` });
  }
  const tender = tenderOf(key, request);
  return desk.payments.charge(desk.payments.open(paymentId, { ...request, billingKey, channelKey }, tender), tender);
}

/** As a payment shows what the key is for. */
export function tenderOf(
  { card, request: { method } }: Pick<BillingKeyRecord, 'card' | 'request'>,
  request: PaymentRequest,
): Tender {
  const ofCard = cardTender(card, request);
  const { declined } = card;
  if (method.type === 'CARD') return ofCard;
  if (method.type === 'MOBILE') {
    const { phoneNumber } = method;
    return { method: { type: 'PaymentMethodMobile', ...(phoneNumber && { phoneNumber }) }, declined };
  }
  const provider = method.type === 'PAYPAL' ? 'PAYPAL' : method.easyPayProvider;
  const easyPayMethod = ofCard.method.type === 'PaymentMethodCard' ? ofCard.method : undefined;
  return {
    method: { type: 'PaymentMethodEasyPay', ...(provider && { provider }), ...(easyPayMethod && { easyPayMethod }) },
    declined,
  };
}
