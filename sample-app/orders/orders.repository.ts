import type { PortOneTransaction } from 'nestjs-portone';

import type { Order } from './order.js';

/** Where orders are kept. An abstract class is interface and injection token in one. */
export abstract class OrdersRepository {
  abstract insert(order: Order): Promise<void>;

  abstract findById(orderId: string): Promise<Order | undefined>;

  abstract findByPaymentId(paymentId: string): Promise<Order | undefined>;

  /**
   * Marks a pending order as paid, once.
   *
   * @param transaction in which it is noted too that the payment was applied
   * @returns the order, if this call was the one
   */
  abstract markPaid(orderId: string, transaction: PortOneTransaction): Promise<Order | undefined>;

  /** Notes what PortOne says is refunded in all. Never less than is noted already: news may arrive out of order. */
  abstract noteRefund(orderId: string, refundedAmount: number, transaction: PortOneTransaction): Promise<void>;
}
