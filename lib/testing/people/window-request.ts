import type { Input } from '../http/input.js';
import { readBrowserCustomer } from '../state/customer.js';
import type { Desk } from '../state/desk.js';
import type { SandboxPayMethod } from './window-options.js';
import { readProducts, type PaymentRequest } from '../state/payments/payment-request.js';

/** For a test to which the amount does not matter. */
const DEFAULT_AMOUNT = 1_000;

export const PAY_METHODS: readonly SandboxPayMethod[] = [
  ...(['CARD', 'VIRTUAL_ACCOUNT', 'TRANSFER', 'MOBILE', 'GIFT_CERTIFICATE', 'EASY_PAY', 'PAYPAL'] as const),
  ...(['ALIPAY', 'ALIPAY_PLUS', 'CONVENIENCE_STORE', 'CRYPTO'] as const),
];

/** What a window can be opened with; the buyer's own fields are beside these. */
export const WINDOW_FIELDS: readonly string[] = [
  ...['storeId', 'orderName', 'totalAmount', 'currency', 'payMethod', 'channelKey', 'channelGroupId'],
  ...['taxFreeAmount', 'vatAmount', 'customer', 'noticeUrls', 'confirmUrl', 'isEscrow', 'products'],
  ...['isCulturalExpense', 'customData', 'country', 'promotionId', 'virtualAccount', 'transfer', 'mobile'],
  ...['giftCertificate', 'easyPay', 'convenienceStore', 'platformType'],
  // The browser's own affair, or the provider's: they change nothing here.
  ...['orderDetail', 'windowType', 'redirectUrl', 'forceRedirect', 'appScheme', 'locale', 'productType', 'offerPeriod'],
  ...['storeDetails', 'shippingAddress', 'merpayCategoryId', 'popup', 'iframe', 'bypass', 'paypal', 'alipay'],
  ...['alipayPlus'],
];

const CASH_RECEIPT_TYPES = { PERSONAL: 'PERSONAL', CORPORATE: 'CORPORATE', ANONYMOUS: 'NO_RECEIPT' } as const;

/** @throws Refusal for what does not fit, and for another amount than was pre-registered */
export function readWindowRequest(desk: Desk, input: Input): PaymentRequest {
  const registered = desk.payments.registration(input.string('paymentId'));
  const total = input.optionalInteger('totalAmount', 1) ?? registered?.total ?? DEFAULT_AMOUNT;
  const taxFree = input.optionalInteger('taxFreeAmount', 0) ?? registered?.taxFree;
  const currency = input.optionalCurrency('currency') ?? registered?.currency ?? 'KRW';
  refuseOther(input, 'totalAmount', total, registered?.total);
  refuseOther(input, 'taxFreeAmount', taxFree, registered?.taxFree);
  refuseOther(input, 'currency', currency, registered?.currency);
  const storeId = input.optionalString('storeId');
  if (storeId !== undefined && storeId !== desk.storeId) input.refuse('storeId', `must be ${desk.storeId}`);
  return {
    total,
    taxFree,
    vat: input.optionalInteger('vatAmount', 0),
    currency,
    orderName: input.optionalString('orderName') ?? 'Sandbox order',
    customer: readBrowserCustomer(input.optionalObject('customer')),
    customData: input.optionalJson('customData'),
    channelKey: input.optionalString('channelKey'),
    channelGroupId: input.optionalString('channelGroupId'),
    billingKey: undefined,
    noticeUrls: input.optionalUrls('noticeUrls'),
    confirmUrl: input.optionalUrl('confirmUrl'),
    promotionId: input.optionalString('promotionId'),
    products: readProducts(input),
    isEscrow: input.optionalBoolean('isEscrow'),
    isCulturalExpense: input.optionalBoolean('isCulturalExpense'),
    country: input.optionalString('country'),
    cashReceiptType: readCashReceiptType(input),
    platformType: input.optionalChoice('platformType', ['SDK_PC', 'SDK_MOBILE']) ?? 'SDK_PC',
  };
}

/** What the window's request says about cards. */
export function readCardOffer(card: Input | undefined) {
  const month = card?.optionalObject('installment')?.optionalObject('monthOption');
  return {
    cardCompany: card?.optionalString('cardCompany'),
    installmentMonth: month?.optionalInteger('fixedMonth', 0),
    useFreeInterest: card?.optionalBoolean('useFreeInterestFromMall'),
    useCardPoint: card?.optionalBoolean('useCardPoint'),
  };
}

function readCashReceiptType(input: Input): PaymentRequest['cashReceiptType'] {
  for (const method of ['virtualAccount', 'transfer', 'easyPay']) {
    const type = input.optionalObject(method)?.optionalString('cashReceiptType')?.replace('CASH_RECEIPT_TYPE_', '');
    if (type === undefined) continue;
    if (type in CASH_RECEIPT_TYPES) return CASH_RECEIPT_TYPES[type as keyof typeof CASH_RECEIPT_TYPES];
    input.refuse(`${method}.cashReceiptType`, `must be one of ${Object.keys(CASH_RECEIPT_TYPES).join(', ')}`);
  }
  return undefined;
}

function refuseOther(
  input: Input,
  name: string,
  given: string | number | undefined,
  registered: string | number | undefined,
): void {
  if (registered !== undefined && given !== registered) {
    input.refuse(name, `must be ${registered}, as it was pre-registered`);
  }
}
