import type { Sdk } from '../sdk.types.js';
import type { RefundRecord, RefundRequest } from './refund-journal.js';

type PaymentCancellation = Sdk.Payment.PaymentCancellation;

/** A cancellation as it came: one that is newer than the SDK may lack any field. */
type AsItCame = Partial<Omit<Sdk.Payment.SucceededPaymentCancellation, 'status'>> & { readonly status: string };

export function cancellationsOf(payment: Sdk.Payment.Payment): readonly PaymentCancellation[] {
  return (payment as { cancellations?: readonly PaymentCancellation[] }).cancellations ?? [];
}

export function cancellationId(cancellation: PaymentCancellation): string | undefined {
  return (cancellation as AsItCame).id;
}

export function totalOf(cancellation: PaymentCancellation): number | undefined {
  return (cancellation as AsItCame).totalAmount;
}

/** The amount that PortOne holds the request against. */
export function cancellableAmount(payment: Sdk.Payment.Payment): number {
  const { amount } = payment as { amount?: Partial<Sdk.Payment.PaymentAmount> };
  return (amount?.total ?? 0) - (amount?.cancelled ?? 0);
}

/** `REQUESTED` where it is not at its end, as far as this version can tell. */
export function stateOf({ status }: PaymentCancellation): 'REQUESTED' | 'SUCCEEDED' | 'FAILED' {
  return status === 'SUCCEEDED' || status === 'FAILED' ? status : 'REQUESTED';
}

/**
 * The cancellation that came of a refund whose answer was not had: made through the API, with its amount and reason,
 * not there before it was begun, and not that of another refund. Two that are alike in all of that are as good as each
 * other, as long as each belongs to one refund. One that failed gave nothing back, so it says nothing.
 *
 * @param taken - the cancellations of other refunds
 */
export function findOwnCancellation(
  { request, earlierCancellationIds }: RefundRecord,
  payment: Sdk.Payment.Payment,
  taken: ReadonlySet<string>,
): PaymentCancellation | undefined {
  return cancellationsOf(payment).find((cancellation) => {
    const { id, status } = cancellation as AsItCame;
    if (id === undefined || earlierCancellationIds.includes(id) || taken.has(id)) return false;
    return status !== 'FAILED' && cameOf(request, cancellation as AsItCame);
  });
}

function cameOf(request: RefundRequest, { trigger = 'API', reason, ...amounts }: AsItCame): boolean {
  if (trigger !== 'API' || reason !== request.reason) return false;
  // Where the discount rate is kept, PortOne works out another amount.
  if (request.promotionDiscountRetainOption === undefined) {
    if (amounts.totalAmount !== (request.amount ?? request.currentCancellableAmount)) return false;
  }
  return (
    (request.taxFreeAmount ?? amounts.taxFreeAmount) === amounts.taxFreeAmount &&
    (request.vatAmount ?? amounts.vatAmount) === amounts.vatAmount
  );
}
