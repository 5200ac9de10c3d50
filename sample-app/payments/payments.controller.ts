import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { PaymentService } from 'nestjs-portone';

import { Public } from '../auth/public.decorator.js';
import type { Order } from '../orders/order.js';
import { OrdersService } from '../orders/orders.service.js';
import { CancelPaymentDto, ConfirmPaymentDto } from './payments.dto.js';

@Controller('api/payments')
export class PaymentsController {
  constructor(
    private readonly payments: PaymentService,
    private readonly orders: OrdersService,
  ) {}

  /** The buyer's browser is back from the payment window. What it says is checked against PortOne and our own order. */
  @Public()
  @Post('confirm')
  @HttpCode(200)
  async confirm(@Body() { paymentId }: ConfirmPaymentDto): Promise<Order> {
    const order = await this.orders.byPaymentId(paymentId);
    const { totalAmount, currency } = order;
    const payment = await this.payments.verifyPayment(paymentId, { totalAmount, currency });
    return this.orders.fulfil(order, payment);
  }

  @Public()
  @Get(':paymentId')
  async find(@Param('paymentId') paymentId: string): Promise<object> {
    const payment = await this.payments.getPayment({ paymentId });
    // Not the whole payment: it has the buyer's name and card in it.
    return { paymentId, status: payment.status, ...('amount' in payment && { amount: payment.amount }) };
  }

  @Post(':paymentId/cancel')
  @HttpCode(200)
  async cancel(
    @Param('paymentId') paymentId: string,
    @Body() { reason, amount, requestId }: CancelPaymentDto,
  ): Promise<object> {
    const { cancellation } = await this.payments.cancelPayment(
      { paymentId, reason, ...(amount !== undefined && { amount }) },
      { idempotencyKey: requestId },
    );
    // A cancellation may be REQUESTED or FAILED: what is refunded is what the payment says.
    return { cancellation: cancellation.status, order: await this.orders.syncRefunds(paymentId) };
  }
}
