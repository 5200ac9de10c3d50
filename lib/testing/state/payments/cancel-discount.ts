import { Refusal } from '../../http/refusal.js';
import type { Attempt } from './attempt.js';
import type { Desk } from '../desk.js';

/** What a cancel does to the discount of a promotion; `undefined` without one. */
export type DiscountChange =
  | {
      readonly promotionId: string;
      /** What the discount becomes less: so much less than the cancelled amount is given back. */
      readonly released: number;
      readonly after: NonNullable<Attempt['discount']>;
    }
  | undefined;

/**
 * What is left of the discount once this much more of the total is cancelled: the first rate of it (`RETAIN`), or what
 * the promotion gives for the rest (`RELEASE`, PortOne's default).
 *
 * @throws Refusal for another choice than an earlier partial cancel made, and where the buyer would have to pay more
 */
export function discountAfter(
  desk: Desk,
  attempt: Attempt,
  cancelledNow: number,
  retainDiscount: boolean | undefined,
): DiscountChange {
  const { payment, discount: before, request } = attempt;
  const { promotionId } = request;
  if (before === undefined || promotionId === undefined) return undefined;
  if (before.retain !== undefined && retainDiscount !== undefined && before.retain !== retainDiscount) {
    throw new Refusal('PROMOTION_DISCOUNT_RETAIN_OPTION_SHOULD_NOT_BE_CHANGED', {
      message: `The partial cancel before this one chose ${before.retain ? 'RETAIN' : 'RELEASE'}.`,
    });
  }
  const retain = retainDiscount ?? before.retain ?? false;
  const { total, discount: first } = payment.amount;
  const left = total - cancelledOf(attempt) - cancelledNow;
  const ofRest = retain ? Math.floor((first * left) / total) : desk.promotions.discountOfRest(promotionId, left);
  // It never grows: rounding, with a cancel that failed in between, could have it so.
  const leftDiscount = Math.min(before.left, ofRest);
  const released = before.left - leftDiscount;
  if (released > cancelledNow) {
    throw new Refusal('NEGATIVE_PROMOTION_ADJUSTED_CANCEL_AMOUNT', {
      message: `${cancelledNow} is cancelled, yet the discount becomes ${released} less.`,
    });
  }
  return { promotionId, released, after: { left: leftDiscount, retain } };
}

/** What is left of the discount where a requested cancel fails; the choice of the only cancel is forgotten with it. */
export function discountWithout({ payment, discount }: Attempt, failed: DiscountChange): Attempt['discount'] {
  if (failed === undefined || discount === undefined) return discount;
  const cancellations = ('cancellations' in payment && payment.cancellations) || [];
  const left = discount.left + failed.released;
  const isOnly = cancellations.filter(({ status }) => status !== 'FAILED').length === 1;
  return isOnly ? { left } : { ...discount, left };
}

/** With what is requested, so that every cancel is reckoned as if those before it succeed. */
function cancelledOf({ payment }: Attempt): number {
  const cancellations = ('cancellations' in payment && payment.cancellations) || [];
  return cancellations.reduce(
    (sum, one) => sum + (one.status === 'REQUESTED' ? (one as { totalAmount: number }).totalAmount : 0),
    payment.amount.cancelled,
  );
}
