import type { Sdk } from '../../../sdk.types.js';
import type { Input } from '../../http/input.js';
import type { KnownPayment } from '../payments/attempt.js';
import type { Desk } from '../desk.js';
import { cardOf, type KnownMethod } from '../payments/tender.js';

type Field = Exclude<Extract<Sdk.Payment.PaymentTextSearchField, string>, 'ALL'>;
type Reads = (payment: KnownPayment, desk: Desk) => readonly (string | undefined)[];

const account = ({ method }: KnownPayment) => {
  const known = method as KnownMethod | undefined;
  return known?.type === 'PaymentMethodVirtualAccount' ? known : undefined;
};
const transfer = ({ method }: KnownPayment) => {
  const known = method as KnownMethod | undefined;
  return known?.type === 'PaymentMethodTransfer' ? known : undefined;
};
const giftCertificate = ({ method }: KnownPayment) => {
  const known = method as KnownMethod | undefined;
  return known?.type === 'PaymentMethodGiftCertificate' ? known : undefined;
};
const cancellations = (payment: KnownPayment) =>
  (('cancellations' in payment && payment.cancellations) || []) as { reason: string; pgCancellationId?: string }[];

/** Where each field is found; what the sandbox does not have is found nowhere. */
const FIELDS: Record<string, Reads> = {
  PAYMENT_ID: ({ id }) => [id],
  TX_ID: ({ transactionId }) => [transactionId],
  SCHEDULE_ID: ({ scheduleId }) => [scheduleId],
  FAIL_REASON: (payment) => (payment.status === 'FAILED' ? [payment.failure.reason] : []),
  CARD_ISSUER: ({ method }) => [cardOf(method)?.card?.issuer],
  CARD_ACQUIRER: ({ method }) => [cardOf(method)?.card?.publisher],
  CARD_BIN: ({ method }) => [cardOf(method)?.card?.bin],
  CARD_NUMBER: ({ method }) => [cardOf(method)?.card?.number],
  CARD_APPROVAL_NUMBER: ({ method }) => [cardOf(method)?.approvalNumber],
  CARD_RECEIPT_NAME: ({ method }) => [cardOf(method)?.card?.name],
  CARD_INSTALLMENT: ({ method }) => [cardOf(method)?.installment?.month.toString()],
  TRANS_BANK: (payment) => [transfer(payment)?.bank],
  VIRTUAL_ACCOUNT_HOLDER_NAME: (payment) => [account(payment)?.remitteeName],
  VIRTUAL_ACCOUNT_BANK: (payment) => [account(payment)?.bank],
  VIRTUAL_ACCOUNT_NUMBER: (payment) => [account(payment)?.accountNumber],
  PG_MERCHANT_ID: ({ channel }) => [channel?.pgMerchantId],
  PG_TX_ID: (payment) => ['pgTxId' in payment ? payment.pgTxId : undefined],
  PG_RECEIPT_ID: ({ id }, desk) => [desk.cashReceipts.ofPayment(id)?.pgReceiptId],
  RECEIPT_APPROVAL_NUMBER: ({ id }, desk) => [desk.cashReceipts.ofPayment(id)?.issueNumber],
  PG_CANCELLATION_ID: (payment) => cancellations(payment).map(({ pgCancellationId }) => pgCancellationId),
  CANCEL_REASON: (payment) => cancellations(payment).map(({ reason }) => reason),
  ORDER_NAME: ({ orderName }) => [orderName],
  CUSTOMER_NAME: ({ customer }) => [customer.name],
  CUSTOMER_EMAIL: ({ customer }) => [customer.email],
  CUSTOMER_PHONE_NUMBER: ({ customer }) => [customer.phoneNumber],
  CUSTOMER_ADDRESS: ({ customer }) => [
    customer.address && 'oneLine' in customer.address ? customer.address.oneLine : undefined,
  ],
  CUSTOMER_ZIPCODE: ({ customer }) => [customer.zipcode],
  USER_AGENT: () => [],
  BILLING_KEY: ({ billingKey }) => [billingKey],
  PROMOTION_ID: ({ promotionId }) => [promotionId],
  GIFT_CERTIFICATION_APPROVAL_NUMBER: (payment) => [giftCertificate(payment)?.approvalNumber],
} satisfies Partial<Record<Field, Reads>>;

/** Each search has to be found; in a text, without regard to upper and lower case. */
export function readTextSearch(filter: Input): (payment: KnownPayment, desk: Desk) => boolean {
  const searches = (filter.optionalObjects('textSearch') ?? []).map((search) => {
    const field = search.choice('field', ['ALL', ...Object.keys(FIELDS)]);
    const text = search.string('value').toLowerCase();
    const reads = field === 'ALL' ? Object.values(FIELDS) : [FIELDS[field] ?? (() => [])];
    return { reads, text };
  });
  return (payment, desk) =>
    searches.every(({ reads, text }) =>
      reads.some((read) => read(payment, desk).some((value) => value?.toLowerCase().includes(text))),
    );
}
