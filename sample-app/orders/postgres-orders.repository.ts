import { Injectable } from '@nestjs/common';
import type { PortOneTransaction } from 'nestjs-portone';
import { PostgresDatabase } from 'nestjs-portone/postgres';

import type { Order, OrderStatus } from './order.js';
import { OrdersRepository } from './orders.repository.js';

interface OrderRow {
  order_id: string;
  payment_id: string;
  product: string;
  quantity: number;
  total_amount: number;
  currency: 'KRW';
  status: OrderStatus;
  refunded_amount: number;
}

@Injectable()
export class PostgresOrdersRepository extends OrdersRepository {
  constructor(private readonly database: PostgresDatabase) {
    super();
  }

  async insert(order: Order): Promise<void> {
    const { orderId, paymentId, product, quantity, totalAmount, currency, status, refundedAmount } = order;
    await this.database.query('INSERT INTO orders VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', [
      ...[orderId, paymentId, product, quantity, totalAmount, currency, status, refundedAmount],
    ]);
  }

  async findById(orderId: string): Promise<Order | undefined> {
    const { rows } = await this.database.query<OrderRow>('SELECT * FROM orders WHERE order_id = $1', [orderId]);
    return rows[0] && orderFrom(rows[0]);
  }

  async findByPaymentId(paymentId: string): Promise<Order | undefined> {
    const { rows } = await this.database.query<OrderRow>('SELECT * FROM orders WHERE payment_id = $1', [paymentId]);
    return rows[0] && orderFrom(rows[0]);
  }

  async markPaid(orderId: string, transaction: PortOneTransaction): Promise<Order | undefined> {
    const { rows } = await transaction.query<OrderRow>(
      "UPDATE orders SET status = 'PAID' WHERE order_id = $1 AND status = 'PENDING' RETURNING *",
      [orderId],
    );
    return rows[0] && orderFrom(rows[0]);
  }

  async noteRefund(orderId: string, refundedAmount: number, transaction: PortOneTransaction): Promise<void> {
    await transaction.query(
      `UPDATE orders SET refunded_amount = $2,
         status = CASE WHEN total_amount = $2 THEN 'REFUNDED' ELSE 'PARTIALLY_REFUNDED' END
       WHERE order_id = $1 AND refunded_amount < $2`,
      [orderId, refundedAmount],
    );
  }
}

function orderFrom(row: OrderRow): Order {
  return {
    orderId: row.order_id,
    paymentId: row.payment_id,
    product: row.product,
    quantity: row.quantity,
    totalAmount: row.total_amount,
    currency: row.currency,
    status: row.status,
    refundedAmount: row.refunded_amount,
  };
}
