import { randomUUID } from 'node:crypto';

import { BadRequestException, Injectable, Logger, NotFoundException } from '@nestjs/common';
import { createPaymentId, PaymentService, type PortOneTransaction, type VerifiedPayment } from 'nestjs-portone';

import { PRICES, type Order } from './order.js';
import { OrdersRepository } from './orders.repository.js';

@Injectable()
export class OrdersService {
  private readonly logger = new Logger(OrdersService.name);

  constructor(
    private readonly orders: OrdersRepository,
    private readonly payments: PaymentService,
  ) {}

  async place(product: string, quantity: number): Promise<Order> {
    const price = PRICES[product];
    if (price === undefined)
      throw new BadRequestException(`We sell ${Object.keys(PRICES).join(', ')}, not ${product}.`);
    const order: Order = {
      orderId: randomUUID(),
      paymentId: createPaymentId('order'),
      product,
      quantity,
      totalAmount: price * quantity,
      currency: 'KRW',
      status: 'PENDING',
      refundedAmount: 0,
    };
    await this.orders.insert(order);
    // From here on PortOne refuses a payment of another amount, whatever the browser asks for.
    const { paymentId, totalAmount, currency } = order;
    await this.payments.preRegisterPayment({ paymentId, totalAmount, currency });
    return order;
  }

  async byId(orderId: string): Promise<Order> {
    return this.found(await this.orders.findById(orderId), `order ${orderId}`);
  }

  async byPaymentId(paymentId: string): Promise<Order> {
    return this.found(await this.orders.findByPaymentId(paymentId), `payment ${paymentId}`);
  }

  /** Only a payment that was verified gets here: the type sees to it. Safe to call twice. */
  async fulfil(orderId: string, payment: VerifiedPayment, transaction: PortOneTransaction): Promise<void> {
    const order = await this.orders.markPaid(orderId, transaction);
    if (order === undefined) return;
    this.logger.log(`Order ${orderId} is paid with ${payment.id}: ship ${order.quantity} × ${order.product}.`);
  }

  private found(order: Order | undefined, what: string): Order {
    if (order === undefined) throw new NotFoundException(`There is no ${what}.`);
    return order;
  }
}
