import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { PaymentService } from 'nestjs-portone';

import { Public } from '../auth/public.decorator.js';
import type { Order } from '../orders/order.js';
import { CheckoutService } from './checkout.service.js';
import { CancelPaymentDto, ConfirmPaymentDto } from './payments.dto.js';

@Controller('api/payments')
export class PaymentsController {
  constructor(
    private readonly payments: PaymentService,
    private readonly checkout: CheckoutService,
  ) {}

  /** The buyer's browser is back from the payment window. What it says is checked against PortOne and our own order. */
  @Public()
  @Post('confirm')
  @HttpCode(200)
  confirm(@Body() { paymentId }: ConfirmPaymentDto): Promise<Order> {
    return this.checkout.settle(paymentId);
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
  cancel(@Param('paymentId') paymentId: string, @Body() request: CancelPaymentDto): Promise<object> {
    return this.checkout.refund(paymentId, request);
  }
}
