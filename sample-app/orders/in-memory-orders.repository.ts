import { Injectable } from '@nestjs/common';

import type { Order } from './order.js';
import { OrdersRepository } from './orders.repository.js';

/** Keeps orders until the process ends. */
@Injectable()
export class InMemoryOrdersRepository extends OrdersRepository {
  private readonly orders = new Map<string, Order>();

  async insert(order: Order): Promise<void> {
    this.orders.set(order.orderId, order);
  }

  async findById(orderId: string): Promise<Order | undefined> {
    return this.orders.get(orderId);
  }

  async findByPaymentId(paymentId: string): Promise<Order | undefined> {
    return [...this.orders.values()].find((order) => order.paymentId === paymentId);
  }

  async markPaid(orderId: string): Promise<boolean> {
    const order = this.orders.get(orderId);
    if (order?.status !== 'PENDING') return false;
    this.orders.set(orderId, { ...order, status: 'PAID' });
    return true;
  }

  async noteRefund(orderId: string, refundedAmount: number): Promise<void> {
    const order = this.orders.get(orderId);
    if (order === undefined || refundedAmount <= order.refundedAmount) return;
    const status = refundedAmount === order.totalAmount ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
    this.orders.set(orderId, { ...order, status, refundedAmount });
  }
}
