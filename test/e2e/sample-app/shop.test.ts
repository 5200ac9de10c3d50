import { PortOneClient } from '@portone/server-sdk';

import { Bookkeeping } from '../../../sample-app/bookkeeping.js';
import { PLATFORMS } from '../../support/platforms.js';
import { openShop, STAFF, type RunningShop } from './running-shop.js';

describe.each(PLATFORMS)('the sample shop on %s', (_, adapter) => {
  let shop: RunningShop;
  beforeAll(async () => {
    shop = await openShop(adapter);
  });
  afterAll(() => shop.close());

  it('marks an order as paid when PortOne tells, and refunds it in part, then the rest', async () => {
    const { sandbox, call, orderOf } = shop;
    const order = await shop.place();
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

  it('refunds once when a click comes twice, and nothing else under its name', async () => {
    const { sandbox, call, orderOf } = shop;
    const order = await shop.place();
    await sandbox.buyer.pay(order.paymentId);
    const refund = { reason: 'double click', amount: 10_000, requestId: `refund-of-${order.orderId}` };
    const path = `/api/payments/${order.paymentId}/cancel`;
    const answers = await Promise.all([call('POST', path, refund, STAFF), call('POST', path, refund, STAFF)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await orderOf(order)).toMatchObject({ refundedAmount: 10_000 });
    expect(await call('POST', path, { ...refund, amount: 20_000 }, STAFF)).toMatchObject({
      status: 409,
      body: { type: 'REFUND_CONFLICT' },
    });
    expect(await orderOf(order)).toMatchObject({ refundedAmount: 10_000 });
  });

  it('confirms what the browser says against PortOne', async () => {
    const { sandbox, call } = shop;
    const order = await shop.place(1);
    const confirm = () => call('POST', '/api/payments/confirm', { paymentId: order.paymentId });
    expect(await confirm()).toMatchObject({ status: 404, body: { type: 'PAYMENT_NOT_FOUND' } });
    await expect(sandbox.buyer.pay(order.paymentId, { totalAmount: 100 })).rejects.toThrow(/amount/i);
    await sandbox.buyer.pay(order.paymentId, { card: '4111 1111 1111 1112' });
    expect(await confirm()).toMatchObject({
      status: 409,
      body: { message: 'The order is not paid: its payment is FAILED.' },
    });
    await sandbox.buyer.pay(order.paymentId);
    expect(await confirm()).toMatchObject({ status: 200, body: { status: 'PAID' } });
    expect((await call('GET', `/api/payments/${order.paymentId}`)).body).toMatchObject({
      status: 'PAID',
      amount: { total: 89_000 },
    });
  });

  it('leaves an order open while its virtual account waits for money', async () => {
    const { sandbox, call, orderOf } = shop;
    const order = await shop.place(1);
    await sandbox.buyer.pay(order.paymentId, { payMethod: 'VIRTUAL_ACCOUNT' });
    expect(await call('POST', '/api/payments/confirm', { paymentId: order.paymentId })).toMatchObject({
      status: 200,
      body: { status: 'PENDING' },
    });
    await sandbox.buyer.deposit(order.paymentId);
    await sandbox.settled();
    expect(await orderOf(order)).toMatchObject({ status: 'PAID' });
  });

  it('gives back what was paid of another amount, and ships nothing', async () => {
    const { sandbox, orderOf } = shop;
    const order = await shop.place(1);
    const { payment } = PortOneClient({ secret: sandbox.apiSecret, baseUrl: sandbox.url });
    const { billingKey } = await sandbox.buyer.issueBillingKey();
    const { paymentId } = order;
    const wrong = { billingKey, orderName: 'cheap', amount: { total: 100 }, currency: 'KRW' } as const;
    await payment.payWithBillingKey({ paymentId, ...wrong });
    await sandbox.settled();
    expect(await payment.getPayment({ paymentId })).toMatchObject({ status: 'CANCELLED', amount: { cancelled: 100 } });
    expect(await orderOf(order)).toMatchObject({ status: 'PENDING', refundedAmount: 0 });
  });

  it('answers wrong input, strangers and payments of other shops rightly', async () => {
    const { sandbox, call } = shop;
    expect((await call('POST', '/api/orders', { product: 'keyboard', quantity: 0, coupon: 1 })).status).toBe(400);
    expect((await call('POST', '/api/orders', { product: 'yacht', quantity: 1 })).status).toBe(400);
    expect((await call('GET', '/api/orders/none')).status).toBe(404);
    expect((await call('GET', '/api/payments/none')).status).toBe(404);
    expect((await call('POST', '/api/payments/none/cancel', { reason: 'x' })).status).toBe(401);
    expect((await call('POST', '/api/payments/none/cancel', { reason: 'x' }, STAFF)).status).toBe(404);
    await sandbox.buyer.pay('somebody-elses', { totalAmount: 500 });
    await sandbox.settled();
    const told = sandbox.deliveries.filter(({ paymentId }) => paymentId === 'somebody-elses');
    expect(told.map(({ status }) => status)).toEqual(told.map(() => 200));
    expect(told.length).toBeGreaterThan(0);
  });

  it('finds out by itself what nobody told', async () => {
    const { sandbox, orderOf, app } = shop;
    const { webhook } = sandbox;
    const order = await shop.place(1);
    shop.unplug();
    await sandbox.buyer.pay(order.paymentId);
    expect(await orderOf(order)).toMatchObject({ status: 'PENDING' });
    await app.get(Bookkeeping).reconcile();
    expect(await orderOf(order)).toMatchObject({ status: 'PAID' });
    sandbox.webhook = webhook!;
  });
});
