import { PortOneClient } from '@portone/server-sdk';

import type { BillingKey } from '../../../sample-app/billing-keys/billing-key.js';
import type { MembershipView } from '../../../sample-app/subscriptions/memberships.service.js';
import { PLATFORMS } from '../../support/platforms.js';
import { openShop, STAFF, type RunningShop } from './running-shop.js';

describe.each(PLATFORMS)('cards left in the sample shop on %s', (_, adapter) => {
  let shop: RunningShop;
  beforeAll(async () => {
    shop = await openShop(adapter);
  });
  afterAll(() => shop.close());

  const register = (body: object) => shop.call<BillingKey>('POST', '/api/billing-keys', body);
  const listed = async () => (await shop.call<BillingKey[]>('GET', '/api/billing-keys', undefined, STAFF)).body;

  async function leaveCard(card = '4111 1111 1111 1111'): Promise<string> {
    const { billingKey } = await shop.sandbox.buyer.issueBillingKey({ card });
    expect((await register({ billingKey })).status).toBe(201);
    return billingKey;
  }

  it('are kept, listed for the staff, and deleted', async () => {
    const billingKey = await leaveCard();
    expect(await register({ billingKey })).toMatchObject({ status: 201, body: { billingKey } });
    expect((await listed()).filter((one) => one.billingKey === billingKey)).toHaveLength(1);
    expect((await shop.call('GET', '/api/billing-keys')).status).toBe(401);
    expect((await shop.call('DELETE', `/api/billing-keys/${billingKey}`)).status).toBe(401);
    expect((await shop.call('DELETE', `/api/billing-keys/${billingKey}`, undefined, STAFF)).status).toBe(204);
    expect((await shop.call('DELETE', `/api/billing-keys/${billingKey}`, undefined, STAFF)).status).toBe(404);
    expect(await register({ billingKey })).toMatchObject({ status: 400 });
  });

  it('are approved where the browser has only a token', async () => {
    const { billingKey: none, billingIssueToken } = await shop.sandbox.buyer.issueBillingKey({ approval: 'manual' });
    expect((await register({ billingKey: none })).status).toBe(404);
    const { status, body } = await register({ billingIssueToken });
    expect(status).toBe(201);
    expect(body.billingKey).not.toBe(none);
    expect((await register({})).status).toBe(400);
  });

  it('are forgotten when the buyer takes them back elsewhere', async () => {
    const billingKey = await leaveCard();
    await shop.sandbox.buyer.deleteBillingKey(billingKey);
    await shop.sandbox.settled();
    expect((await listed()).map((one) => one.billingKey)).not.toContain(billingKey);
  });

  it('pay an order once, when they are good', async () => {
    const order = await shop.place(1);
    const pay = (billingKey: string) =>
      shop.call('POST', `/api/billing-keys/${billingKey}/payments`, { orderId: order.orderId }, STAFF);
    expect(await pay(await leaveCard('4111 1111 1111 1112'))).toMatchObject({
      status: 409,
      body: { message: 'The order is not paid: its payment is FAILED.' },
    });
    const good = await leaveCard();
    const answers = await Promise.all([pay(good), pay(good)]);
    expect(answers).toMatchObject(Array(2).fill({ status: 200, body: { status: 'PAID' } }));
    expect(
      shop.sandbox.ledger.executions.filter(
        ({ paymentId, kind }) => paymentId === order.paymentId && kind === 'CHARGE',
      ),
    ).toHaveLength(1);
    expect((await pay('none')).status).toBe(404);
    expect((await shop.call('POST', `/api/billing-keys/${good}/payments`, { orderId: order.orderId })).status).toBe(
      401,
    );
  });

  it('are charged for a subscription until it is cancelled', async () => {
    const billingKey = await leaveCard();
    const requestId = '5f1c1e6e-6f0e-4f6b-9c7e-0d1f6f0a9b11';
    const subscribe = () =>
      shop.call<MembershipView>('POST', '/api/subscriptions', { billingKey, plan: 'monthly', requestId }, STAFF);
    const { status, body } = await subscribe();
    expect(status).toBe(201);
    expect(body).toMatchObject({ subscriptionId: requestId, status: 'ACTIVE', paymentIds: [expect.any(String)] });
    expect(Date.parse(body.nextChargeAt!)).toBeGreaterThan(Date.now() + 26 * 86_400_000);
    await shop.sandbox.settled();
    expect((await subscribe()).body).toEqual(body);

    const { payment } = PortOneClient({ secret: shop.sandbox.apiSecret, baseUrl: shop.sandbox.url });
    const filter = { billingKey, until: new Date(Date.now() + 90 * 86_400_000).toISOString() };
    const scheduled = async () => (await payment.paymentSchedule.getPaymentSchedules({ filter })).items;
    expect(await scheduled()).toMatchObject([{ status: 'SCHEDULED', timeToPay: body.nextChargeAt }]);
    const remove = (path: string) => shop.call('DELETE', path, undefined, STAFF);
    expect(await remove(`/api/billing-keys/${billingKey}`)).toMatchObject({
      status: 409,
      body: { type: 'PAYMENT_SCHEDULE_ALREADY_EXISTS' },
    });
    expect(await remove(`/api/subscriptions/${requestId}`)).toMatchObject({
      status: 200,
      body: { status: 'CANCELLED', nextChargeAt: null, paymentIds: body.paymentIds },
    });
    expect(await scheduled()).toMatchObject([{ status: 'REVOKED' }]);
    expect((await remove(`/api/billing-keys/${billingKey}`)).status).toBe(204);
  });

  it('are charged for no subscription that nobody sells, or of strangers', async () => {
    const billingKey = await leaveCard();
    const subscribe = (body: object, headers: object = STAFF) =>
      shop.call('POST', '/api/subscriptions', { billingKey, plan: 'monthly', ...body }, headers);
    expect((await subscribe({}, {})).status).toBe(401);
    expect((await subscribe({ plan: 'daily' })).status).toBe(400);
    expect((await subscribe({ billingKey: 'none' })).status).toBe(404);
    expect((await shop.call('DELETE', '/api/subscriptions/none')).status).toBe(401);
    expect((await shop.call('DELETE', '/api/subscriptions/none', undefined, STAFF)).status).toBe(404);
  });
});
