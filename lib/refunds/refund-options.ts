import { RefundConflictError, type RefundDifference } from '../errors/refund-conflict.error.js';
import { shown } from '../errors/shown.js';
import type { PaymentId } from '../payment-id.js';
import type { Sdk } from '../sdk.types.js';
import type { RefundRequest } from './refund-journal.js';
import type { VirtualAccountPayment } from './refund-account.js';

/** The buyer's account that the money goes to, where it cannot go back the way it came. */
export type RefundAccount = Sdk.Payment.CancelPaymentBodyRefundAccount;

/** A refund, apart from the payment. Amounts are integers in the currency's minor unit. */
export interface RefundTerms {
  /**
   * The application's own name for this refund, one for each time that money is to go back: the id of the row that asks
   * for it. Called again with it, also after a crash, the same refund goes on; none is done twice.
   */
  refundId: string;
  /** Kept by PortOne with the cancellation. */
  reason: string;
  /** @default all that is left */
  amount?: number | undefined;
  /**
   * The part of `amount` that is free of tax.
   * @default 0; without `amount` all that is left of it
   */
  taxFreeAmount?: number | undefined;
  /** @default PortOne's own calculation */
  vatAmount?: number | undefined;
  /** Who asked for it. */
  requester?: Sdk.Payment.CancelRequester | undefined;
  /** Whether what stays paid keeps the discount rate of its promotion. The provider may then give back another amount. */
  promotionDiscountRetainOption?: Sdk.Payment.PromotionDiscountRetainOption | undefined;
  /** Needed for virtual accounts, and for mobile payments of an earlier month (in Korea's time). */
  refundAccount?: RefundAccount | undefined;
  /** Needed by Triple-A. */
  refundEmail?: string | undefined;
  /** `true`: no webhook once it has succeeded. */
  skipWebhook?: boolean | undefined;
  /** @default the payment's, where one is given, else the module's `storeId` */
  storeId?: string | undefined;
}

/**
 * What `PaymentService.refund` takes: the payment's id, or the payment. With a payment that `isVirtualAccountPayment`
 * narrowed, `refundAccount` has to be there.
 */
export type RefundOptions<P extends Sdk.Payment.Payment = Sdk.Payment.Payment> = RefundTerms &
  (
    | { paymentId: PaymentId; payment?: undefined }
    | ({ payment: P; paymentId?: undefined } & (P extends VirtualAccountPayment
        ? { refundAccount: RefundAccount }
        : unknown))
  );

/** What became of a refund. */
export interface Refund {
  /** `REQUESTED`: the provider will say later. Call again with the same `refundId`, or let `followRefunds` look. */
  readonly status: 'SUCCEEDED' | 'REQUESTED' | 'FAILED';
  /** PortOne's record of it. */
  readonly cancellation: Sdk.Payment.PaymentCancellation;
  /** What was left to refund of the payment once this was taken off (nothing was, where it failed). */
  readonly remaining: number;
}

/** The options, checked, with the payment's id. */
export interface RefundOrder extends RefundTerms {
  readonly paymentId: string;
}

/** @throws TypeError for what can be no refund */
export function refundOrder(options: RefundOptions): RefundOrder {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('refund: options must be { paymentId, refundId, reason, … }.');
  }
  const { payment, paymentId, ...terms } = options;
  const { id, storeId } = (payment ?? { id: paymentId }) as { id?: string; storeId?: string };
  const order = { ...terms, paymentId: id ?? '', storeId: terms.storeId ?? storeId };
  for (const name of ['paymentId', 'refundId', 'reason'] as const) {
    if (typeof order[name] === 'string' && order[name] !== '') continue;
    throw new TypeError(`refund: ${name} must be a text that is not empty.`);
  }
  checkAmount('amount', order.amount, 1);
  checkAmount('taxFreeAmount', order.taxFreeAmount, 0);
  checkAmount('vatAmount', order.vatAmount, 0);
  return order;
}

function checkAmount(name: string, amount: number | undefined, least: number): void {
  if (amount === undefined || (Number.isSafeInteger(amount) && amount >= least)) return;
  throw new TypeError(
    `refund: ${name} must be a whole number of the currency's minor unit, ${least} or more, got ${shown(amount)}.`,
  );
}

/** The body of the cancel. */
export function refundRequest(order: RefundOrder, currentCancellableAmount: number): RefundRequest {
  const given = Object.entries({ ...order, currentCancellableAmount }).filter(
    ([name, value]) => name !== 'refundId' && value !== undefined,
  );
  return Object.fromEntries(given) as unknown as RefundRequest;
}

/** What makes a refund this one and no other. */
const TERMS = ['amount', 'taxFreeAmount', 'vatAmount', 'reason', 'promotionDiscountRetainOption'] as const;

/** @throws RefundConflictError that names what the refund id was used for, and what it is asked for now */
export function checkSamePayment(order: RefundOrder, journalled: RefundRequest): void {
  for (const field of ['paymentId', 'storeId'] as const) {
    const [was, asked] = [journalled[field], order[field]];
    // Another store may have a payment of the same id. One that is not named says nothing.
    if (was === undefined || asked === undefined || was === asked) continue;
    throw new RefundConflictError(order.refundId, [{ field, journalled: was, asked }]);
  }
}

/** @throws RefundConflictError that names what the refund id was used for, and what it is asked for now */
export function checkSameTerms(order: RefundOrder, journalled: RefundRequest): void {
  checkSamePayment(order, journalled);
  const differences: RefundDifference[] = TERMS.filter((field) => order[field] !== journalled[field]).map((field) => ({
    field,
    journalled: journalled[field],
    asked: order[field],
  }));
  const { refundAccount } = order;
  if (refundAccount !== undefined && !sameAccount(refundAccount, journalled.refundAccount)) {
    // Personal: neither belongs in a log.
    differences.push({ field: 'refundAccount', journalled: 'an account', asked: 'another account' });
  }
  if (differences.length > 0) throw new RefundConflictError(order.refundId, differences);
}

function sameAccount(a: RefundAccount, b: RefundAccount | undefined): boolean {
  return a.bank === b?.bank && a.number === b.number && a.holderName === b.holderName;
}
