import { PortOneClient } from '@portone/server-sdk';
import { PortOneSandbox } from 'nestjs-portone/testing';

describe('PortOneSandbox: lists of payments, driven by the official SDK', () => {
  let sandbox: PortOneSandbox;
  let client: PortOneClient;

  // p0 … p6, a minute apart; p3 declined, p5 in dollars, p0 cancelled at the very end.
  beforeAll(async () => {
    sandbox = await PortOneSandbox.start({ clock: new Date('2026-06-01T00:00:00Z') });
    client = PortOneClient({ secret: sandbox.apiSecret, baseUrl: sandbox.url, storeId: sandbox.storeId });
    for (let i = 0; i < 7; i++) {
      const card = i === 3 ? '4111111111111112' : '4111111111111111';
      await sandbox.buyer.pay(`p${i}`, { totalAmount: 100, card, currency: i === 5 ? 'USD' : 'KRW' });
      await sandbox.clock.advance({ minutes: 1 });
    }
    await client.payment.cancelPayment({ paymentId: 'p0', reason: 'x' });
  });
  afterAll(() => sandbox.stop());

  type Query = Parameters<PortOneClient['payment']['getPayments']>[0];
  const ids = async (query?: Query) => {
    const { items } = await client.payment.getPayments(query);
    return items.map((payment) => (payment as { id: string }).id).join(' ');
  };

  it('lists the newest first, ten a page', async () => {
    const { items, page } = await client.payment.getPayments();
    expect(items).toHaveLength(7);
    expect(page).toEqual({ number: 0, size: 10, totalCount: 7 });
    expect(items[0]).toEqual(await client.payment.getPayment({ paymentId: 'p6' }));
    expect(await ids()).toBe('p6 p5 p4 p3 p2 p1 p0');
  });

  it('lists page by page, and nothing past the end', async () => {
    expect(await ids({ page: { number: 0, size: 3 } })).toBe('p6 p5 p4');
    expect(await ids({ page: { number: 2, size: 3 } })).toBe('p0');
    const past = await client.payment.getPayments({ page: { number: 3, size: 3 } });
    expect(past).toEqual({ items: [], page: { number: 3, size: 3, totalCount: 7 } });
  });

  it.each<[NonNullable<Query>['filter'], string]>([
    [{ status: ['FAILED'] }, 'p3'],
    [{ status: ['FAILED', 'CANCELLED'] }, 'p3 p0'],
    [{ status: [] }, 'p6 p5 p4 p3 p2 p1 p0'],
    [{ currency: 'USD' }, 'p5'],
    [{ isTest: false }, ''],
    [{ isTest: true, sortOrder: 'ASC' }, 'p0 p1 p2 p3 p4 p5 p6'],
    [{ sortBy: 'STATUS_CHANGED_AT' }, 'p0 p6 p5 p4 p3 p2 p1'],
    [{ from: '2026-06-01T00:04:00Z' }, 'p6 p5 p4 p0'],
    [{ from: '2026-06-01T00:04:00Z', timestampType: 'CREATED_AT' }, 'p6 p5 p4'],
    [{ until: '2026-06-01T09:02:00+09:00' }, 'p2 p1'],
    [{ until: '2026-09-01T00:00:00Z', timestampType: 'CREATED_AT' }, ''],
    [{ storeId: 'store-sandbox', currency: 'KRW', status: ['PAID'] }, 'p6 p4 p2 p1'],
  ])('filters by %j', async (filter, expected) => {
    expect(await ids({ ...(filter && { filter }) })).toBe(expected);
  });

  it.each([
    [{ page: { number: -1 } }, 'page.number must be an integer of at least 0.'],
    [{ page: { size: 0 } }, 'page.size must be an integer of at least 1.'],
    [{ page: { number: 60, size: 1000 } }, 'page must not reach behind row 60000.'],
    [{ filter: { methods: ['CASH'] } }, /^filter\.methods must be a list of CARD/],
    [{ filter: { webhookStatus: 'LATE' } }, /^filter\.webhookStatus must be one of SUCCEEDED/],
    [{ filter: { paymentIds: ['p1'] } }, 'filter.paymentIds is not supported by the sandbox.'],
    [{ filter: { textSearch: [{ field: 'NOSE', value: 'x' }] } }, /^filter\.textSearch\[0\]\.field must be one of ALL/],
    [{ filter: { cashReceiptIssuedAtRange: {} } }, 'filter.cashReceiptIssuedAtRange.from is required.'],
    [{ filter: { status: ['LOST'] } }, /^filter\.status must be a list of READY/],
    [{ filter: { from: 'yesterday' } }, 'filter.from must be an RFC 3339 date-time.'],
    [{ filter: { sortOrder: 'UP' } }, 'filter.sortOrder must be one of ASC, DESC.'],
  ])('refuses %j', async (query, message) => {
    const matching = typeof message === 'string' ? message : (expect.stringMatching(message) as string);
    await expect(client.payment.getPayments(query as Query)).rejects.toMatchObject({
      name: 'GetPaymentsError',
      data: { type: 'INVALID_REQUEST', message: matching },
    });
  });

  describe('by cursor', () => {
    it('lists the oldest first, each with the cursor to go on from', async () => {
      const seen: string[] = [];
      let cursor: string | undefined;
      for (;;) {
        const { items } = await client.payment.getAllPaymentsByCursor({ size: 3, ...(cursor && { cursor }) });
        const last = items.at(-1);
        if (!last) break;
        seen.push(items.map(({ payment }) => (payment as { id: string }).id).join(' '));
        cursor = last.cursor;
      }
      expect(seen).toEqual(['p0 p1 p2', 'p3 p4 p5', 'p6']);
    });

    it('lists by the time of creation', async () => {
      const { items } = await client.payment.getAllPaymentsByCursor({
        from: '2026-06-01T00:02:00Z',
        until: '2026-06-01T00:03:00Z',
      });
      expect(items.map(({ payment }) => (payment as { id: string }).id)).toEqual(['p2', 'p3']);
    });

    it.each([
      [{ size: 1001 }, 'size must be at most 1000.'],
      [{ size: 0 }, 'size must be an integer of at least 1.'],
      [{ cursor: 'made up' }, 'cursor is not one of an earlier answer.'],
    ])('refuses %j', async (query, message) => {
      await expect(client.payment.getAllPaymentsByCursor(query)).rejects.toMatchObject({
        data: { type: 'INVALID_REQUEST', message },
      });
    });
  });
});
