import { CREDENTIAL, DECLINED, openShop, refusal, type Shop } from './shop.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('PortOneSandbox: schedules, driven by the official SDK', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop();
  });
  afterEach(() => shop.close());

  const schedules = () => shop.client.payment.paymentSchedule;
  const inMs = (ms: number) => new Date(shop.sandbox.clock.now().getTime() + ms).toISOString();
  const issue = async (credential = CREDENTIAL) => {
    const request = { channelKey: 'channel-key-mine', method: { card: { credential } } };
    return (await shop.client.payment.billingKey.issueBillingKey(request)).billingKeyInfo.billingKey;
  };
  const plan = async (billingKey: string, paymentId = 'order-1', timeToPay = inMs(DAY_MS), more: object = {}) => {
    const payment = { billingKey, orderName: 'A month', amount: { total: 9900 }, currency: 'KRW' as const, ...more };
    const { schedule } = await schedules().createPaymentSchedule({ paymentId, payment, timeToPay });
    return schedule.id;
  };
  const find = (paymentScheduleId: string) => schedules().getPaymentSchedule({ paymentScheduleId });
  const charges = () => shop.sandbox.ledger.executions.filter(({ kind }) => kind === 'CHARGE');

  it('pays when its time has come, and not before', async () => {
    const billingKey = await issue();
    const timeToPay = inMs(DAY_MS);
    const id = await plan(billingKey, 'order-1', timeToPay, { customData: 'mine', customer: { id: 'c' } });
    const scheduled = await find(id);
    expect(scheduled).toMatchObject({
      status: 'SCHEDULED',
      id,
      paymentId: 'order-1',
      billingKey,
      storeId: 'store-sandbox',
      totalAmount: 9900,
      currency: 'KRW',
      customData: 'mine',
      customer: { id: 'c' },
      createdAt: inMs(0),
      timeToPay,
    });
    await shop.sandbox.clock.advance({ hours: 23, minutes: 59 });
    expect(await find(id)).toEqual(scheduled);
    await expect(shop.client.payment.getPayment({ paymentId: 'order-1' })).rejects.toEqual(
      refusal('PAYMENT_NOT_FOUND'),
    );

    await shop.sandbox.clock.advance({ minutes: 2 });
    expect(await find(id)).toEqual({ ...scheduled, status: 'SUCCEEDED', startedAt: timeToPay, completedAt: timeToPay });
    expect(await shop.client.payment.getPayment({ paymentId: 'order-1' })).toMatchObject({
      status: 'PAID',
      billingKey,
      scheduleId: id,
      paidAt: timeToPay,
      channel: { key: 'channel-key-mine' },
    });
    expect(shop.receiver.types).toEqual(['BillingKey.Issued', 'Transaction.Paid']);
  });

  it('tells those who look on of each step', async () => {
    const id = await plan(await issue());
    const seen: string[] = [];
    shop.sandbox.onChange(({ kind, id: changed }) => {
      if (kind === 'schedule' || kind === 'payment') seen.push(`${kind} ${changed ?? ''}`);
    });
    await shop.sandbox.clock.advance({ days: 1 });
    expect(seen[0]).toBe(`schedule ${id}`);
    expect(seen.at(-1)).toBe(`schedule ${id}`);
    expect(seen).toContain('payment order-1');
  });

  it('pays a year of months, each once, in little time', async () => {
    const billingKey = await issue();
    // As shops do: the next month is scheduled when one is paid.
    let month = 1;
    const planNext = () =>
      plan(billingKey, `month-${month}`, new Date(Date.UTC(2026, month, 1, 3)).toISOString()).then(() => {
        month += 1;
      });
    shop.receiver.answer = ({ event }, response) => {
      const planned = event.type === 'Transaction.Paid' ? planNext() : Promise.resolve();
      void planned.then(() => response.writeHead(200).end());
    };
    await planNext();
    const startedAt = performance.now();
    await shop.sandbox.clock.advance({ days: 365 });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(charges().map(({ paymentId, at }) => [paymentId, at.toISOString()])).toEqual(
      Array.from({ length: 12 }, (_, index) => [
        `month-${index + 1}`,
        new Date(Date.UTC(2026, index + 1, 1, 3)).toISOString(),
      ]),
    );
  });

  it('fails for a card that is declined, and tells', async () => {
    const id = await plan(await issue(DECLINED));
    await shop.sandbox.clock.advance({ days: 1 });
    expect(await find(id)).toMatchObject({ status: 'FAILED', completedAt: inMs(0) });
    expect(await shop.client.payment.getPayment({ paymentId: 'order-1' })).toMatchObject({
      status: 'FAILED',
      scheduleId: id,
    });
    expect(shop.receiver.types).toContain('Transaction.Failed');
  });

  it('fails for a billing key that the buyer deleted in the meantime', async () => {
    const billingKey = await issue();
    const id = await plan(billingKey);
    await shop.sandbox.buyer.deleteBillingKey(billingKey);
    await shop.sandbox.clock.advance({ days: 1 });
    expect(await find(id)).toMatchObject({ status: 'FAILED' });
    expect(await shop.client.payment.getPayment({ paymentId: 'order-1' })).toMatchObject({
      status: 'FAILED',
      billingKey,
      scheduleId: id,
    });
    expect(shop.receiver.types).toContain('Transaction.Failed');
    expect(charges()).toEqual([]);
  });

  it('fails where the provider is told to refuse, and may be tried again', async () => {
    const billingKey = await issue();
    const [first, second] = [await plan(billingKey, 'order-1'), await plan(billingKey, 'order-2')];
    shop.sandbox.faults.add({
      fault: 'pg-error',
      operation: 'payment.payWithBillingKey',
      paymentId: 'order-1',
      pgCode: 'TIMEOUT',
    });
    await shop.sandbox.clock.advance({ days: 1 });
    expect(await find(first)).toMatchObject({ status: 'FAILED' });
    expect(await find(second)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await shop.client.payment.getPayment({ paymentId: 'order-1' })).toMatchObject({
      status: 'FAILED',
      failure: { pgCode: 'TIMEOUT' },
    });
    expect(shop.receiver.types).toContain('Transaction.Failed');
    // The next attempt of the same payment is scheduled anew.
    shop.sandbox.faults.clear();
    const again = await plan(billingKey, 'order-1');
    await shop.sandbox.clock.advance({ days: 1 });
    expect(await find(again)).toMatchObject({ status: 'SUCCEEDED' });
    expect(charges()).toHaveLength(2);
  });

  it('fails for a payment that was paid otherwise in the meantime, and leaves that alone', async () => {
    shop.sandbox.undocumented.payWhileScheduled = 'allow';
    const id = await plan(await issue());
    await shop.sandbox.buyer.pay('order-1', { totalAmount: 9900 });
    await shop.sandbox.clock.advance({ days: 1 });
    expect(await find(id)).toMatchObject({ status: 'FAILED' });
    expect(await shop.client.payment.getPayment({ paymentId: 'order-1' })).toMatchObject({ status: 'PAID' });
    expect(charges()).toHaveLength(1);
  });

  it('pays nothing after a reset', async () => {
    const id = await plan(await issue());
    shop.sandbox.reset();
    await shop.sandbox.clock.advance({ days: 2 });
    expect(charges()).toEqual([]);
    await expect(find(id)).rejects.toEqual(refusal('PAYMENT_SCHEDULE_NOT_FOUND'));
  });

  describe('is refused', () => {
    it('without a usable billing key', async () => {
      await expect(plan('guessed')).rejects.toEqual(refusal('BILLING_KEY_NOT_FOUND'));
      const billingKey = await issue();
      await shop.client.payment.billingKey.deleteBillingKey({ billingKey });
      await expect(plan(billingKey)).rejects.toEqual(refusal('BILLING_KEY_ALREADY_DELETED'));
    });

    it('for a payment that is paid', async () => {
      await shop.sandbox.buyer.pay('order-1');
      await expect(plan(await issue())).rejects.toEqual(refusal('ALREADY_PAID_OR_WAITING'));
    });

    it('for parts that exceed the whole', async () => {
      const amount = { total: 100, taxFree: 101 };
      await expect(plan(await issue(), 'order-1', inMs(HOUR_MS), { amount })).rejects.toEqual(
        refusal('SUM_OF_PARTS_EXCEEDS_TOTAL_AMOUNT'),
      );
    });

    it.each([
      ['2026-01-01T12:00:00Z', 'timeToPay must lie in the future.'],
      ['tomorrow', 'timeToPay must be an RFC 3339 date-time.'],
    ])('for the time %s', async (timeToPay, message) => {
      await expect(plan(await issue(), 'order-1', timeToPay)).rejects.toEqual(refusal('INVALID_REQUEST', { message }));
    });

    it('for a store that the API secret has not', async () => {
      await expect(plan(await issue(), 'order-1', inMs(HOUR_MS), { storeId: 'another' })).rejects.toEqual(
        refusal('FORBIDDEN'),
      );
    });
  });

  it('is kept in the store that its payment names', async () => {
    shop.sandbox.addStore({ storeId: 'branch' });
    const { billingKeyInfo } = await shop.client.payment.billingKey.issueBillingKey({
      channelKey: 'c',
      method: { card: { credential: CREDENTIAL } },
      storeId: 'branch',
    });
    const id = await plan(billingKeyInfo.billingKey, 'order-1', inMs(HOUR_MS), { storeId: 'branch' });
    await expect(find(id)).rejects.toEqual(refusal('PAYMENT_SCHEDULE_NOT_FOUND'));
    expect(await schedules().getPaymentSchedule({ paymentScheduleId: id, storeId: 'branch' })).toMatchObject({ id });
  });

  describe('where PortOne is silent', () => {
    it.each([
      ['active', true, false],
      ['ever', true, true],
      ['never', false, false],
    ] as const)('with scheduleExists %s', async (scheduleExists, whileActive, afterwards) => {
      shop.sandbox.undocumented.scheduleExists = scheduleExists;
      const billingKey = await issue();
      const first = await plan(billingKey);
      const second = await plan(billingKey).catch((error: unknown) => error);
      if (whileActive) expect(second).toEqual(refusal('PAYMENT_SCHEDULE_ALREADY_EXISTS'));
      else expect(second).not.toBe(first);
      await schedules().revokePaymentSchedules({ billingKey });
      const third = await plan(billingKey).catch((error: unknown) => error);
      if (afterwards) expect(third).toEqual(refusal('PAYMENT_SCHEDULE_ALREADY_EXISTS'));
      else expect(typeof third).toBe('string');
    });

    it('pays one of two schedules of a payment, and fails the other', async () => {
      shop.sandbox.undocumented.scheduleExists = 'never';
      const billingKey = await issue();
      const first = await plan(billingKey);
      const second = await plan(billingKey);
      await shop.sandbox.clock.advance({ days: 1 });
      expect(await find(first)).toMatchObject({ status: 'SUCCEEDED' });
      expect(await find(second)).toMatchObject({ status: 'FAILED' });
      expect(charges()).toHaveLength(1);
    });

    it('pays at once what is scheduled, or refuses to', async () => {
      const billingKey = await issue();
      await plan(billingKey);
      const pay = () =>
        shop.client.payment.payWithBillingKey({
          paymentId: 'order-1',
          billingKey,
          orderName: 'A month',
          amount: { total: 9900 },
          currency: 'KRW',
        });
      await expect(pay()).rejects.toEqual(refusal('PAYMENT_SCHEDULE_ALREADY_EXISTS'));
      shop.sandbox.undocumented.payWhileScheduled = 'allow';
      await pay();
      expect(charges()).toHaveLength(1);
    });

    it('deletes the billing key of a schedule along with it, or refuses to', async () => {
      const billingKey = await issue();
      const id = await plan(billingKey);
      const remove = () => shop.client.payment.billingKey.deleteBillingKey({ billingKey });
      await expect(remove()).rejects.toEqual(refusal('PAYMENT_SCHEDULE_ALREADY_EXISTS'));
      shop.sandbox.undocumented.deleteWhileScheduled = 'allow';
      await remove();
      expect(await find(id)).toMatchObject({ status: 'REVOKED', revokedAt: inMs(0) });
      await shop.sandbox.clock.advance({ days: 2 });
      expect(charges()).toEqual([]);
    });
  });
});
