import { isPortOneApiError, type PaymentService, type Refund } from '../../../lib/index.js';
import type { Dice } from './dice.js';
import { REFUND_ACCOUNT } from './seller.js';
import type { Order, RefundJob } from './shop.js';
import type { World } from './world.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The same for all, so that they cannot be told apart by it. */
export const REFUND_REASON = '단순 변심';

const MOST_TRIES = 8;

/** What PortOne says of a refund that there is nothing left for. */
const NOTHING_LEFT = [
  'PAYMENT_ALREADY_CANCELLED',
  'CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT',
  'PAYMENT_NOT_PAID',
] as const;

/** The refunds of one order, each with an id, and asked for until it has an end. */
export class RefundDesk {
  constructor(
    private readonly world: World,
    private readonly order: Order,
    private readonly dice: Dice,
  ) {}

  /** Wants some of the order's money back, if it was paid. */
  async want(): Promise<void> {
    const { order, dice } = this;
    if (order.paidBy === undefined) return;
    const apart = dice.chance(0.5);
    const quarter = Math.floor(order.price / 4);
    for (let n = dice.integer(1, 3); n > 0; n -= 1) {
      const amount = dice.chance(0.4) ? undefined : dice.one([quarter, quarter, 3 * quarter]);
      const job = { refundId: `${order.id}-refund${n}`, paymentId: order.paidBy, amount, abandoned: false };
      order.refunds.push(job);
      const ask = () => this.#askFor(job, MOST_TRIES);
      this.world.agenda.in(apart ? n * dice.one([MINUTE, DAY]) : 0, () =>
        Promise.all(dice.chance(0.3) ? [ask(), ask()] : [ask()]).then(() => undefined),
      );
    }
  }

  /** @param tries - how often it is asked for, until somebody asks for all of them */
  async #askFor(job: RefundJob, tries = 1): Promise<void> {
    const { refundId, paymentId, amount } = job;
    const { result, error } = await this.world.ask<Pick<Refund, 'status'>>(
      paymentId,
      `asks for ${refundId} (${amount ?? 'all'})`,
      this.dice,
      ({ payments }) =>
        this.world.breakage === 'refund-id'
          ? cancelCarelessly(payments, job)
          : payments.refund({ paymentId, refundId, amount, reason: REFUND_REASON, refundAccount: REFUND_ACCOUNT }),
    );
    if (result !== undefined && result.status !== 'REQUESTED') job.end = result.status;
    else if (isPortOneApiError(error, ...NOTHING_LEFT)) job.end ??= 'REFUSED';
    else if (tries === 1) return;
    else if (this.dice.chance(0.15)) job.abandoned = true;
    else
      this.world.agenda.in(this.dice.one([MINUTE, 20 * MINUTE, 4 * HOUR, 26 * HOUR]), () =>
        this.#again(job, tries - 1),
      );
  }

  async #again(job: RefundJob, tries: number): Promise<void> {
    if (!job.end) await this.#askFor(job, tries);
  }

  /** Asks again for what has no end yet. */
  async askForAll(): Promise<void> {
    for (const job of this.order.refunds) if (!job.end && !job.abandoned) await this.#askFor(job);
  }
}

/** As a shop does that has no names for its refunds. */
async function cancelCarelessly(
  payments: PaymentService,
  { paymentId, amount }: RefundJob,
): Promise<Pick<Refund, 'status'>> {
  const request = { paymentId, reason: REFUND_REASON, refundAccount: REFUND_ACCOUNT };
  const { cancellation } = await payments.cancelPayment(amount === undefined ? request : { ...request, amount });
  return { status: cancellation.status === 'FAILED' ? 'FAILED' : 'SUCCEEDED' };
}
