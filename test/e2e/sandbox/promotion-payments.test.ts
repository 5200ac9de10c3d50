import type { Payment } from '@portone/server-sdk';
import { CREDENTIAL, openShop, refusal, type Shop } from './shop.js';

describe('PortOneSandbox: payments with a promotion, driven by the official SDK', () => {
  let shop: Shop;
  let promotionId: string;
  beforeAll(async () => {
    shop = await openShop();
  });
  // 10 % from 5000 won, 3000 won from 10 000.
  beforeEach(async () => {
    const partitions = [
      { amountFrom: 5000, percent: 10 },
      { amountFrom: 10_000, amount: 3000 },
    ];
    const promotion = await shop.sandbox.console.createPromotion({
      cardCompany: 'SHINHAN_CARD',
      totalBudget: 3000,
      partitions,
    });
    promotionId = promotion.id;
  });
  afterEach(() => shop.sandbox.reset());
  afterAll(() => shop.close());

  const paymentId = 'order-1';
  const pay = (totalAmount = 10_000) => shop.sandbox.buyer.pay(paymentId, { totalAmount, promotionId });
  const cancel = async (more: object = {}) =>
    (await shop.client.payment.cancelPayment({ paymentId, reason: 'x', ...more })).cancellation;
  const spent = async () =>
    (await shop.client.payment.promotion.getPromotion({ promotionId })) as { spentAmount: number };
  const money = () => shop.sandbox.ledger.executions.map(({ kind, amount }) => [kind, amount]);

  it('lowers what is paid, not the total, and gives back up to the total', async () => {
    expect(await pay()).toMatchObject({ promotionId, amount: { total: 10_000, discount: 3000, paid: 7000 } });
    expect(await spent()).toMatchObject({ spentAmount: 3000 });
    expect(await cancel({ currentCancellableAmount: 10_000 })).toMatchObject({ totalAmount: 10_000 });
    expect(await spent()).toMatchObject({ spentAmount: 0 });
    expect(money()).toEqual([
      ['CHARGE', 7000],
      ['CANCEL', 7000],
    ]);
  });

  it('gives the rest what the promotion gives for it, unless it is told to retain the rate', async () => {
    await pay();
    expect(await cancel({ amount: 4000 })).toMatchObject({ totalAmount: 4000 });
    // 600 off 6000: of the 4000, 2400 were discount that is gone now.
    expect(await spent()).toMatchObject({ spentAmount: 600 });
    await cancel();
    expect(money()).toEqual([
      ['CHARGE', 7000],
      ['CANCEL', 1600],
      ['CANCEL', 5400],
    ]);
  });

  it('retains the first rate', async () => {
    await pay();
    await cancel({ amount: 1000, promotionDiscountRetainOption: 'RETAIN' });
    expect(money().at(-1)).toEqual(['CANCEL', 700]);
    expect(await spent()).toMatchObject({ spentAmount: 2700 });
    await expect(cancel({ amount: 1000, promotionDiscountRetainOption: 'RELEASE' })).rejects.toEqual(
      refusal('PROMOTION_DISCOUNT_RETAIN_OPTION_SHOULD_NOT_BE_CHANGED'),
    );
    await cancel({ amount: 1000, promotionDiscountRetainOption: 'RETAIN' });
    expect(money().at(-1)).toEqual(['CANCEL', 700]);
  });

  it('refuses a cancel after which the buyer would have to pay more', async () => {
    await pay();
    await expect(cancel({ amount: 1000 })).rejects.toEqual(refusal('NEGATIVE_PROMOTION_ADJUSTED_CANCEL_AMOUNT'));
    expect(money()).toEqual([['CHARGE', 7000]]);
    await expect(cancel({ amount: 1000, promotionDiscountRetainOption: 'KEEP' })).rejects.toEqual(
      refusal('INVALID_REQUEST'),
    );
  });

  it('puts the discount back when a requested cancel fails', async () => {
    await pay();
    shop.sandbox.faults.add({ fault: 'cancel-requested', count: 1 });
    await cancel({ amount: 4000 });
    await shop.sandbox.provider.settleCancellation(paymentId, { as: 'FAILED' });
    await cancel({ amount: 1, promotionDiscountRetainOption: 'RETAIN' });
    expect(money().at(-1)).toEqual(['CANCEL', 0]);
    await cancel();
    expect(money().at(-1)).toEqual(['CANCEL', 7000]);
    const { items } = await shop.client.payment.getAllPaymentEventsByCursor({});
    const events = items.map(({ paymentEvent }) => paymentEvent as Payment.PaidPaymentEvent);
    expect(events.map(({ type, eventAmount }) => [type, eventAmount])).toEqual([
      ['PAID', 7000],
      ['PARTIAL_CANCELLED', 0],
      ['CANCELLED', -7000],
    ]);
  });

  it('never gives more back than is cancelled, whichever cancels fail in between', async () => {
    const half = await shop.sandbox.console.createPromotion({
      cardCompany: 'SHINHAN_CARD',
      totalBudget: 3000,
      partitions: [{ percent: 50 }],
    });
    await shop.sandbox.buyer.pay(paymentId, { totalAmount: 10, promotionId: half.id });
    const one = { amount: 1, promotionDiscountRetainOption: 'RETAIN' };
    const later = async () => {
      shop.sandbox.faults.add({ fault: 'cancel-requested', count: 1 });
      await cancel(one);
    };
    await cancel(one);
    await later();
    await cancel(one);
    await later();
    await cancel(one);
    await shop.sandbox.provider.settleCancellation(paymentId, { as: 'FAILED' });
    await shop.sandbox.provider.settleCancellation(paymentId, { as: 'FAILED' });
    await cancel(one);
    await cancel();
    expect(money()).toEqual([5, 0, 0, 0, 1, 4].map((amount, index) => [index === 0 ? 'CHARGE' : 'CANCEL', amount]));
  });

  it('captures what was paid and not given back', async () => {
    await pay();
    await cancel({ amount: 4000, promotionDiscountRetainOption: 'RETAIN' });
    shop.sandbox.faults.add({ fault: 'cancel-requested', count: 1 });
    await cancel({ amount: 1000 });
    await shop.client.payment.capturePayment({ paymentId });
    expect(money()).toEqual([
      ['CHARGE', 7000],
      ['CANCEL', 2800],
      ['CAPTURE', 4200],
    ]);
  });

  it('refuses another means of payment, and a discount of all', async () => {
    const transfer = shop.sandbox.buyer.pay(paymentId, { totalAmount: 10_000, promotionId, payMethod: 'TRANSFER' });
    await expect(transfer).rejects.toEqual(refusal('PROMOTION_PAY_METHOD_DOES_NOT_MATCH'));
    const all = await shop.sandbox.console.createPromotion({
      cardCompany: 'SHINHAN_CARD',
      totalBudget: 3000,
      partitions: [{ amount: 1000 }],
    });
    const order = { paymentId, orderName: 'A', amount: { total: 1000 }, currency: 'KRW' as const };
    const method = { card: { credential: CREDENTIAL } };
    const issued = await shop.client.payment.billingKey.issueBillingKey({ channelKey: 'c', method });
    const { billingKey } = issued.billingKeyInfo;
    const account = { bank: 'SHINHAN' as const, expiry: { validHours: 1 }, option: { type: 'NORMAL' as const } };
    const instantly = { ...order, channelKey: 'c', promotionId: all.id };
    await expect(shop.client.payment.payInstantly({ ...instantly, method })).rejects.toEqual(
      refusal('DISCOUNT_AMOUNT_EXCEEDS_TOTAL_AMOUNT'),
    );
    await expect(
      shop.client.payment.payInstantly({ ...instantly, method: { virtualAccount: account } }),
    ).rejects.toEqual(refusal('PROMOTION_PAY_METHOD_DOES_NOT_MATCH'));
    await expect(shop.client.payment.payWithBillingKey({ ...order, billingKey, promotionId: all.id })).rejects.toEqual(
      refusal('DISCOUNT_AMOUNT_EXCEEDS_TOTAL_AMOUNT'),
    );
    await expect(shop.client.payment.getPayment({ paymentId })).rejects.toEqual(refusal('PAYMENT_NOT_FOUND'));
  });

  it('takes nothing from the promotion for a declined card', async () => {
    await shop.sandbox.buyer.pay(paymentId, { totalAmount: 10_000, promotionId, card: '4111111111111112' });
    expect(await spent()).toMatchObject({ spentAmount: 0 });
    expect(await pay()).toMatchObject({ status: 'PAID', amount: { discount: 3000 } });
  });
});
