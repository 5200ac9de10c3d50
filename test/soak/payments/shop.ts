import type { VerifiedPayment } from '../../../lib/index.js';

/** What is read of a payment, whatever its status. */
export interface SeenPayment {
  readonly id: string;
  readonly status: string;
  readonly amount: { readonly total: number; readonly cancelled: number };
  readonly currency: string;
  readonly disputes?: readonly { readonly status: string }[];
  readonly cancellations?: readonly {
    readonly id: string;
    readonly status: string;
    readonly totalAmount: number;
    readonly trigger?: string;
    readonly reason: string;
  }[];
}

export function seen(payment: object): SeenPayment {
  return payment as SeenPayment;
}

/** What a shop keeps of a payment's state. */
export function stateOf({ status, amount, disputes = [] }: SeenPayment): string {
  const open = status === 'PAID' ? disputes.filter((one) => one.status !== 'RESOLVED').length : 0;
  return `${status} ${amount.cancelled}${open > 0 ? ` ${open} disputed` : ''}`;
}

/** A refund that somebody asked for, as the shop's table has it. */
export interface RefundJob {
  readonly refundId: string;
  readonly paymentId: string;
  /** Absent: all that is left. */
  readonly amount: number | undefined;
  /** Nobody asks for it again; what was begun is left to `followRefunds`. */
  abandoned: boolean;
  end?: 'SUCCEEDED' | 'FAILED' | 'REFUSED';
}

/** A row of the orders' table. */
export class Order {
  status: 'PENDING' | 'PAID' = 'PENDING';
  lapsed = false;
  paidBy: string | undefined;
  /** Every payment id that was given out for it. */
  readonly paymentIds = new Set<string>();
  /** What the sync's method was told of each payment last. */
  readonly told = new Map<string, string>();
  /** How often it was fulfilled, and with which payment. */
  readonly fulfilments: { paymentId: string; total: number; currency: string }[] = [];
  readonly refunds: RefundJob[] = [];
  readonly log: string[] = [];

  constructor(
    readonly index: number,
    readonly price: number,
  ) {}

  get id(): string {
    return `order${this.index}`;
  }
}

/** The shop's database: it outlives every process. */
export class Orders {
  readonly all = new Map<string, Order>();
  /** Calls of the sync's method that were under way at once for one payment, in processes that lived. */
  atOnce = 0;
  /** Set to see that the soak notices: the order is fulfilled whatever its status. */
  careless = false;

  constructor(private readonly now: () => Date) {}

  /** Payment ids are `order12-2`. */
  of(paymentId: string): Order | undefined {
    return this.all.get(paymentId.split('-')[0] ?? '');
  }

  /** Those of orders that are not paid: SELECT … WHERE status = 'PENDING'. */
  *pendingPaymentIds(): Iterable<string> {
    for (const { status, paymentIds } of this.all.values()) if (status === 'PENDING') yield* paymentIds;
  }

  note(paymentId: string, text: string): void {
    this.of(paymentId)?.log.push(`${this.now().toISOString()} ${paymentId}: ${text}`);
  }

  /** One transaction, with `UPDATE orders SET status = 'PAID' … WHERE id = $1 AND status = 'PENDING'` in it. */
  apply(order: Order, payment: VerifiedPayment | object): void {
    const now = seen(payment);
    order.told.set(now.id, stateOf(now));
    if (now.status !== 'PAID' && now.status !== 'PARTIAL_CANCELLED') return;
    // The library gives an order one payment alone: another one here is one too many, whatever the row says.
    const other = order.paidBy !== undefined && order.paidBy !== now.id;
    if (order.status !== 'PENDING' && !other && !this.careless) return;
    order.status = 'PAID';
    order.paidBy ??= now.id;
    order.fulfilments.push({ paymentId: now.id, total: now.amount.total, currency: now.currency });
    this.note(now.id, 'FULFILLED');
  }
}
