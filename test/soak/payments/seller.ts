import { setImmediate as turn } from 'node:timers/promises';

import {
  OnPaymentSync,
  RefundAccountRequiredError,
  refundDuplicateCharge,
  refundMismatch,
  type ChargedPayment,
  type ExpectedOrder,
  type OrderSyncContext,
  type PaymentMismatch,
  type SyncedPayment,
} from '../../../lib/index.js';
import type { Breakage } from './breakage.js';
import type { ServerProcess } from './server-process.js';
import { seen, stateOf, type Orders } from './shop.js';

/** Where money of a virtual account goes back to. */
export const REFUND_ACCOUNT = { bank: 'SHINHAN', number: '110123456789', holderName: '홍길동' } as const;

/** Who is in the sync's method now, by payment: of all processes. */
const inside = new WeakMap<Orders, Map<string, Set<ServerProcess>>>();

/** The shop's code, in one process. */
export class Seller {
  constructor(
    private readonly orders: Orders,
    private readonly process: ServerProcess,
    private readonly breakage: Breakage | undefined,
  ) {}

  async expected(paymentId: string, payment: object): Promise<ExpectedOrder | null> {
    await this.process.reach('expect', paymentId);
    const order = this.orders.of(paymentId);
    if (!order) return null;
    if (this.breakage === 'expectations') {
      const { amount, currency } = seen(payment);
      return { orderId: order.id, totalAmount: amount.total, currency: currency as 'KRW', lapsed: order.lapsed };
    }
    return { orderId: order.id, totalAmount: order.price, currency: 'KRW', lapsed: order.lapsed };
  }

  @OnPaymentSync({ expect: 'expected', onMismatch: 'onMismatch', onDuplicateCharge: 'onDuplicateCharge' })
  async apply(payment: SyncedPayment, { cause }: OrderSyncContext): Promise<void> {
    const { id } = seen(payment);
    const leave = this.#enter(id);
    try {
      await this.process.reach('apply', id);
      await turn();
      await this.process.reach('commit', id);
      const order = this.orders.of(id);
      this.orders.note(id, `told ${stateOf(seen(payment))} by ${cause}`);
      if (order) this.orders.apply(order, payment);
      await this.process.reach('after commit', id);
    } finally {
      leave();
    }
  }

  async onMismatch(
    payment: ChargedPayment,
    mismatches: readonly PaymentMismatch[],
    context: OrderSyncContext,
  ): Promise<void> {
    if (this.breakage === 'mismatches') return;
    await this.#withAccount(payment, 'mismatch', context, () => refundMismatch(payment, mismatches, context));
  }

  async onDuplicateCharge(payment: ChargedPayment, context: OrderSyncContext): Promise<void> {
    if (this.breakage === 'duplicates') return;
    await this.#withAccount(payment, 'duplicate', context, () => refundDuplicateCharge(payment, context));
  }

  /** Where the ready-made hook cannot give the money back, as it does, with the account that the shop knows of the buyer. */
  async #withAccount(
    payment: ChargedPayment,
    why: string,
    { payments, signal }: OrderSyncContext,
    refund: () => unknown,
  ): Promise<void> {
    try {
      await refund();
    } catch (error) {
      if (!(error instanceof RefundAccountRequiredError)) throw error;
      const { id: paymentId, cancellations = [] } = seen(payment);
      const failed = cancellations.filter(({ status }) => status === 'FAILED').length;
      const refundId = `${why}-account-${paymentId}-${failed}`;
      const options = { paymentId, refundId, reason: why, refundAccount: REFUND_ACCOUNT };
      const { status } = await payments.refund(options, { signal });
      if (status === 'FAILED') throw new Error(`The refund of ${paymentId} failed.`, { cause: error });
    }
  }

  #enter(paymentId: string): () => void {
    const all = inside.get(this.orders) ?? new Map<string, Set<ServerProcess>>();
    inside.set(this.orders, all);
    const here = all.get(paymentId) ?? new Set<ServerProcess>();
    all.set(paymentId, here);
    const others = [...here].filter(({ dead }) => !dead);
    if (others.length > 0 && ![...others, this.process].some(({ lostLocks }) => lostLocks.has(paymentId))) {
      this.orders.atOnce += 1;
      this.orders.note(paymentId, 'THE METHOD RUNS TWICE AT ONCE');
    }
    here.add(this.process);
    return () => here.delete(this.process);
  }
}
