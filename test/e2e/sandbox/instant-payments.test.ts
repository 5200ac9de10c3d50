import { CREDENTIAL, DECLINED, openShop, refusal, type Shop } from './shop.js';

describe('PortOneSandbox: payments without a window, driven by the official SDK', () => {
  let shop: Shop;
  let billingKey: string;
  beforeAll(async () => {
    shop = await openShop({
      channels: [{ key: 'c1' }, { key: 'c2' }],
      channelGroups: [{ id: 'g', channelKeys: ['c2'] }],
    });
  });
  beforeEach(async () => {
    const method = { card: { credential: CREDENTIAL } };
    const issued = await shop.client.payment.billingKey.issueBillingKey({ channelKey: 'c1', method });
    ({ billingKey } = issued.billingKeyInfo);
    shop.receiver.received.length = 0;
  });
  afterEach(async () => {
    await shop.sandbox.settled();
    shop.sandbox.reset();
  });
  afterAll(() => shop.close());

  const paymentId = 'order-1';
  const order = { paymentId, orderName: 'A', amount: { total: 1000 }, currency: 'KRW' as const };
  const read = () => shop.client.payment.getPayment({ paymentId });
  const charges = () => shop.sandbox.ledger.executions.filter(({ kind }) => kind === 'CHARGE').length;

  const instantly = (more: object = {}, credential = CREDENTIAL) => {
    const method = { card: { credential, installmentMonth: 2, useFreeInterestFromMerchant: true, useCardPoint: true } };
    return shop.client.payment.payInstantly({ ...order, channelKey: 'c1', method, ...more });
  };
  const withKey = (more: object = {}) => shop.client.payment.payWithBillingKey({ ...order, billingKey, ...more });

  it('charges a card that the server was told', async () => {
    const { payment } = await instantly({ noticeUrls: [], isCulturalExpense: true });
    expect(await read()).toMatchObject({
      status: 'PAID',
      ...payment,
      isCulturalExpense: true,
      method: { installment: { month: 2, isInterestFree: true }, pointUsed: true },
    });
    expect(charges()).toBe(1);
    await shop.sandbox.settled();
    expect(shop.receiver.types.filter((type) => type.startsWith('Transaction'))).toEqual(['Transaction.Paid']);
  });

  it('charges a billing key with what the request says', async () => {
    const products = [{ id: 'p', name: 'P', amount: 500, quantity: 2, tag: 't' }];
    await withKey({ products, productCount: 2, country: 'KR', installmentMonth: 6 });
    expect(await read()).toMatchObject({
      billingKey,
      products,
      productCount: 2,
      country: 'KR',
      method: { type: 'PaymentMethodCard', installment: { month: 6 } },
    });
    expect(charges()).toBe(1);
  });

  it('takes a channel of the group', async () => {
    await instantly({ channelKey: undefined, channelGroupId: 'g' });
    expect(await read()).toMatchObject({ channel: { key: 'c2' }, channelGroup: { id: 'g' } });
  });

  it.each([
    [{ channelKey: undefined }, /^channelKey or channelGroupId is required/],
    [{ method: {} }, /^method\.card or virtualAccount is required/],
    [{ method: { card: { credential: { ...CREDENTIAL, number: '1' } } } }, /^method\.card\.credential\.number is not/],
    [{ products: [{ id: 'p' }] }, /^products\[0\]\.name is required/],
    [{ amount: { total: 0 } }, /^amount\.total must be/],
    [{ promotionId: 'none' }, /^promotionId: there is no promotion none/],
  ])('refuses %j, and opens no attempt', async (wrong, message) => {
    await expect(instantly(wrong)).rejects.toEqual(
      refusal('INVALID_REQUEST', { message: expect.stringMatching(message) as string }),
    );
    await expect(read()).rejects.toEqual(refusal('PAYMENT_NOT_FOUND'));
  });

  describe.each([
    ['payInstantly', instantly],
    ['payWithBillingKey', withKey],
  ])('%s', (name, pay) => {
    it('refuses what PortOne refuses', async () => {
      await expect(pay({ channelKey: 'none' })).rejects.toEqual(refusal('CHANNEL_NOT_FOUND'));
      await expect(pay({ amount: { total: 10, taxFree: 8, vat: 3 } })).rejects.toEqual(
        refusal('SUM_OF_PARTS_EXCEEDS_TOTAL_AMOUNT'),
      );
      shop.sandbox.faults.add({ fault: 'pg-error', operation: `payment.${name}`, count: 1 });
      await expect(pay()).rejects.toEqual(refusal('PG_PROVIDER'));
      await pay();
      await expect(pay()).rejects.toEqual(refusal('ALREADY_PAID'));
      expect(charges()).toBe(1);
    });

    it('refuses while the id is scheduled', async () => {
      const timeToPay = new Date(shop.sandbox.clock.now().getTime() + 60_000).toISOString();
      const payment = { billingKey, orderName: 'A', amount: { total: 1000 }, currency: 'KRW' as const };
      await shop.client.payment.paymentSchedule.createPaymentSchedule({ paymentId, payment, timeToPay });
      await expect(pay()).rejects.toEqual(refusal('PAYMENT_SCHEDULE_ALREADY_EXISTS'));
      await shop.sandbox.clock.advance({ minutes: 1 });
      expect(await read()).toMatchObject({ status: 'PAID', scheduleId: expect.any(String) as string });
      expect(charges()).toBe(1);
    });

    it('refuses after ten attempts', async () => {
      for (let i = 0; i < 10; i++) await shop.sandbox.buyer.fail(paymentId);
      await expect(pay()).rejects.toEqual(refusal('MAX_TRANSACTION_COUNT_REACHED'));
    });
  });

  it('passes on that the card is declined', async () => {
    await expect(instantly({}, DECLINED)).rejects.toEqual(refusal('PG_PROVIDER', { pgCode: 'CARD_DECLINED' }));
    expect(await read()).toMatchObject({ status: 'FAILED' });
    expect(charges()).toBe(0);
  });

  it('refuses a billing key that is unknown or deleted', async () => {
    await expect(withKey({ billingKey: 'none' })).rejects.toEqual(refusal('BILLING_KEY_NOT_FOUND'));
    await shop.client.payment.billingKey.deleteBillingKey({ billingKey });
    await expect(withKey()).rejects.toEqual(refusal('BILLING_KEY_ALREADY_DELETED'));
  });
});
