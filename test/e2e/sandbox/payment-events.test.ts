import { PortOneClient, type Payment } from '@portone/server-sdk';
import { openShop, refusal, type Shop } from './shop.js';

type Event = Extract<Payment.PaymentEvent, { id: string }>;

describe('PortOneSandbox: payment events, driven by the official SDK', () => {
  let shop: Shop;
  // Without a store: the events of all stores of the merchant.
  let merchant: PortOneClient;

  beforeAll(async () => {
    shop = await openShop();
    const { sandbox } = shop;
    merchant = PortOneClient({ secret: sandbox.apiSecret, baseUrl: sandbox.url });
    const branch = sandbox.addStore({ storeId: 'branch' });
    sandbox.addStore({ storeId: 'stranger', apiSecret: 'another' });
    await sandbox.buyer.pay('a', { totalAmount: 1000 });
    await sandbox.clock.advance({ minutes: 1 });
    await branch.buyer.pay('b', { totalAmount: 500 });
    await branch.buyer.fail('failed');
    await sandbox.clock.advance({ minutes: 1 });
    await sandbox.console.cancel('a', { amount: 300 });
    await sandbox.clock.advance({ minutes: 1 });
    await sandbox.console.cancel('a');
    await sandbox.buyer.pay('account', { payMethod: 'VIRTUAL_ACCOUNT' });
    await sandbox.clock.advance({ minutes: 1 });
    await sandbox.buyer.deposit('account');
  });
  afterAll(() => shop.close());

  const list = async (query: object = {}, client = merchant) => {
    const { items } = await client.payment.getAllPaymentEventsByCursor(query);
    return items.map(({ paymentEvent, cursor }) => ({ event: paymentEvent as Event, cursor }));
  };
  const brief = async (query: object = {}, client = merchant) =>
    (await list(query, client)).map(
      ({ event: { type, paymentId, eventAmount } }) => `${type} ${paymentId} ${eventAmount}`,
    );

  it('lists money that came and went, over all stores of the merchant, by the time of the event', async () => {
    expect(await brief()).toEqual([
      'PAID a 1000',
      'PAID b 500',
      'PARTIAL_CANCELLED a -300',
      'CANCELLED a -700',
      'PAID account 1000',
    ]);
    const another = PortOneClient({ secret: 'another', baseUrl: shop.sandbox.url });
    expect(await brief({}, another)).toEqual([]);
  });

  it('lists those of one store', async () => {
    expect(await brief({ storeId: 'branch' })).toEqual(['PAID b 500']);
    expect(await brief({}, shop.client)).not.toContain('PAID b 500');
    await expect(brief({ storeId: 'stranger' })).rejects.toEqual(refusal('FORBIDDEN'));
  });

  it('shows the payment as it was, and what was cancelled', async () => {
    const [paid, , part, whole] = (await list()).map(({ event }) => event);
    const { transactionId } = (await merchant.payment.getPayment({ paymentId: 'a' })) as Payment.CancelledPayment;
    expect(paid).toMatchObject({
      transactionId,
      storeId: 'store-sandbox',
      createdAt: '2026-01-01T12:00:00.000Z',
      totalAmount: { total: 1000, paid: 1000, cancelled: 0 },
      disputes: [],
      webhooks: expect.any(Array) as unknown,
    });
    expect(part).toMatchObject({
      createdAt: '2026-01-01T12:02:00.000Z',
      totalAmount: { cancelled: 300 },
      cancellation: { status: 'SUCCEEDED', totalAmount: 300 },
    });
    expect(whole).toMatchObject({ totalAmount: { cancelled: 1000 }, cancellation: { totalAmount: 700 } });
    expect(new Set([paid?.id, part?.id, whole?.id, transactionId]).size).toBe(4);
  });

  it('goes on behind a cursor, also when more came at the same moment', async () => {
    const first = await list({ size: 2 });
    const rest = await brief({ cursor: first[1]?.cursor, size: 1000 });
    expect(rest).toHaveLength(3);
    const last = (await list()).at(-1);
    expect(await brief({ cursor: last?.cursor })).toEqual([]);
  });

  it('lists by the time of the event, not of the payment', async () => {
    expect(await brief({ from: '2026-01-01T12:02:00Z', until: '2026-01-01T12:03:00Z' })).toEqual([
      'PARTIAL_CANCELLED a -300',
      'CANCELLED a -700',
    ]);
    expect(await brief({ until: '2026-06-01T00:00:00Z' })).toEqual([]);
  });

  it.each([
    [{ size: 1001 }, 'size must be at most 1000.'],
    [{ cursor: 'made up' }, 'cursor is not one of an earlier answer.'],
    [{ from: 'now' }, 'from must be an RFC 3339 date-time.'],
  ])('refuses %j', async (query, message) => {
    await expect(list(query)).rejects.toEqual(refusal('INVALID_REQUEST', { message }));
  });
});
