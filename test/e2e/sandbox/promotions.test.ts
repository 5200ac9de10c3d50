import { openShop, refusal, type Shop } from './shop.js';

describe('PortOneSandbox: promotions, driven by the official SDK', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop();
  });
  afterEach(() => shop.close());

  type Options = Parameters<Shop['sandbox']['console']['createPromotion']>[0];
  const create = async (more: Partial<Options> = {}) =>
    (await shop.sandbox.console.createPromotion({ cardCompany: 'SHINHAN_CARD', totalBudget: 10_000, ...more })).id;
  const find = (promotionId: string) => shop.client.payment.promotion.getPromotion({ promotionId });
  const statusOf = async (id: string) => {
    const promotion = await find(id);
    return 'status' in promotion ? promotion.status : undefined;
  };
  const pay = async (paymentId: string, promotionId: string, totalAmount: number, more: object = {}) => {
    const { amount } = (await shop.sandbox.buyer.pay(paymentId, { totalAmount, promotionId, ...more })) as {
      amount: { total: number; discount: number; paid: number };
    };
    return amount;
  };
  const spent = async (id: string) => {
    const promotion = await find(id);
    return 'spentAmount' in promotion ? promotion.spentAmount : undefined;
  };

  it('are shown as they were made', async () => {
    const id = await create({
      name: 'New year',
      partitions: [
        { amountFrom: 10_000, amount: 500 },
        { amountFrom: 50_000, percent: 10 },
      ],
      maxDiscountAmount: 7000,
      startAt: '2026-01-02T00:00:00Z',
      endAt: '2026-02-01T00:00:00Z',
      recover: false,
    });
    expect(await find(id)).toEqual({
      type: 'CARD',
      id,
      storeId: 'store-sandbox',
      name: 'New year',
      discountPolicy: {
        partitions: [
          { amountFrom: 10_000, scheme: { type: 'AMOUNT', amount: 500 } },
          { amountFrom: 50_000, scheme: { type: 'PERCENT', percent: 10 } },
        ],
      },
      totalBudget: 10_000,
      maxDiscountAmount: 7000,
      spentAmount: 0,
      currency: 'KRW',
      startAt: '2026-01-02T00:00:00.000Z',
      endAt: '2026-02-01T00:00:00.000Z',
      cardCompany: 'SHINHAN_CARD',
      status: 'SCHEDULED',
      createdAt: '2026-01-01T12:00:00.000Z',
      recoverOption: { type: 'NO_RECOVER' },
    });
  });

  it('go with the time', async () => {
    const id = await create({ startAt: '2026-01-02T00:00:00Z', endAt: '2026-01-03T00:00:00Z' });
    expect(await statusOf(id)).toBe('SCHEDULED');
    await shop.sandbox.clock.advance({ hours: 12 });
    expect(await statusOf(id)).toBe('IN_PROGRESS');
    await shop.sandbox.clock.advance({ hours: 24 });
    expect(await statusOf(id)).toBe('COMPLETED');
  });

  it('are paused, go on and end', async () => {
    const id = await create();
    const change = async (status: 'PAUSED' | 'IN_PROGRESS' | 'TERMINATED') =>
      (await shop.sandbox.console.changePromotion(id, { status })).status;
    expect(await change('PAUSED')).toBe('PAUSED');
    await expect(pay('order-1', id, 5000)).rejects.toThrow(/promotion .* is PAUSED/);
    expect(await change('IN_PROGRESS')).toBe('IN_PROGRESS');
    expect(await change('TERMINATED')).toBe('TERMINATED');
    expect(await find(id)).toMatchObject({ terminatedAt: '2026-01-01T12:00:00.000Z' });
    await shop.sandbox.clock.advance({ hours: 1 });
    expect(await change('IN_PROGRESS')).toBe('TERMINATED');
    expect(await find(id)).toMatchObject({ terminatedAt: '2026-01-01T12:00:00.000Z' });
    await expect(shop.sandbox.console.changePromotion('none', { status: 'PAUSED' })).rejects.toEqual(
      refusal('PROMOTION_NOT_FOUND'),
    );
  });

  it('lower what is paid, by the amount that it is of', async () => {
    const id = await create({
      partitions: [
        { amountFrom: 50_000, percent: 10 },
        { amountFrom: 10_000, amount: 500 },
      ],
      maxDiscountAmount: 7000,
    });
    expect(await pay('small', id, 9_999)).toMatchObject({ discount: 0, paid: 9_999 });
    expect(await pay('middle', id, 10_000)).toMatchObject({ total: 10_000, discount: 500, paid: 9_500 });
    expect(await spent(id)).toBe(500);
    expect(await pay('large', id, 99_999)).toMatchObject({ discount: 7000 });
    expect(await spent(id)).toBe(7500);
  });

  it('round a part of a won down', async () => {
    const id = await create({ partitions: [{ percent: 3 }] });
    expect(await pay('order-1', id, 999)).toMatchObject({ discount: 29 });
  });

  it('end when the budget is spent, and give no more than it has', async () => {
    const id = await create({ totalBudget: 2500 });
    await pay('first', id, 5000);
    await pay('second', id, 5000);
    await expect(pay('third', id, 5000)).rejects.toThrow(/has 500 left, less than the discount of 1000/);
    const exact = await create({ totalBudget: 1000 });
    await pay('fourth', exact, 5000);
    expect(await statusOf(exact)).toBe('BUDGET_EXHAUSTED');
    await expect(pay('fifth', exact, 5000)).rejects.toThrow(/is BUDGET_EXHAUSTED/);
  });

  it.each([
    [true, 0, 'IN_PROGRESS'],
    [false, 1000, 'BUDGET_EXHAUSTED'],
  ])('with recover %s, have spent %i after a cancel', async (recover, amount, status) => {
    const id = await create({ recover, totalBudget: 1000 });
    await pay('order-1', id, 5000);
    await shop.client.payment.cancelPayment({ paymentId: 'order-1', reason: 'x' });
    expect([await spent(id), await statusOf(id)]).toEqual([amount, status]);
  });

  it('spend nothing on a card that is declined', async () => {
    const id = await create();
    await shop.sandbox.buyer.pay('order-1', { totalAmount: 5000, promotionId: id, card: '4111111111111112' });
    expect(await spent(id)).toBe(0);
  });

  it('are for cards alone, and for less than the whole', async () => {
    const id = await create();
    await expect(pay('order-1', id, 5000, { payMethod: 'TRANSFER' })).rejects.toEqual(
      refusal('PROMOTION_PAY_METHOD_DOES_NOT_MATCH'),
    );
    await expect(pay('order-1', id, 1000)).rejects.toEqual(refusal('DISCOUNT_AMOUNT_EXCEEDS_TOTAL_AMOUNT'));
    await expect(pay('order-1', id, 5000, { currency: 'USD' })).rejects.toThrow(/is in KRW/);
    await expect(pay('order-1', 'guessed', 5000)).rejects.toThrow(/there is no promotion guessed/);
    await expect(find('guessed')).rejects.toEqual(refusal('PROMOTION_NOT_FOUND'));
  });

  it('are found in any store of the merchant', async () => {
    const branch = shop.sandbox.addStore({ storeId: 'branch' });
    const { id } = await branch.console.createPromotion({ cardCompany: 'BC_CARD', totalBudget: 1 });
    expect(await find(id)).toMatchObject({ storeId: 'branch' });
  });

  it.each<[object, RegExp]>([
    [{ cardCompany: 'MY_CARD' }, /console.create-promotion: cardCompany must be one of WOORI_CARD/],
    [{ totalBudget: 0 }, /totalBudget must be an integer of at least 1/],
    [{ partitions: [{ percent: 101 }] }, /partitions\[0\].percent must be at most 100/],
    [{ partitions: [{}] }, /partitions\[0\].amount is required/],
    [{ partitions: ['all'] }, /partitions must be a list of objects/],
    [{ endAt: '2026-01-01T12:00:00Z' }, /endAt must lie after startAt/],
    [{ colour: 'red' }, /colour is not supported/],
  ])('are not made of %j', async (more, message) => {
    await expect(create(more)).rejects.toThrow(message);
  });
});
