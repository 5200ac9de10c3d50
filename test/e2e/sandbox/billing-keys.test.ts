import { PortOneClient } from '@portone/server-sdk';
import { PortOneSandbox } from 'nestjs-portone/testing';
import { Receiver, SECRET } from './receiver.js';

describe('PortOneSandbox: billing keys, driven by the official SDK', () => {
  let receiver: Receiver;
  let sandbox: PortOneSandbox;
  let client: PortOneClient;

  beforeEach(async () => {
    receiver = new Receiver();
    await receiver.listen();
    sandbox = await PortOneSandbox.start({ clock: 'manual', webhook: { url: receiver.url, secret: SECRET } });
    client = PortOneClient({ secret: sandbox.apiSecret, baseUrl: sandbox.url, storeId: sandbox.storeId });
  });
  afterEach(async () => {
    await sandbox.stop();
    await receiver.close();
    expect(receiver.failures).toEqual([]);
  });

  const request = (number = '4111111111111111') => ({
    channelKey: 'channel-key-mine',
    method: { card: { credential: { number, expiryYear: '30', expiryMonth: '12' } } },
    customer: { id: 'customer-1', name: { separated: { first: '길동', last: '홍' } }, email: 'hong@example.com' },
    customData: 'mine',
  });
  const issue = async (number?: string) => {
    const { billingKeyInfo } = await client.payment.billingKey.issueBillingKey(request(number));
    return billingKeyInfo.billingKey;
  };
  const pay = (billingKey: string, paymentId = 'order-1', more: object = {}) =>
    client.payment.payWithBillingKey({
      paymentId,
      billingKey,
      orderName: '정기 결제',
      amount: { total: 9900 },
      currency: 'KRW',
      ...more,
    });

  it('issues, shows and deletes one, and tells', async () => {
    const billingKey = await issue();
    const info = await client.payment.billingKey.getBillingKeyInfo({ billingKey });
    expect(info).toMatchObject({
      status: 'ISSUED',
      billingKey,
      storeId: 'store-sandbox',
      channels: [{ type: 'TEST', key: 'channel-key-mine' }],
      methods: [{ type: 'BillingKeyPaymentMethodCard', card: { bin: '411111' } }],
      customer: { id: 'customer-1', name: '홍길동', email: 'hong@example.com' },
      customData: 'mine',
    });
    await sandbox.settled();
    await sandbox.clock.advance({ minutes: 1 });
    const { deletedAt } = await client.payment.billingKey.deleteBillingKey({ billingKey, reason: 'x' });
    expect(await client.payment.billingKey.getBillingKeyInfo({ billingKey })).toEqual({
      ...info,
      status: 'DELETED',
      deletedAt,
    });
    await sandbox.settled();
    expect(receiver.received.map(({ event }) => [event.type, event.data])).toEqual([
      ['BillingKey.Issued', { billingKey, storeId: 'store-sandbox' }],
      ['BillingKey.Deleted', { billingKey, storeId: 'store-sandbox' }],
    ]);
    expect(sandbox.deliveries[0]).toMatchObject({ billingKey, type: 'BillingKey.Issued' });
    expect(sandbox.ledger.executions).toMatchObject([
      { kind: 'ISSUE_BILLING_KEY', billingKey },
      { kind: 'DELETE_BILLING_KEY', billingKey },
    ]);
    await expect(client.payment.billingKey.deleteBillingKey({ billingKey })).rejects.toMatchObject({
      name: 'DeleteBillingKeyError',
      data: { type: 'BILLING_KEY_ALREADY_DELETED' },
    });
    await expect(pay(billingKey)).rejects.toMatchObject({ data: { type: 'BILLING_KEY_ALREADY_DELETED' } });
  });

  it('pays, once', async () => {
    const billingKey = await issue();
    const { payment } = await pay(billingKey, 'order-1', { customer: request().customer });
    expect(await client.payment.getPayment({ paymentId: 'order-1' })).toMatchObject({
      status: 'PAID',
      billingKey,
      channel: { key: 'channel-key-mine' },
      orderName: '정기 결제',
      amount: { total: 9900, vat: 900 },
      customer: { name: '홍길동' },
      ...payment,
    });
    await expect(pay(billingKey)).rejects.toMatchObject({
      name: 'PayWithBillingKeyError',
      data: { type: 'ALREADY_PAID' },
    });
    await sandbox.settled();
    expect(receiver.types.sort()).toEqual(['BillingKey.Issued', 'Transaction.Paid']);
    expect(sandbox.ledger.executions.filter(({ kind }) => kind === 'CHARGE')).toMatchObject([{ amount: 9900 }]);
  });

  it('is issued for the card that is declined, so that a later charge can fail', async () => {
    const billingKey = await issue('4111111111111112');
    await expect(pay(billingKey)).rejects.toMatchObject({ data: { type: 'PG_PROVIDER', pgCode: 'CARD_DECLINED' } });
    expect(await client.payment.getPayment({ paymentId: 'order-1' })).toMatchObject({ status: 'FAILED', billingKey });
    await sandbox.settled();
    expect(receiver.types).toContain('Transaction.Failed');
  });

  it('does not exist before it is issued', async () => {
    const data = { type: 'BILLING_KEY_NOT_FOUND' };
    const billingKey = 'guessed';
    await expect(client.payment.billingKey.getBillingKeyInfo({ billingKey })).rejects.toMatchObject({ data });
    await expect(client.payment.billingKey.deleteBillingKey({ billingKey })).rejects.toMatchObject({ data });
    await expect(pay(billingKey)).rejects.toMatchObject({ data });
    await expect(client.payment.getPayment({ paymentId: 'order-1' })).rejects.toMatchObject({
      data: { type: 'PAYMENT_NOT_FOUND' },
    });
  });

  it.each([
    [{ orderName: null }, 'orderName is required.'],
    [{ amount: {} }, 'amount.total is required.'],
    [{ amount: { total: -1 } }, 'amount.total must be an integer of at least 1.'],
    [{ amount: 100 }, 'amount must be an object.'],
    [{ currency: 'won' }, 'currency must be a currency code such as KRW.'],
    [{ noticeUrls: ['nowhere'] }, 'noticeUrls must be a list of http(s) URLs.'],
    [{ promotionId: 'p' }, 'promotionId: there is no promotion p.'],
    [{ customer: { name: { separated: { first: 'a' } } } }, 'customer.name.separated.last is required.'],
  ])('refuses to be paid with %j', async (wrong, message) => {
    const billingKey = await issue();
    await expect(pay(billingKey, 'order-1', wrong)).rejects.toMatchObject({
      data: { type: 'INVALID_REQUEST', message },
    });
  });

  it('is refused parts that are more than the whole', async () => {
    const billingKey = await issue();
    const amount = { total: 100, taxFree: 90, vat: 20 };
    await expect(pay(billingKey, 'order-1', { amount })).rejects.toMatchObject({
      data: { type: 'SUM_OF_PARTS_EXCEEDS_TOTAL_AMOUNT' },
    });
  });

  it.each<[object, string]>([
    [{ method: {} }, 'method.card is required.'],
    [request('4111111111111113'), 'method.card.credential.number is not a card number.'],
    [{ channelKey: undefined }, 'channelKey is required where no channelGroupId is given.'],
    [{ channelGroupId: 'g' }, 'channelGroupId must be left out where a channelKey is given.'],
  ])('is not issued for %j', async (wrong, message) => {
    await expect(client.payment.billingKey.issueBillingKey({ ...request(), ...wrong })).rejects.toMatchObject({
      name: 'IssueBillingKeyError',
      data: { type: 'INVALID_REQUEST', message },
    });
  });
});
