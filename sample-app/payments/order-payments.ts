import { Injectable } from '@nestjs/common';
import {
  OnPaymentSync,
  refundDuplicateCharge,
  refundMismatch,
  type ExpectedOrder,
  type TransactionalSyncContext,
  type SyncedPayment,
} from 'nestjs-portone';

import { OrdersRepository } from '../orders/orders.repository.js';
import { OrdersService } from '../orders/orders.service.js';

/** Every news of a payment comes here, and one at a time: the browser's return, webhooks, the reconciler's. */
@Injectable()
export class OrderPayments {
  constructor(
    private readonly orders: OrdersService,
    private readonly repository: OrdersRepository,
  ) {}

  async expected(paymentId: string): Promise<ExpectedOrder | null> {
    const order = await this.repository.findByPaymentId(paymentId);
    // A subscription's, or of another shop of the same store: not ours to judge.
    if (order === undefined) return null;
    const { orderId, totalAmount, currency } = order;
    return { orderId, totalAmount, currency };
  }

  @OnPaymentSync({
    expect: 'expected',
    onMismatch: refundMismatch,
    onDuplicateCharge: refundDuplicateCharge,
    transactional: true,
  })
  async apply(payment: SyncedPayment, { order, transaction }: TransactionalSyncContext): Promise<void> {
    switch (payment.status) {
      case 'PAID':
        return this.orders.fulfil(order.orderId, payment, transaction);
      case 'PARTIAL_CANCELLED':
      case 'CANCELLED':
        return this.repository.noteRefund(order.orderId, payment.amount.cancelled, transaction);
    }
  }
}
