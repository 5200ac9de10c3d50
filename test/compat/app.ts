// One program for every kind of application: started, injected by type, told by a webhook, an SDK error caught.
import 'reflect-metadata';

import { strict as assert } from 'node:assert';

import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Payment } from '@portone/server-sdk';
import {
  createPaymentId,
  PaymentService,
  PortOneClient,
  PortOneModule,
  PortOneWebhook,
  type WebhookDelivery,
  type WebhookEvent,
} from 'nestjs-portone';
import { PaymentNotFoundError } from 'nestjs-portone/errors';
import { PortOneSandbox } from 'nestjs-portone/testing';

const SECRET = 'whsec_' + Buffer.from('compatibility').toString('base64');

@Injectable()
class Orders {
  readonly paid: string[] = [];

  constructor(
    readonly payments: PaymentService,
    readonly client: PortOneClient,
  ) {}

  @PortOneWebhook('Transaction.Paid')
  async onPaid(event: WebhookEvent<'Transaction.Paid'>, delivery: WebhookDelivery): Promise<void> {
    assert.equal(delivery.signal.aborted, false);
    const payment = await this.payments.verifyPayment(event.data.paymentId, { totalAmount: 1000, currency: 'KRW' });
    this.paid.push(payment.id);
  }
}

async function main(): Promise<void> {
  const sandbox = await PortOneSandbox.start({ apiSecret: 'test' });

  @Module({
    imports: [PortOneModule.forRoot({ apiSecret: 'test', baseUrl: sandbox.url, webhook: { secrets: [SECRET] } })],
    providers: [Orders],
  })
  class AppModule {}

  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
  await app.listen(0, '127.0.0.1');
  sandbox.webhook = { url: `${await app.getUrl()}/webhook/portone`, secret: SECRET };

  const orders = app.get(Orders);
  const paymentId = createPaymentId();
  await sandbox.buyer.pay(paymentId, { totalAmount: 1000, card: '4111 1111 1111 1111' });
  await sandbox.settled();
  assert.deepEqual(orders.paid, [paymentId]);
  assert.ok(orders.client instanceof PortOneClient);

  const error: unknown = await orders.payments.getPayment({ paymentId: 'nobody' }).catch((e: unknown) => e);
  assert.ok(error instanceof Payment.GetPaymentError);
  assert.ok(error instanceof PaymentNotFoundError);
  assert.equal(await orders.payments.findPayment('nobody'), null);

  await app.close();
  await sandbox.stop();
  console.log(`ok on Node ${process.versions.node}`);
}

void main();
