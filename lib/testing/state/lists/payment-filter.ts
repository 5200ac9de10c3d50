import type { Input } from '../../http/input.js';
import type { KnownPayment } from '../payments/attempt.js';
import type { Desk } from '../desk.js';
import { readTextSearch } from './text-search.js';
import { cardOf, kindOf, METHOD_KINDS, type KnownMethod } from '../payments/tender.js';

type Passes = (payment: KnownPayment, desk: Desk) => boolean;

/** PortOne's word in filters for the status `PAY_PENDING` is `PENDING`. */
const STATUSES = ['READY', 'PENDING', 'VIRTUAL_ACCOUNT_ISSUED', 'PAID', 'FAILED', 'PARTIAL_CANCELLED', 'CANCELLED'];
const WEBHOOK_STATUSES = ['SUCCEEDED', 'FAILED_NOT_OK_RESPONSE', 'FAILED_UNEXPECTED_ERROR'];
const ESCROW_STATUSES = ['REGISTERED', 'DELIVERED', 'CONFIRMED', 'REJECTED', 'CANCELLED', 'REJECT_CONFIRMED'];
const CARD_BRANDS = ['LOCAL', 'MASTER', 'UNIONPAY', 'VISA', 'JCB', 'AMEX', 'DINERS'];
const GIFT_CERTIFICATES = ['BOOKNLIFE', 'SMART_MUNSANG', 'CULTURELAND', 'HAPPYMONEY', 'CULTUREGIFT'];

const FILTERS = [
  ...['merchantId', 'storeId', 'timestampType', 'from', 'until', 'status', 'methods', 'pgProvider', 'isTest'],
  ...['isScheduled', 'sortBy', 'sortOrder', 'version', 'webhookStatus', 'platformType', 'currency', 'isEscrow'],
  ...['escrowStatus', 'cardBrand', 'cardType', 'cardOwnerType', 'giftCertificateType', 'cashReceiptType'],
  ...['cashReceiptStatus', 'cashReceiptIssuedAtRange', 'cashReceiptCancelledAtRange', 'textSearch'],
];

/** What lets a payment pass a `PaymentFilterInput`; the time range and the order are the list's. */
export function readFilter(filter: Input | undefined): Passes {
  if (filter === undefined) return () => true;
  filter.only(FILTERS);
  const rules = [...plainRules(filter), ...methodRules(filter), ...receiptRules(filter), readTextSearch(filter)];
  return (payment, desk) => rules.every((passes) => passes(payment, desk));
}

function plainRules(filter: Input): Passes[] {
  const statuses = filter.optionalChoices('status', STATUSES) ?? [];
  const pgProviders = filter.optionalStrings('pgProvider') ?? [];
  const webhookStatus = filter.optionalChoice('webhookStatus', WEBHOOK_STATUSES);
  return [
    ({ status }) => statuses.length === 0 || statuses.includes(status === 'PAY_PENDING' ? 'PENDING' : status),
    ({ channel }) => pgProviders.length === 0 || pgProviders.includes(channel?.pgProvider ?? ''),
    equal(filter.optionalString('merchantId'), ({ merchantId }) => merchantId),
    equal(filter.optionalCurrency('currency'), ({ currency }) => currency),
    equal(filter.optionalChoice('version', ['V1', 'V2']), ({ version }) => version),
    equal(filter.optionalBoolean('isTest'), ({ channel }) => channel?.type === 'TEST'),
    equal(filter.optionalBoolean('isScheduled'), ({ scheduleId }) => scheduleId !== undefined),
    equal(filter.optionalBoolean('isEscrow'), ({ escrow }) => escrow !== undefined),
    equal<unknown>(filter.optionalChoice('escrowStatus', ESCROW_STATUSES), ({ escrow }) => escrow?.status),
    equal(
      filter.optionalChoice('platformType', ['SDK_MOBILE', 'SDK_PC', 'API']),
      (payment, desk) => requestOf(payment, desk)?.platformType ?? 'API',
    ),
    equal(
      webhookStatus,
      ({ id, status }, desk) =>
        desk.webhooks.historyOf(id).findLast(({ paymentStatus }) => paymentStatus === status)?.status,
    ),
  ];
}

function methodRules(filter: Input): Passes[] {
  const methods = filter.optionalChoices('methods', METHOD_KINDS) ?? [];
  const giftCertificate = filter.optionalChoice('giftCertificateType', GIFT_CERTIFICATES);
  return [
    ({ method }) => methods.length === 0 || (method !== undefined && methods.some((kind) => kind === kindOf(method))),
    equal(filter.optionalChoice('cardBrand', CARD_BRANDS), ({ method }) => cardOf(method)?.card?.brand),
    equal(filter.optionalChoice('cardType', ['CREDIT', 'DEBIT', 'GIFT']), ({ method }) => cardOf(method)?.card?.type),
    equal(
      filter.optionalChoice('cardOwnerType', ['PERSONAL', 'CORPORATE']),
      ({ method }) => cardOf(method)?.card?.ownerType,
    ),
    equal(giftCertificate, ({ method }) => {
      const known = method as KnownMethod | undefined;
      return known?.type === 'PaymentMethodGiftCertificate' ? known.giftCertificateType : undefined;
    }),
  ];
}

function receiptRules(filter: Input): Passes[] {
  const receiptOf = ({ id }: KnownPayment, desk: Desk) => desk.cashReceipts.ofPayment(id);
  return [
    equal(
      filter.optionalChoice('cashReceiptType', ['PERSONAL', 'CORPORATE', 'NO_RECEIPT']),
      (payment, desk) => receiptOf(payment, desk)?.type ?? requestOf(payment, desk)?.cashReceiptType,
    ),
    equal(
      filter.optionalChoice('cashReceiptStatus', ['ISSUED', 'CANCELLED']),
      (payment, desk) => receiptOf(payment, desk)?.status,
    ),
    within(filter, 'cashReceiptIssuedAtRange', (payment, desk) => receiptOf(payment, desk)?.issuedAt),
    within(filter, 'cashReceiptCancelledAtRange', (payment, desk) => {
      const receipt = receiptOf(payment, desk);
      return receipt?.status === 'CANCELLED' ? receipt.cancelledAt : undefined;
    }),
  ];
}

type Reads<V> = (payment: KnownPayment, desk: Desk) => V | undefined;

/** Passes where nothing was asked for. */
function equal<V>(wanted: V | undefined, of: Reads<V>): Passes {
  return (payment, desk) => wanted === undefined || of(payment, desk) === wanted;
}

function within(filter: Input, name: string, of: Reads<string>): Passes {
  const range = filter.optionalObject(name);
  if (range === undefined) return () => true;
  const [from, until] = [range.instant('from'), range.instant('until')];
  return (payment, desk) => {
    const at = of(payment, desk);
    return at !== undefined && Date.parse(at) >= from && Date.parse(at) <= until;
  };
}

function requestOf(payment: KnownPayment, desk: Desk) {
  return desk.payments
    .record(payment.id)
    .attempts.find((attempt) => attempt.payment.transactionId === payment.transactionId)?.request;
}
