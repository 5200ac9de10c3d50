import type { Order } from './order.js';

/** Where orders are kept. An abstract class is interface and injection token in one. */
export abstract class OrdersRepository {
  abstract insert(order: Order): Promise<void>;

  abstract findById(orderId: string): Promise<Order | undefined>;

  abstract findByPaymentId(paymentId: string): Promise<Order | undefined>;

  /**
   * Marks a pending order as paid, once: `UPDATE … WHERE status = 'PENDING'`, in one transaction with what has the goods
   * shipped. After a crash the same payment is handed over again.
   *
   * @returns whether this call was the one
   */
  abstract markPaid(orderId: string): Promise<boolean>;

  /** Notes what PortOne says is refunded in all. Never less than is noted already: news may arrive out of order. */
  abstract noteRefund(orderId: string, refundedAmount: number): Promise<void>;
}
