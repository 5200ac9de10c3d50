export type OrderStatus = 'PENDING' | 'PAID' | 'PARTIALLY_REFUNDED' | 'REFUNDED';

/** What the shop sells, and what it owes the buyer. Amounts are in won. */
export interface Order {
  readonly orderId: string;
  /** PortOne knows the order by this. */
  readonly paymentId: string;
  readonly product: string;
  readonly quantity: number;
  readonly totalAmount: number;
  readonly currency: 'KRW';
  readonly status: OrderStatus;
  readonly refundedAmount: number;
}

/** The price is the shop's to say, never the browser's. */
export const PRICES: Readonly<Record<string, number>> = { keyboard: 89_000, mouse: 35_000, cable: 9_000 };
