import { openShop, refusal, type Shop } from './shop.js';

describe("PortOneSandbox: the buyer's billing keys", () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop();
  });
  afterEach(() => shop.close());

  const keys = () => shop.client.payment.billingKey;
  const pay = (billingKey: string, paymentId = 'order-1') =>
    shop.client.payment.payWithBillingKey({
      paymentId,
      billingKey,
      orderName: 'A book',
      amount: { total: 1000 },
      currency: 'KRW',
    });

  it('are issued in the window', async () => {
    const issued = await shop.sandbox.buyer.issueBillingKey({
      channelKey: 'mine',
      card: '5555 5555 5555 4444',
      customer: { customerId: 'c-1', firstName: 'Gildong', lastName: 'Hong', phoneNumber: '010-1234-5678' },
      issueId: 'issue-1',
      issueName: 'A month',
      customData: { cart: 7 },
    });
    expect(await keys().getBillingKeyInfo({ billingKey: issued.billingKey })).toEqual(issued);
    expect(issued).toMatchObject({
      status: 'ISSUED',
      channels: [{ key: 'mine' }],
      methods: [{ type: 'BillingKeyPaymentMethodCard', card: { bin: '555555', brand: 'MASTER' } }],
      customer: { id: 'c-1', name: 'Hong Gildong', phoneNumber: '010-1234-5678' },
      issueId: 'issue-1',
      issueName: 'A month',
      customData: '{"cart":7}',
    });
    await pay(issued.billingKey);
    await shop.sandbox.settled();
    expect(shop.receiver.types.sort()).toEqual(['BillingKey.Issued', 'BillingKey.Ready', 'Transaction.Paid']);
    expect(shop.receiver.received[0]?.event.data).toEqual({
      billingKey: issued.billingKey,
      storeId: 'store-sandbox',
    });
  });

  it('wait for their own window, and are none before', async () => {
    const { billingKey } = await shop.sandbox.buyer.openBillingKey({ channelKey: 'mine' });
    await expect(keys().getBillingKeyInfo({ billingKey })).rejects.toEqual(refusal('BILLING_KEY_NOT_FOUND'));
    await expect(keys().deleteBillingKey({ billingKey })).rejects.toEqual(refusal('BILLING_KEY_NOT_ISSUED'));
    await expect(pay(billingKey)).rejects.toEqual(refusal('BILLING_KEY_NOT_FOUND'));
    const { status, channels } = await shop.sandbox.buyer.issueBillingKey({ billingKey });
    expect([status, channels[0]?.key]).toEqual(['ISSUED', 'mine']);
    await expect(shop.sandbox.buyer.issueBillingKey({ billingKey })).rejects.toEqual(refusal('BILLING_KEY_NOT_FOUND'));
    await pay(billingKey);
  });

  it('come to nothing when the buyer gives up', async () => {
    const { billingKey } = await shop.sandbox.buyer.failBillingKey();
    await expect(keys().getBillingKeyInfo({ billingKey })).rejects.toEqual(refusal('BILLING_KEY_NOT_FOUND'));
    await expect(keys().deleteBillingKey({ billingKey })).rejects.toEqual(refusal('BILLING_KEY_NOT_ISSUED'));
    await expect(shop.sandbox.buyer.issueBillingKey({ billingKey })).rejects.toEqual(refusal('BILLING_KEY_NOT_FOUND'));
    await shop.sandbox.settled();
    expect(shop.receiver.types.sort()).toEqual(['BillingKey.Failed', 'BillingKey.Ready']);
  });

  it.each([
    [{ billingKeyMethod: 'MOBILE', customer: { phoneNumber: '01012345678' } }, 'BillingKeyPaymentMethodMobile'],
    [{ billingKeyMethod: 'PAYPAL' }, 'BillingKeyPaymentMethodPaypal'],
    [
      { billingKeyMethod: 'EASY_PAY', easyPay: { easyPayProvider: 'EASY_PAY_PROVIDER_NAVERPAY' } },
      'BillingKeyPaymentMethodEasyPay',
    ],
  ] as const)('are of other kinds: %j', async (options, type) => {
    const { methods, billingKey } = await shop.sandbox.buyer.issueBillingKey(options);
    expect(methods).toMatchObject([{ type }]);
    if ('easyPay' in options) {
      expect(methods).toMatchObject([{ provider: 'NAVERPAY', method: { card: { bin: '411111' } } }]);
    }
    await pay(billingKey);
    expect(await shop.client.payment.getPayment({ paymentId: 'order-1' })).toMatchObject({ status: 'PAID' });
  });

  it('get another card behind them, which later payments charge', async () => {
    const { billingKey } = await shop.sandbox.buyer.issueBillingKey();
    await pay(billingKey, 'order-1');
    await shop.sandbox.buyer.updateBillingKey(billingKey, { card: '4111111111111112' });
    expect(await keys().getBillingKeyInfo({ billingKey })).toMatchObject({
      status: 'ISSUED',
      methods: [{ card: { number: '411111******1112' } }],
    });
    await expect(pay(billingKey, 'order-2')).rejects.toEqual(refusal('PG_PROVIDER'));
    await shop.sandbox.buyer.updateBillingKey(billingKey);
    await pay(billingKey, 'order-2');
    await shop.sandbox.settled();
    const updates = shop.receiver.received.filter(({ event }) => event.type === 'BillingKey.Updated');
    expect(updates).toHaveLength(2);
  });

  it('tell of each update under an id of its own', async () => {
    const { billingKey } = await shop.sandbox.buyer.issueBillingKey();
    await shop.sandbox.buyer.updateBillingKey(billingKey);
    await shop.sandbox.clock.advance({ minutes: 1 });
    await shop.sandbox.buyer.updateBillingKey(billingKey);
    await shop.sandbox.settled();
    const ids = shop.receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(4);
  });

  it('are deleted by the buyer too', async () => {
    const { billingKey } = await shop.sandbox.buyer.issueBillingKey();
    const deleted = await shop.sandbox.buyer.deleteBillingKey(billingKey);
    expect(await keys().getBillingKeyInfo({ billingKey })).toEqual(deleted);
    await expect(keys().deleteBillingKey({ billingKey })).rejects.toEqual(refusal('BILLING_KEY_ALREADY_DELETED'));
    await shop.sandbox.settled();
    expect(shop.receiver.types).toContain('BillingKey.Deleted');
  });

  it.each<[object, RegExp]>([
    [{ card: '4111' }, /buyer.issue-billing-key: card must be a card number/],
    [{ billingKeyMethod: 'CASH' }, /billingKeyMethod must be one of CARD/],
    [{ amount: 3 }, /amount is not supported/],
    [{ customer: 'me' }, /customer must be an object/],
  ])('are not issued for %j', async (options, message) => {
    await expect(shop.sandbox.buyer.issueBillingKey(options)).rejects.toThrow(TypeError);
    await expect(shop.sandbox.buyer.issueBillingKey(options)).rejects.toThrow(message);
  });

  describe('approved by the server', () => {
    it('are none before', async () => {
      const { billingKey, billingIssueToken } = await shop.sandbox.buyer.issueBillingKey({ approval: 'manual' });
      expect(billingKey).toBe('NEEDS_CONFIRMATION');
      await expect(keys().getBillingKeyInfo({ billingKey })).rejects.toEqual(refusal('BILLING_KEY_NOT_FOUND'));
      expect(shop.sandbox.ledger.executions).toEqual([]);
      await expect(keys().confirmBillingKey({ billingIssueToken, isTest: false })).rejects.toEqual(
        refusal('INFORMATION_MISMATCH', { message: 'isTest is true.' }),
      );
      const confirmed = await keys().confirmBillingKey({ billingIssueToken, isTest: true });
      await pay(confirmed.billingKey);
      await expect(keys().confirmBillingKey({ billingIssueToken })).rejects.toEqual(
        refusal('BILLING_KEY_ALREADY_ISSUED'),
      );
      await shop.sandbox.settled();
      expect(shop.receiver.types).toEqual(['BillingKey.Ready', 'BillingKey.Issued', 'Transaction.Paid']);
    });

    it('keep the two kinds of tokens apart', async () => {
      const alone = await shop.sandbox.buyer.issueBillingKey({ approval: 'manual' });
      const both = await shop.sandbox.buyer.issueBillingKeyAndPay('order-1', { approval: 'manual' });
      await expect(keys().confirmBillingKeyIssueAndPay({ billingIssueToken: alone.billingIssueToken })).rejects.toEqual(
        refusal('INVALID_REQUEST'),
      );
      await expect(keys().confirmBillingKey({ billingIssueToken: both.billingIssueToken })).rejects.toEqual(
        refusal('INVALID_REQUEST'),
      );
      expect(shop.sandbox.ledger.executions).toEqual([]);
    });
  });

  describe('issued and paid in one', () => {
    const find = () => shop.client.payment.getPayment({ paymentId: 'order-1' });

    it('are good for more', async () => {
      const customer = { phoneNumber: '01012345678' };
      const { billingKey, paymentId, txId } = await shop.sandbox.buyer.issueBillingKeyAndPay('order-1', {
        totalAmount: 5000,
        customer,
      });
      expect(paymentId).toBe('order-1');
      expect(await find()).toMatchObject({
        status: 'PAID',
        transactionId: txId,
        billingKey,
        amount: { paid: 5000 },
        method: { type: 'PaymentMethodMobile', phoneNumber: '01012345678' },
      });
      expect(await keys().getBillingKeyInfo({ billingKey })).toMatchObject({ status: 'ISSUED', customer });
      await pay(billingKey, 'order-2');
      await shop.sandbox.settled();
      expect(shop.receiver.types.slice(0, 4).sort()).toEqual([
        'BillingKey.Issued',
        'BillingKey.Ready',
        'Transaction.Paid',
        'Transaction.Ready',
      ]);
    });

    it('fail together', async () => {
      const declined = shop.sandbox.buyer.issueBillingKeyAndPay('order-1', { card: '4111111111111112' });
      await expect(declined).rejects.toEqual(refusal('PG_PROVIDER', { pgCode: 'CARD_DECLINED' }));
      const failed = await find();
      expect(failed).toMatchObject({ status: 'FAILED' });
      const billingKey = 'billingKey' in failed ? (failed.billingKey ?? '') : '';
      await expect(keys().getBillingKeyInfo({ billingKey })).rejects.toEqual(refusal('BILLING_KEY_NOT_FOUND'));
      await shop.sandbox.settled();
      expect(shop.receiver.types).toEqual(expect.arrayContaining(['BillingKey.Failed', 'Transaction.Failed']));
    });

    it('are nothing before the server approves', async () => {
      const { billingKey, txId, billingIssueToken } = await shop.sandbox.buyer.issueBillingKeyAndPay('order-1', {
        approval: 'manual',
        totalAmount: 5000,
        taxFreeAmount: 100,
      });
      expect([billingKey, txId]).toEqual(['NEEDS_CONFIRMATION', 'NEEDS_CONFIRMATION']);
      expect(await find()).toMatchObject({ status: 'READY' });
      const expected = { paymentId: 'order-1', currency: 'KRW', totalAmount: 5000, taxFreeAmount: 100, isTest: true };
      for (const wrong of [
        { paymentId: 'order-2' },
        { currency: 'USD' },
        { totalAmount: 4999 },
        { taxFreeAmount: 0 },
        { isTest: false },
      ]) {
        await expect(keys().confirmBillingKeyIssueAndPay({ billingIssueToken, ...expected, ...wrong })).rejects.toEqual(
          refusal('INFORMATION_MISMATCH'),
        );
      }
      const confirmed = await keys().confirmBillingKeyIssueAndPay({ billingIssueToken, ...expected });
      expect(await find()).toMatchObject({ status: 'PAID', billingKey: confirmed.billingKey });
      await expect(keys().confirmBillingKeyIssueAndPay({ billingIssueToken })).rejects.toEqual(
        refusal('BILLING_KEY_ALREADY_ISSUED'),
      );
    });

    it('cannot be approved once another attempt has paid', async () => {
      const { billingIssueToken } = await shop.sandbox.buyer.issueBillingKeyAndPay('order-1', { approval: 'manual' });
      await shop.sandbox.buyer.pay('order-1');
      await expect(keys().confirmBillingKeyIssueAndPay({ billingIssueToken })).rejects.toEqual(
        refusal('INFORMATION_MISMATCH'),
      );
      expect(shop.sandbox.ledger.executions.filter(({ kind }) => kind === 'CHARGE')).toHaveLength(1);
    });

    it('are neither of them where the promotion has ended before the server approves', async () => {
      const { id: promotionId } = await shop.sandbox.console.createPromotion({
        cardCompany: 'BC_CARD',
        totalBudget: 3000,
      });
      const { billingIssueToken } = await shop.sandbox.buyer.issueBillingKeyAndPay('order-1', {
        approval: 'manual',
        billingKeyAndPayMethod: 'CARD',
        totalAmount: 5000,
        promotionId,
      });
      await shop.sandbox.console.changePromotion(promotionId, { status: 'TERMINATED' });
      await expect(keys().confirmBillingKeyIssueAndPay({ billingIssueToken })).rejects.toEqual(
        refusal('INVALID_REQUEST'),
      );
      expect(await find()).toMatchObject({ status: 'FAILED' });
      expect(shop.sandbox.ledger.executions).toEqual([]);
      await shop.sandbox.settled();
      expect(shop.receiver.types.filter((type) => type === 'BillingKey.Failed')).toHaveLength(1);
    });

    it('are refused for a payment that is paid', async () => {
      await shop.sandbox.buyer.pay('order-1');
      await expect(shop.sandbox.buyer.issueBillingKeyAndPay('order-1')).rejects.toEqual(refusal('ALREADY_PAID'));
    });
  });
});
