/** The quick start's code as a user writes it, against stubs of what is the user's own. */
import { Body, Controller, Injectable, Module, Param, Post } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import {
  ConfirmRejection,
  PaymentService,
  portOneConfig,
  PortOneConfirm,
  PortOneExceptionFilter,
  PortOneModule,
  PortOneWebhook,
  type VerifiedPayment,
  type WebhookEvent,
} from 'nestjs-portone';
import { PortOneSandbox } from 'nestjs-portone/testing';

interface Order {
  readonly total: number;
}

@Injectable()
class Orders {
  declare byPaymentId: (paymentId: string) => Promise<Order>;
  declare fulfil: (order: Order, paid: VerifiedPayment) => Promise<Order>;
  declare hold: (paymentId: string) => Promise<boolean>;
}

class ConfirmPaymentDto {
  declare paymentId: string;
}

class CancelPaymentDto {
  declare reason: string;
  declare amount: number;
  declare requestId: string;
}

// checkout.controller.ts: the buyer's browser comes back
@Controller('api/payments')
export class CheckoutController {
  constructor(
    private readonly payments: PaymentService,
    private readonly orders: Orders,
  ) {}

  @Post('confirm')
  async confirm(@Body() { paymentId }: ConfirmPaymentDto) {
    const order = await this.orders.byPaymentId(paymentId);
    const paid = await this.payments.verifyPayment(paymentId, { totalAmount: order.total, currency: 'KRW' });
    return this.orders.fulfil(order, paid);
  }

  @Post(':paymentId/cancel')
  cancel(@Param('paymentId') paymentId: string, @Body() { reason, amount, requestId }: CancelPaymentDto) {
    return this.payments.cancelPayment({ paymentId, reason, amount }, { idempotencyKey: requestId }); // a double click cancels once
  }
}

// order.webhooks.ts: PortOne tells
@Injectable()
export class OrderWebhooks {
  constructor(
    private readonly payments: PaymentService,
    private readonly orders: Orders,
  ) {}

  @PortOneWebhook('Transaction.Paid')
  async onPaid({ data }: WebhookEvent<'Transaction.Paid'>) {
    const order = await this.orders.byPaymentId(data.paymentId);
    await this.orders.fulfil(
      order,
      await this.payments.verifyPayment(data.paymentId, { totalAmount: order.total, currency: 'KRW' }),
    );
  }

  @PortOneConfirm()
  async mayBuy({ data }: WebhookEvent<'Transaction.Confirm'>) {
    if (!(await this.orders.hold(data.paymentId))) throw new ConfirmRejection('재고가 모두 소진되었습니다.');
  }
}

// app.module.ts
@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, load: [portOneConfig] }),
    PortOneModule.forRootAsync(portOneConfig.asProvider()),
  ],
  controllers: [CheckoutController],
  providers: [
    Orders,
    OrderWebhooks,
    { provide: APP_FILTER, useFactory: () => new PortOneExceptionFilter({ statusOf: { UNAUTHORIZED: 502 } }) },
  ],
})
export class AppModule {}

// main.ts: nothing special; no rawBody, no middleware
export async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule);
  await app.listen(3000);
}

// in a test
export async function inATest(baseUrl: string, secret: string, paymentId: string): Promise<void> {
  const sandbox = await PortOneSandbox.start({
    apiSecret: 'test',
    webhook: { url: `${baseUrl}/webhook/portone`, secret },
  });
  await sandbox.buyer.pay(paymentId, { card: '4111 1111 1111 1111' });
  await sandbox.settled();
}
