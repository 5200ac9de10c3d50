import { CREDENTIAL, openShop, refusal, type Shop } from './shop.js';

const day = (number: number) => new Date(Date.UTC(2026, 0, number, 12)).toISOString();

describe('PortOneSandbox: lists and revocations of schedules, driven by the official SDK', () => {
  let shop: Shop;
  let keys: string[];
  let ids: string[];

  /** Three of one billing key, for the 2nd, 3rd and 4th, and one of another for the 5th. The 2nd is past. */
  beforeEach(async () => {
    shop = await openShop();
    keys = [await issue(), await issue()];
    ids = [];
    for (const [index, key] of [0, 0, 0, 1].entries()) {
      const payment = {
        billingKey: keys[key] ?? '',
        orderName: 'A',
        amount: { total: 100 },
        currency: 'KRW' as const,
      };
      const timeToPay = day(index + 2);
      const created = await schedules().createPaymentSchedule({ paymentId: `order-${index}`, payment, timeToPay });
      ids.push(created.schedule.id);
      await shop.sandbox.clock.advance({ seconds: 1 });
    }
    await shop.sandbox.clock.advance({ days: 1 });
  });
  afterEach(() => shop.close());

  const schedules = () => shop.client.payment.paymentSchedule;
  const issue = async () => {
    const request = { channelKey: 'channel-key-mine', method: { card: { credential: CREDENTIAL } } };
    return (await shop.client.payment.billingKey.issueBillingKey(request)).billingKeyInfo.billingKey;
  };
  const list = async (request: Parameters<ReturnType<typeof schedules>['getPaymentSchedules']>[0] = {}) => {
    const { items, page } = await schedules().getPaymentSchedules(request);
    return { found: items.map((item) => ids.indexOf('id' in item ? item.id : '')), page };
  };
  const ALL = { from: day(1), until: day(9) };
  const statusOf = async (index: number) =>
    (await schedules().getPaymentSchedule({ paymentScheduleId: ids[index] ?? '' })).status;

  it('lists what is due by now, unless a range is given', async () => {
    expect(await list()).toEqual({ found: [0], page: { number: 0, size: 10, totalCount: 1 } });
    expect(await list({ filter: ALL })).toEqual({
      found: [3, 2, 1, 0],
      page: { number: 0, size: 10, totalCount: 4 },
    });
    expect((await list({ filter: { from: day(3), until: day(4) } })).found).toEqual([2, 1]);
  });

  it('filters', async () => {
    expect((await list({ filter: { ...ALL, billingKey: keys[1] ?? '' } })).found).toEqual([3]);
    expect((await list({ filter: { ...ALL, status: ['SUCCEEDED'] } })).found).toEqual([0]);
    expect((await list({ filter: { ...ALL, status: ['SCHEDULED', 'REVOKED'] } })).found).toEqual([3, 2, 1]);
    expect((await list({ filter: { ...ALL, isForTest: true } })).found).toHaveLength(4);
    expect((await list({ filter: { ...ALL, isForTest: false } })).found).toEqual([]);
  });

  it('sorts, and makes pages', async () => {
    const sort = { by: 'CREATED_AT', order: 'ASC' } as const;
    expect((await list({ filter: ALL, sort })).found).toEqual([0, 1, 2, 3]);
    expect((await list({ filter: ALL, sort: { by: 'COMPLETED_AT' } })).found[0]).toBe(0);
    expect(await list({ filter: ALL, sort, page: { number: 1, size: 3 } })).toEqual({
      found: [3],
      page: { number: 1, size: 3, totalCount: 4 },
    });
    expect((await list({ filter: ALL, page: { number: 5, size: 3 } })).found).toEqual([]);
  });

  it.each<[object, RegExp]>([
    [{ filter: { status: ['DONE'] } }, /^filter.status must be a list of SCHEDULED/],
    [{ filter: { paymentId: 'order-1' } }, /^filter.paymentId is not supported/],
    [{ filter: { from: 'yesterday' } }, /^filter.from must be an RFC 3339/],
    [{ sort: { by: 'AMOUNT' } }, /^sort.by must be one of TIME_TO_PAY/],
    [{ page: { number: 60, size: 1000 } }, /^page must not reach behind row 60000/],
  ])('refuses to list by %j', async (request, message) => {
    await expect(list(request)).rejects.toEqual(
      refusal('INVALID_REQUEST', { message: expect.stringMatching(message) as unknown }),
    );
  });

  it('refuses to list another store', async () => {
    await expect(list({ filter: { storeId: 'another' } })).rejects.toEqual(refusal('FORBIDDEN'));
  });

  it('shows neither what is new nor what changed for a while, when told to', async () => {
    shop.sandbox.undocumented.listLagSeconds = 30;
    await schedules().revokePaymentSchedules({ scheduleIds: [ids[1] ?? ''] });
    expect(await statusOf(1)).toBe('REVOKED');
    expect((await list({ filter: { ...ALL, status: ['REVOKED'] } })).found).toEqual([]);
    expect((await list({ filter: { ...ALL, status: ['SCHEDULED'] } })).found).toEqual([3, 2, 1]);
    await shop.sandbox.clock.advance({ seconds: 30 });
    expect((await list({ filter: { ...ALL, status: ['REVOKED'] } })).found).toEqual([1]);
  });

  it('revokes all of a billing key', async () => {
    expect(await schedules().revokePaymentSchedules({ billingKey: keys[0] ?? '' })).toEqual({
      revokedScheduleIds: [ids[1], ids[2]],
      revokedAt: shop.sandbox.clock.now().toISOString(),
    });
    expect(await Promise.all([0, 1, 2, 3].map(statusOf))).toEqual(['SUCCEEDED', 'REVOKED', 'REVOKED', 'SCHEDULED']);
    await shop.sandbox.clock.advance({ days: 9 });
    expect(shop.sandbox.ledger.executions.filter(({ kind }) => kind === 'CHARGE')).toHaveLength(2);
    expect(await schedules().revokePaymentSchedules({ billingKey: keys[0] ?? '' })).toEqual({ revokedScheduleIds: [] });
  });

  it('revokes those that are named, or none of them', async () => {
    const revoke = (...indexes: number[]) =>
      schedules().revokePaymentSchedules({ scheduleIds: indexes.map((index) => ids[index] ?? 'guessed') });
    await expect(revoke(1, 9)).rejects.toEqual(refusal('PAYMENT_SCHEDULE_NOT_FOUND'));
    await expect(revoke(1, 0)).rejects.toEqual(refusal('PAYMENT_SCHEDULE_ALREADY_PROCESSED'));
    expect(await statusOf(1)).toBe('SCHEDULED');
    expect(await revoke(1, 3)).toMatchObject({ revokedScheduleIds: [ids[1], ids[3]] });
    await expect(revoke(2, 1)).rejects.toEqual(refusal('PAYMENT_SCHEDULE_ALREADY_REVOKED'));
    expect(await statusOf(2)).toBe('SCHEDULED');
  });

  it('revokes those that are named only where they are of the billing key', async () => {
    const scheduleIds = [ids[2] ?? '', ids[3] ?? ''];
    await expect(schedules().revokePaymentSchedules({ billingKey: keys[0] ?? '', scheduleIds })).rejects.toEqual(
      refusal('INVALID_REQUEST'),
    );
    const [billingKey = '', own = ''] = [keys[1], ids[3]];
    expect(await schedules().revokePaymentSchedules({ billingKey, scheduleIds: [own] })).toMatchObject({
      revokedScheduleIds: [own],
    });
  });

  it('revokes nothing without a usable billing key or an id', async () => {
    const revoke = (request: { billingKey?: string; scheduleIds?: string[] }) =>
      schedules().revokePaymentSchedules(request);
    await expect(revoke({})).rejects.toEqual(refusal('INVALID_REQUEST'));
    await expect(revoke({ billingKey: keys[1] ?? '', scheduleIds: [] })).rejects.toEqual(refusal('INVALID_REQUEST'));
    await expect(revoke({ billingKey: 'guessed' })).rejects.toEqual(refusal('BILLING_KEY_NOT_FOUND'));
    await shop.sandbox.buyer.deleteBillingKey(keys[1] ?? '');
    await expect(revoke({ billingKey: keys[1] ?? '' })).rejects.toEqual(refusal('BILLING_KEY_ALREADY_DELETED'));
    expect(await statusOf(3)).toBe('SCHEDULED');
  });
});
