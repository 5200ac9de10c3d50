import type { Sdk } from '../../../sdk.types.js';
import { Refusal } from '../../http/refusal.js';

type PaymentAmount = Sdk.Payment.PaymentAmount;

export interface AmountInput {
  readonly total: number;
  readonly taxFree: number | undefined;
  /** Absent: an eleventh of what is taxed. */
  readonly vat: number | undefined;
}

/** What a cancel asks for. */
export interface CancelAmountsInput {
  /** Absent: all that is left. */
  readonly amount: number | undefined;
  readonly taxFree: number | undefined;
  readonly vat: number | undefined;
  readonly currentCancellableAmount: number | undefined;
}

/** What a cancel gives back. */
export interface CancelledAmounts {
  readonly totalAmount: number;
  readonly taxFreeAmount: number;
  readonly vatAmount: number;
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
 * What a cancel gives back.
 *
 * @param before - the payment's amounts
 * @param held - what other cancels asked for that may yet succeed
 * @param vatBefore - what was given back of the VAT, or is held
 * @throws Refusal where the amounts do not allow it
 */
export function cancelAmounts(
  before: PaymentAmount,
  input: CancelAmountsInput,
  held: readonly CancelledAmounts[] = [],
  vatBefore = 0,
): CancelledAmounts {
  const left = before.total - before.cancelled - sum(held.map(({ totalAmount }) => totalAmount));
  const leftTaxFree = before.taxFree - before.cancelledTaxFree - sum(held.map(({ taxFreeAmount }) => taxFreeAmount));
  const { currentCancellableAmount = left, amount: totalAmount = left } = input;
  if (currentCancellableAmount !== left) {
    throw new Refusal('CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN', {
      message: `currentCancellableAmount is ${currentCancellableAmount}, yet ${left} can be cancelled.`,
    });
  }
  if (totalAmount > left || left === 0) {
    throw new Refusal('CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT', {
      message: `amount is ${totalAmount}, yet ${left} can be cancelled.`,
    });
  }
  // All that is left takes its tax-free part and its VAT along; a part is taxed unless the request says otherwise.
  const isRest = totalAmount === left;
  const { taxFree: taxFreeAmount = isRest ? leftTaxFree : 0 } = input;
  const taxed = totalAmount - taxFreeAmount;
  const { vat: vatAmount = isRest ? Math.max(0, Math.min((before.vat ?? 0) - vatBefore, taxed)) : vatOf(taxed) } =
    input;
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
  return { totalAmount, taxFreeAmount, vatAmount };
}

/** The payment's amounts once the cancel is done. */
export function withCancelled(before: PaymentAmount, { totalAmount, taxFreeAmount }: CancelledAmounts): PaymentAmount {
  return {
    ...before,
    cancelled: before.cancelled + totalAmount,
    cancelledTaxFree: before.cancelledTaxFree + taxFreeAmount,
  };
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((whole, amount) => whole + amount, 0);
}

function vatOf(taxed: number): number {
  return Math.max(0, Math.round(taxed / 11));
}
