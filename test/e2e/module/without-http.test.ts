import { createServer, type AddressInfo } from 'node:net';

import { Controller, Injectable, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import {
  PaymentService,
  PortOneClient,
  PortOneModule,
  PortOneWebhook,
  WebhookDispatcher,
  WebhookVerifier,
  type WebhookEvent,
} from 'nestjs-portone';
import { signWebhook } from 'nestjs-portone/testing';
import { firstValueFrom } from 'rxjs';

import { deliver, paidEvent, SECRET } from '../../support/deliveries.js';
import { PortOneServer } from './portone-server.js';

@Injectable()
class Orders {
  readonly paid: string[] = [];

  constructor(
    readonly client: PortOneClient,
    readonly payments: PaymentService,
  ) {}

  @PortOneWebhook('Transaction.Paid')
  onPaid({ data }: WebhookEvent<'Transaction.Paid'>): void {
    this.paid.push(data.paymentId);
  }
}

@Controller()
class PaymentMessages {
  constructor(private readonly payments: PaymentService) {}

  @MessagePattern('payment.status')
  async status(paymentId: string): Promise<unknown> {
    return (await this.payments.getPayment({ paymentId })).status;
  }
}

let server: PortOneServer;
beforeAll(async () => (server = await PortOneServer.start()));
afterAll(() => server.stop());

const module = () => {
  @Module({
    imports: [PortOneModule.forRoot({ apiSecret: 'secret', baseUrl: server.url, webhook: { secrets: [SECRET] } })],
    providers: [Orders],
    controllers: [PaymentMessages],
  })
  class WorkerModule {}
  return WorkerModule;
};

async function callsPortOne(app: INestApplicationContext): Promise<void> {
  const { client, payments } = app.get(Orders);
  await expect(payments.getPayment({ paymentId: 'p' })).resolves.toMatchObject({ status: 'PAID' });
  await expect(client.payment.getPayment({ paymentId: 'p' })).resolves.toMatchObject({ status: 'PAID' });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

const options = { logger: false, abortOnError: false } as const;

it('an application context has client and services, starts and ends', async () => {
  const app = await NestFactory.createApplicationContext(module(), options);
  await callsPortOne(app);
  await app.close();
  await server.disconnected();
  expect(server.connections).toBe(0);
});

it('an application context handles events that come by another way, such as a queue', async () => {
  const app = await NestFactory.createApplicationContext(module(), options);
  const { headers, body } = signWebhook({ secret: SECRET, event: paidEvent('p-from-a-queue'), id: 'msg_1' });
  const event = app.get(WebhookVerifier).verify(body, headers);
  const delivery = {
    id: headers['webhook-id'],
    timestamp: new Date(),
    receivedAt: new Date(),
    attempt: 0,
    rawBody: Buffer.from(body),
    signal: new AbortController().signal,
  };
  await expect(app.get(WebhookDispatcher).dispatch(event, delivery)).resolves.toMatchObject({ status: 200 });
  await expect(app.get(WebhookDispatcher).dispatch(event, delivery)).resolves.toMatchObject({
    body: { status: 'duplicate' },
  });
  expect(app.get(Orders).paid).toEqual(['p-from-a-queue']);
  await app.close();
});

it('a microservice has client and services, starts and ends', async () => {
  const port = await freePort();
  const transport = { transport: Transport.TCP, options: { host: '127.0.0.1', port } } as const;
  const app = await NestFactory.createMicroservice(module(), { ...transport, ...options });
  await app.listen();
  await callsPortOne(app);
  const remote = ClientProxyFactory.create(transport);
  await expect(firstValueFrom(remote.send('payment.status', 'p'))).resolves.toBe('PAID');
  await remote.close();
  await app.close();
  await server.disconnected();
  expect(server.connections).toBe(0);
});

it('an application that is HTTP and a microservice has the endpoint', async () => {
  const app = await NestFactory.create(module(), options);
  app.connectMicroservice({ transport: Transport.TCP, options: { host: '127.0.0.1', port: await freePort() } });
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  expect((await deliver(`${await app.getUrl()}/webhook/portone`)).status).toBe(200);
  await callsPortOne(app);
  await app.close();
});
