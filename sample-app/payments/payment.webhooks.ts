import { Injectable } from '@nestjs/common';
import { PaymentService, PortOneWebhook, WebhookDiscard, type WebhookEvent } from 'nestjs-portone';

import type { Order } from '../orders/order.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { OrdersService } from '../orders/orders.service.js';

/** PortOne tells. Whatever throws here is answered with 500, and PortOne tells again. */
@Injectable()
export class PaymentWebhooks {
  constructor(
    private readonly payments: PaymentService,
    private readonly orders: OrdersService,
    private readonly repository: OrdersRepository,
  ) {}

  @PortOneWebhook('Transaction.Paid')
  async onPaid({ data }: WebhookEvent<'Transaction.Paid'>): Promise<void> {
    const order = await this.ours(data.paymentId);
    const { totalAmount, currency } = order;
    await this.orders.fulfil(order, await this.payments.verifyPayment(data.paymentId, { totalAmount, currency }));
  }

  @PortOneWebhook('Transaction.Cancelled', 'Transaction.PartialCancelled')
  async onCancelled({ data }: WebhookEvent<'Transaction.Cancelled' | 'Transaction.PartialCancelled'>): Promise<void> {
    await this.ours(data.paymentId);
    await this.orders.syncRefunds(data.paymentId);
  }

  /** A payment of another shop of the same store: asking again would not make it ours. */
  private async ours(paymentId: string): Promise<Order> {
    const order = await this.repository.findByPaymentId(paymentId);
    if (order === undefined) throw new WebhookDiscard(`payment ${paymentId} is of no order of ours`);
    return order;
  }
}
