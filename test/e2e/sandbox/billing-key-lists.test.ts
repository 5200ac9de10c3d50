import { CREDENTIAL, openShop, refusal, type Shop } from './shop.js';

const CHANNELS = [
  { key: 'toss' },
  { key: 'kcp', pgProvider: 'KCP_V2' as const },
  { key: 'refusing', pgProvider: 'NICE_V2' as const, refuses: ['ISSUE_BILLING_KEY' as const] },
  { key: 'holding', type: 'LIVE' as const, refuses: ['DELETE_BILLING_KEY' as const] },
];
const GROUPS = [
  { id: 'both', channelKeys: ['toss', 'kcp'] },
  { id: 'half', channelKeys: ['refusing', 'kcp'] },
  { id: 'none', channelKeys: ['refusing', 'refusing'] },
  { id: 'sticky', channelKeys: ['toss', 'holding'] },
];

describe('PortOneSandbox: billing keys of several channels, and their list', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop({ channels: CHANNELS, channelGroups: GROUPS });
  });
  afterEach(() => shop.close());

  const keys = () => shop.client.payment.billingKey;
  const issue = (where: { channelKey?: string; channelGroupId?: string; storeId?: string }) =>
    keys().issueBillingKey({ method: { card: { credential: CREDENTIAL } }, ...where });
  const channel = (key: string): unknown => expect.objectContaining({ key });

  it('are issued by each', async () => {
    const { billingKeyInfo, channelSpecificFailures } = await issue({ channelGroupId: 'both' });
    expect(channelSpecificFailures).toBeUndefined();
    expect(billingKeyInfo.channels).toEqual([channel('toss'), channel('kcp')]);
    expect(await keys().getBillingKeyInfo({ billingKey: billingKeyInfo.billingKey })).toMatchObject({
      channelGroup: { id: 'both', isForTest: true },
      pgBillingKeyIssueResponses: [{ type: 'ISSUED' }, { type: 'ISSUED' }],
    });
  });

  it('pay by the first, or by that which the payment names', async () => {
    const { billingKey } = (await issue({ channelGroupId: 'both' })).billingKeyInfo;
    const pay = (paymentId: string, channelKey?: string) =>
      shop.client.payment.payWithBillingKey({
        paymentId,
        billingKey,
        orderName: 'A book',
        amount: { total: 1000 },
        currency: 'KRW',
        ...(channelKey !== undefined && { channelKey }),
      });
    const find = (paymentId: string) => shop.client.payment.getPayment({ paymentId });
    await pay('order-1');
    expect(await find('order-1')).toMatchObject({ channel: { key: 'toss' } });
    await pay('order-2', 'kcp');
    expect(await find('order-2')).toMatchObject({ channel: { key: 'kcp' } });
    await expect(pay('order-3', 'holding')).rejects.toEqual(refusal('CHANNEL_NOT_FOUND'));
  });

  it('are issued where one of them refuses, which is told', async () => {
    const { billingKeyInfo, channelSpecificFailures } = await issue({ channelGroupId: 'half' });
    expect(billingKeyInfo.channels).toEqual([channel('kcp')]);
    expect(channelSpecificFailures).toMatchObject([
      { type: 'PG_PROVIDER', channel: { key: 'refusing' }, pgCode: 'REFUSED' },
    ]);
    const info = await keys().getBillingKeyInfo({ billingKey: billingKeyInfo.billingKey });
    expect(info).toMatchObject({
      status: 'ISSUED',
      pgBillingKeyIssueResponses: [
        { type: 'ISSUED', channel: { key: 'kcp' } },
        { type: 'FAILED', channel: { key: 'refusing' }, failure: { pgCode: 'REFUSED' } },
      ],
    });
  });

  it('are not issued where all of them refuse', async () => {
    await expect(issue({ channelGroupId: 'none' })).rejects.toEqual(
      refusal('CHANNEL_SPECIFIC', {
        failures: [
          expect.objectContaining({ channel: channel('refusing') }),
          expect.objectContaining({ channel: channel('refusing') }),
        ],
        succeededChannels: [],
      }),
    );
    await expect(issue({ channelKey: 'refusing' })).rejects.toEqual(refusal('PG_PROVIDER', { pgCode: 'REFUSED' }));
    expect((await keys().getBillingKeyInfos({})).items).toEqual([]);
    await shop.sandbox.settled();
    expect(shop.receiver.types).toEqual(['BillingKey.Failed', 'BillingKey.Failed']);
  });

  it('stay where one of them refuses to delete', async () => {
    const { billingKey } = (await issue({ channelGroupId: 'sticky' })).billingKeyInfo;
    await expect(keys().deleteBillingKey({ billingKey })).rejects.toEqual(
      refusal('CHANNEL_SPECIFIC', { succeededChannels: [channel('toss')] }),
    );
    expect(await keys().getBillingKeyInfo({ billingKey })).toMatchObject({ status: 'ISSUED' });
    const alone = (await issue({ channelKey: 'holding' })).billingKeyInfo;
    await expect(keys().deleteBillingKey({ billingKey: alone.billingKey })).rejects.toEqual(refusal('PG_PROVIDER'));
  });

  it('need a channel that there is', async () => {
    await expect(issue({ channelKey: 'guessed' })).rejects.toEqual(refusal('CHANNEL_NOT_FOUND'));
    await expect(issue({ channelGroupId: 'guessed' })).rejects.toEqual(refusal('CHANNEL_NOT_FOUND'));
  });

  describe('in a list', () => {
    let issued: string[];

    /** One a day: by the API on toss, on both, on kcp by the window; the first is deleted on the fourth day. */
    beforeEach(async () => {
      const { buyer, clock } = shop.sandbox;
      issued = [(await issue({ channelKey: 'toss' })).billingKeyInfo.billingKey];
      await clock.advance({ days: 1 });
      issued.push((await issue({ channelGroupId: 'both' })).billingKeyInfo.billingKey);
      await clock.advance({ days: 1 });
      const { billingKey } = await buyer.issueBillingKey({
        channelKey: 'kcp',
        card: '5555555555554444',
        billingKeyMethod: 'EASY_PAY',
        customer: { customerId: 'c-1', fullName: '홍길동', email: 'hong@example.com', zipcode: '04524' },
      });
      issued.push(billingKey);
      await clock.advance({ days: 1 });
      await keys().deleteBillingKey({ billingKey: issued[0] ?? '' });
    });

    const list = async (request: Parameters<ReturnType<typeof keys>['getBillingKeyInfos']>[0] = {}) => {
      const { items, page } = await keys().getBillingKeyInfos(request);
      return { found: items.map((item) => issued.indexOf('billingKey' in item ? item.billingKey : '')), page };
    };

    it('come newest first', async () => {
      expect(await list()).toEqual({ found: [2, 1, 0], page: { number: 0, size: 10, totalCount: 3 } });
      expect(await list({ page: { number: 1, size: 2 } })).toEqual({
        found: [0],
        page: { number: 1, size: 2, totalCount: 3 },
      });
      expect((await list({ page: { number: 7, size: 2 } })).found).toEqual([]);
    });

    it.each<[object, number[]]>([
      [{ status: ['DELETED'] }, [0]],
      [{ status: ['ISSUED', 'DELETED'] }, [2, 1, 0]],
      [{ channelGroupIds: ['both', 'half'] }, [1]],
      [{ customerId: 'c-1' }, [2]],
      [{ platformType: 'SDK_PC' }, [2]],
      [{ platformType: 'API' }, [1, 0]],
      [{ pgProviders: ['KCP_V2'] }, [2, 1]],
      [{ pgCompanies: ['TOSSPAYMENTS'] }, [1, 0]],
      [{ methods: ['EASY_PAY'] }, [2]],
      [{ methods: ['CARD', 'MOBILE'] }, [1, 0]],
      [{ version: 'V1' }, []],
      [{ version: 'V2' }, [2, 1, 0]],
      [{ from: '2026-01-02T12:00:00Z', until: '2026-01-03T12:00:00Z' }, [2, 1]],
      [{ timeRangeField: 'DELETED_AT' }, [0]],
      [{ timeRangeField: 'STATUS_TIMESTAMP', from: '2026-01-04T00:00:00Z' }, [0]],
      [{ textSearch: { field: 'CARD_BIN', value: '5555' } }, [2]],
      [{ textSearch: { field: 'CARD_NUMBER', value: '4111111111111111' } }, [1, 0]],
      [{ textSearch: { field: 'CUSTOMER_NAME', value: '길동' } }, [2]],
      [{ textSearch: { field: 'CUSTOMER_EMAIL', value: 'HONG@' } }, [2]],
      [{ textSearch: { field: 'CUSTOMER_ZIPCODE', value: '1' } }, []],
      [{ textSearch: { field: 'PG_MERCHANT_ID', value: 'sandbox' } }, [2, 1, 0]],
    ])('are found by %j', async (filter, found) => {
      expect((await list({ filter })).found).toEqual(found);
    });

    it('are sorted', async () => {
      expect((await list({ sort: { by: 'ISSUED_AT', order: 'ASC' } })).found).toEqual([0, 1, 2]);
      expect((await list({ sort: { by: 'DELETED_AT', order: 'DESC' } })).found[0]).toBe(0);
      expect((await list({ sort: { by: 'STATUS_TIMESTAMP', order: 'DESC' } })).found).toEqual([0, 2, 1]);
    });

    it('are of every store of the merchant, unless one is named', async () => {
      shop.sandbox.addStore({ storeId: 'branch' });
      issued.push((await issue({ channelKey: 'toss', storeId: 'branch' })).billingKeyInfo.billingKey);
      expect((await list()).found).toEqual([3, 2, 1, 0]);
      expect((await list({ filter: { storeId: 'branch' } })).found).toEqual([3]);
      expect((await list({ filter: { storeId: 'store-sandbox' } })).found).toEqual([2, 1, 0]);
      await expect(list({ filter: { storeId: 'another' } })).rejects.toEqual(refusal('FORBIDDEN'));
    });

    it('are missing for a while when told to', async () => {
      shop.sandbox.undocumented.listLagSeconds = 60;
      issued.push((await issue({ channelKey: 'toss' })).billingKeyInfo.billingKey);
      expect((await list({ filter: { status: ['ISSUED'] } })).found).toEqual([2, 1, 0]);
      await shop.sandbox.clock.advance({ minutes: 1 });
      expect((await list({ filter: { status: ['ISSUED'] } })).found).toEqual([3, 2, 1]);
    });

    it.each([
      [{ colour: 'red' }, /^filter.colour is not supported by the sandbox/],
      [{ status: ['GONE'] }, /^filter.status must be a list of ISSUED, DELETED/],
      [{ textSearch: { field: 'COLOUR', value: 'x' } }, /^filter.textSearch.field must be one of/],
      [{ textSearch: { field: 'CARD_BIN' } }, /^filter.textSearch.value is required/],
      [{ pgProviders: [7] }, /^filter.pgProviders must be a list of strings/],
    ])('are not found by %j', async (filter, message) => {
      await expect(list({ filter: filter as object })).rejects.toEqual(
        refusal('INVALID_REQUEST', { message: expect.stringMatching(message) as unknown }),
      );
    });
  });
});
