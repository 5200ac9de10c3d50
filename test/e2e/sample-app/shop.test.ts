import { ValidationPipe, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { PortOneSandbox } from 'nestjs-portone/testing';

import { AppModule } from '../../../sample-app/app.module.js';
import type { Order } from '../../../sample-app/orders/order.js';
import { startSandbox } from '../../../sample-app/sandbox.js';

const STAFF = { 'x-staff-key': 'staff' };

describe('the sample shop', () => {
  const environment = { ...process.env };
  let app: INestApplication;
  let sandbox: PortOneSandbox;
  let url: string;

  beforeAll(async () => {
    // The shop's address is known once it listens, its configuration before that.
    sandbox = await startSandbox('http://127.0.0.1:1', 0);
    app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
    app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
    sandbox.webhook = { ...sandbox.webhook!, url: `${url}/webhook/portone` };
  });

  afterAll(async () => {
    await app.close();
    await sandbox.stop();
    process.env = environment;
  });

  async function call<T>(
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    headers = {},
  ): Promise<{ status: number; body: T }> {
    const response = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as T };
  }

  async function place(quantity = 2): Promise<Order> {
    return (await call<Order>('POST', '/api/orders', { product: 'keyboard', quantity })).body;
  }

  const orderOf = async ({ orderId }: Order): Promise<Order> =>
    (await call<Order>('GET', `/api/orders/${orderId}`)).body;

  it('marks an order as paid when PortOne tells, and refunds it in part, then the rest', async () => {
    const order = await place();
    expect(order).toMatchObject({ status: 'PENDING', totalAmount: 178_000 });
    await sandbox.buyer.pay(order.paymentId);
    await sandbox.settled();
    expect(await orderOf(order)).toMatchObject({ status: 'PAID' });

    const cancel = `/api/payments/${order.paymentId}/cancel`;
    expect((await call('POST', cancel, { reason: 'broken', amount: 89_000 }, STAFF)).body).toMatchObject({
      cancellation: 'SUCCEEDED',
      order: { status: 'PARTIALLY_REFUNDED', refundedAmount: 89_000 },
    });
    expect((await call('POST', cancel, { reason: 'the rest' }, STAFF)).body).toMatchObject({
      order: { status: 'REFUNDED' },
    });
    expect(await call('POST', cancel, { reason: 'again' }, STAFF)).toMatchObject({
      status: 409,
      body: { type: 'PAYMENT_ALREADY_CANCELLED', operation: 'payment.cancelPayment' },
    });
    await sandbox.settled();
    expect(
      sandbox.deliveries.filter(({ paymentId }) => paymentId === order.paymentId).map(({ status }) => status),
    ).toEqual(Array(4).fill(200));
  });

  it('refunds once when a click comes twice', async () => {
    const order = await place();
    await sandbox.buyer.pay(order.paymentId);
    const refund = { reason: 'double click', amount: 10_000, requestId: `refund-of-${order.orderId}` };
    const path = `/api/payments/${order.paymentId}/cancel`;
    const answers = await Promise.all([call('POST', path, refund, STAFF), call('POST', path, refund, STAFF)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await orderOf(order)).toMatchObject({ refundedAmount: 10_000 });
  });

  it('confirms what the browser says against PortOne', async () => {
    const order = await place(1);
    const confirm = () =>
      call<{ type?: string; status?: string }>('POST', '/api/payments/confirm', { paymentId: order.paymentId });
    expect(await confirm()).toMatchObject({ status: 404, body: { type: 'PAYMENT_NOT_FOUND' } });
    await expect(sandbox.buyer.pay(order.paymentId, { totalAmount: 100 })).rejects.toThrow(/amount/i);
    await sandbox.buyer.pay(order.paymentId, { card: '4111 1111 1111 1112' });
    expect(await confirm()).toMatchObject({ status: 409, body: { type: 'PAYMENT_VERIFICATION_FAILED' } });
    await sandbox.buyer.pay(order.paymentId);
    expect(await confirm()).toMatchObject({ status: 200, body: { status: 'PAID' } });
    expect((await call('GET', `/api/payments/${order.paymentId}`)).body).toMatchObject({
      status: 'PAID',
      amount: { total: 89_000 },
    });
  });

  it('answers wrong input, strangers and payments of other shops rightly', async () => {
    expect((await call('POST', '/api/orders', { product: 'keyboard', quantity: 0, coupon: 1 })).status).toBe(400);
    expect((await call('POST', '/api/orders', { product: 'yacht', quantity: 1 })).status).toBe(400);
    expect((await call('GET', '/api/orders/none')).status).toBe(404);
    expect((await call('GET', '/api/payments/none')).status).toBe(404);
    expect((await call('POST', '/api/payments/none/cancel', { reason: 'x' })).status).toBe(401);
    expect((await call('POST', '/api/payments/none/cancel', { reason: 'x' }, STAFF)).status).toBe(404);
    await sandbox.buyer.pay('somebody-elses', { totalAmount: 500 });
    await sandbox.settled();
    expect(
      sandbox.deliveries
        .filter(({ paymentId }) => paymentId === 'somebody-elses')
        .every(({ status }) => status === 200),
    ).toBe(true);
  });
});
