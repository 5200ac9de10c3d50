import { randomUUID } from 'node:crypto';

import { ConflictException, Injectable } from '@nestjs/common';
import { PaymentService, PaymentSyncService, type Refund } from 'nestjs-portone';

import type { Order } from '../orders/order.js';
import { OrdersService } from '../orders/orders.service.js';
import type { CancelPaymentDto } from './payments.dto.js';

/** The buyer will pay, or the provider will say: no failure, and no success either. */
const WAITING: readonly unknown[] = ['VIRTUAL_ACCOUNT_ISSUED', 'PAY_PENDING'];

@Injectable()
export class CheckoutService {
  constructor(
    private readonly orders: OrdersService,
    private readonly payments: PaymentService,
    private readonly sync: PaymentSyncService,
  ) {}

  /** Asks PortOne what became of the payment of an order. @throws ConflictException when the order is not paid by it */
  async settle(paymentId: string): Promise<Order> {
    await this.orders.byPaymentId(paymentId);
    const { payment } = await this.sync.sync(paymentId, 'browser');
    const order = await this.orders.byPaymentId(paymentId);
    if (order.status !== 'PENDING' || WAITING.includes(payment.status)) return order;
    throw new ConflictException(`The order is not paid: its payment is ${String(payment.status)}.`);
  }

  /** Gives money back. Asked for again with its `requestId`, it answers what became of the first. */
  async refund(
    paymentId: string,
    { reason, amount, requestId = randomUUID() }: CancelPaymentDto,
  ): Promise<{ cancellation: Refund['status']; order: Order }> {
    await this.orders.byPaymentId(paymentId);
    const { status } = await this.payments.refund({ paymentId, refundId: requestId, reason, amount });
    await this.sync.sync(paymentId, 'browser');
    return { cancellation: status, order: await this.orders.byPaymentId(paymentId) };
  }
}
