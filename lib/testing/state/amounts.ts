import type { Sdk } from '../../sdk.types.js';
import { Refusal } from '../http/refusal.js';

type PaymentAmount = Sdk.Payment.PaymentAmount;

export interface AmountInput {
  readonly total: number;
  readonly taxFree: number | undefined;
  /** Absent: an eleventh of what is taxed. */
  readonly vat: number | undefined;
}

export interface CancelInput {
  readonly reason: string;
  /** Absent: all that is left. */
  readonly amount: number | undefined;
  readonly taxFree: number | undefined;
  readonly vat: number | undefined;
  readonly currentCancellableAmount: number | undefined;
  readonly skipWebhook: boolean;
}

/** The amounts of a payment that nothing was paid on yet. */
export function paymentAmount({ total, taxFree = 0, vat = vatOf(total - taxFree) }: AmountInput): PaymentAmount {
  if (taxFree + vat > total) {
    throw new Refusal('SUM_OF_PARTS_EXCEEDS_TOTAL_AMOUNT', { message: `${taxFree} + ${vat} is more than ${total}.` });
  }
  const supply = total - taxFree - vat;
  return { total, taxFree, vat, supply, discount: 0, paid: 0, cancelled: 0, cancelledTaxFree: 0 };
}

/**
 * What a cancel gives back, and the payment's amounts after it.
 *
 * @param before - the payment's amounts
 * @throws Refusal where the amounts do not allow it
 */
export function cancelAmounts(before: PaymentAmount, input: CancelInput) {
  const left = before.total - before.cancelled;
  const leftTaxFree = before.taxFree - before.cancelledTaxFree;
  const { currentCancellableAmount = left, amount: totalAmount = left } = input;
  if (currentCancellableAmount !== left) {
    throw new Refusal('CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN', {
      message: `currentCancellableAmount is ${currentCancellableAmount}, yet ${left} can be cancelled.`,
    });
  }
  if (totalAmount > left) {
    throw new Refusal('CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT', {
      message: `amount is ${totalAmount}, yet ${left} can be cancelled.`,
    });
  }
  // All that is left takes its tax-free part along; a part is taxed unless the request says otherwise.
  const { taxFree: taxFreeAmount = totalAmount === left ? leftTaxFree : 0 } = input;
  const { vat: vatAmount = vatOf(totalAmount - taxFreeAmount) } = input;
  if (taxFreeAmount + vatAmount > totalAmount) {
    throw new Refusal('SUM_OF_PARTS_EXCEEDS_CANCEL_AMOUNT', {
      message: `taxFreeAmount and vatAmount are ${taxFreeAmount + vatAmount} together, more than ${totalAmount}.`,
    });
  }
  if (taxFreeAmount > leftTaxFree) {
    throw new Refusal('CANCEL_TAX_FREE_AMOUNT_EXCEEDS_CANCELLABLE_TAX_FREE_AMOUNT', {
      message: `taxFreeAmount is ${taxFreeAmount}, yet ${leftTaxFree} can be cancelled.`,
    });
  }
  if (totalAmount - taxFreeAmount > left - leftTaxFree) {
    throw new Refusal('CANCEL_TAX_AMOUNT_EXCEEDS_CANCELLABLE_TAX_AMOUNT', {
      message: `${totalAmount - taxFreeAmount} of it is taxed, yet ${left - leftTaxFree} can be cancelled.`,
    });
  }
  return {
    cancelled: { totalAmount, taxFreeAmount, vatAmount },
    amount: {
      ...before,
      cancelled: before.cancelled + totalAmount,
      cancelledTaxFree: before.cancelledTaxFree + taxFreeAmount,
    },
  };
}

function vatOf(taxed: number): number {
  return Math.max(0, Math.round(taxed / 11));
}
