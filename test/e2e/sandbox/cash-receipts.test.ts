import { openShop, refusal, type Shop } from './shop.js';

describe('PortOneSandbox: cash receipts, driven by the official SDK', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop({
      channels: [
        { key: 'any' },
        { key: 'kcp', pgProvider: 'KCP_V2', type: 'LIVE' },
        { key: 'refusing', refuses: ['ISSUE_CASH_RECEIPT'] },
      ],
    });
  });
  afterEach(() => shop.close());

  const api = () => shop.client.payment.cashReceipt;
  const issue = (paymentId: string, more: object = {}) =>
    api().issueCashReceipt({
      paymentId,
      channelKey: 'any',
      type: 'PERSONAL',
      orderName: 'A book',
      currency: 'KRW',
      amount: { total: 11_000, taxFree: 1000, vat: 909 },
      customer: { identityNumber: '01012345678' },
      ...more,
    });
  const find = (paymentId: string) => api().getCashReceiptByPaymentId({ paymentId });
  const cancel = (paymentId: string) => api().cancelCashReceiptByPaymentId({ paymentId });

  it('are issued for what was paid elsewhere, once', async () => {
    const { cashReceipt } = await issue('till-7');
    expect(await find('till-7')).toEqual({
      status: 'ISSUED',
      merchantId: expect.any(String) as unknown,
      storeId: 'store-sandbox',
      paymentId: 'till-7',
      channel: expect.objectContaining({ key: 'any' }) as unknown,
      amount: 11_000,
      taxFreeAmount: 1000,
      vatAmount: 909,
      currency: 'KRW',
      orderName: 'A book',
      isManual: true,
      type: 'PERSONAL',
      ...cashReceipt,
      issuedAt: '2026-01-01T12:00:00.000Z',
      statusUpdatedAt: '2026-01-01T12:00:00.000Z',
    });
    await expect(issue('till-7')).rejects.toEqual(refusal('CASH_RECEIPT_ALREADY_ISSUED'));
    expect(shop.sandbox.ledger.executions).toMatchObject([{ kind: 'ISSUE_CASH_RECEIPT', paymentId: 'till-7' }]);
  });

  it('are cancelled once, and may be issued again', async () => {
    const { cashReceipt: first } = await issue('till-7');
    const issued = await find('till-7');
    await shop.sandbox.clock.advance({ hours: 1 });
    const cancelled = await cancel('till-7');
    expect(cancelled).toEqual({ cancelledAmount: 11_000, cancelledAt: '2026-01-01T13:00:00.000Z' });
    const { cancelledAt } = cancelled;
    expect(await find('till-7')).toEqual({
      ...issued,
      status: 'CANCELLED',
      cancelledAt,
      statusUpdatedAt: cancelledAt,
    });
    await expect(cancel('till-7')).rejects.toEqual(refusal('CASH_RECEIPT_NOT_ISSUED'));
    const { cashReceipt: second } = await issue('till-7');
    expect(second.issueNumber).not.toBe(first.issueNumber);
    expect(await find('till-7')).toMatchObject({ status: 'ISSUED', issueNumber: second.issueNumber });
  });

  it('are shown with the payment', async () => {
    await shop.sandbox.buyer.pay('order-1', { payMethod: 'TRANSFER', totalAmount: 11_000 });
    const { cashReceipt } = await issue('order-1', { type: 'CORPORATE' });
    const shown = async () => {
      const payment = await shop.client.payment.getPayment({ paymentId: 'order-1' });
      return 'cashReceipt' in payment ? payment.cashReceipt : undefined;
    };
    expect(await shown()).toMatchObject({
      status: 'ISSUED',
      type: 'CORPORATE',
      totalAmount: 11_000,
      taxFreeAmount: 1000,
      ...cashReceipt,
    });
    const { cancelledAt } = await cancel('order-1');
    expect(await shown()).toMatchObject({ status: 'CANCELLED', cancelledAt });
  });

  it('come with the payment that asks for one, and go with it', async () => {
    const virtualAccount = { cashReceiptType: 'PERSONAL' };
    await shop.sandbox.buyer.pay('order-1', { payMethod: 'VIRTUAL_ACCOUNT', totalAmount: 11_000, virtualAccount });
    await expect(find('order-1')).rejects.toEqual(refusal('CASH_RECEIPT_NOT_FOUND'));
    await shop.sandbox.buyer.deposit('order-1');
    expect(await find('order-1')).toMatchObject({
      status: 'ISSUED',
      isManual: false,
      type: 'PERSONAL',
      amount: 11_000,
      vatAmount: 1000,
    });
    const refundAccount = {
      bank: 'SHINHAN' as const,
      number: '1234',
      holderName: '홍길동',
      holderPhoneNumber: '01012345678',
    };
    const cancelPayment = (amount?: number) =>
      shop.client.payment.cancelPayment({
        paymentId: 'order-1',
        reason: 'x',
        refundAccount,
        ...(amount !== undefined && { amount }),
      });
    await cancelPayment(1000);
    expect(await find('order-1')).toMatchObject({ status: 'ISSUED' });
    await cancelPayment();
    expect(await find('order-1')).toMatchObject({ status: 'CANCELLED' });
  });

  it('come with no payment by card, nor with one that asks for none', async () => {
    const [transfer, easyPay] = [{ cashReceiptType: 'ANONYMOUS' }, { cashReceiptType: 'PERSONAL' }];
    await shop.sandbox.buyer.pay('order-1', { payMethod: 'TRANSFER', transfer });
    await shop.sandbox.buyer.pay('order-2', { payMethod: 'EASY_PAY', easyPay });
    await shop.sandbox.buyer.pay('order-3', { payMethod: 'EASY_PAY', easyPay, easyPayMethod: 'CHARGE' });
    await expect(find('order-1')).rejects.toEqual(refusal('CASH_RECEIPT_NOT_FOUND'));
    await expect(find('order-2')).rejects.toEqual(refusal('CASH_RECEIPT_NOT_FOUND'));
    expect(await find('order-3')).toMatchObject({ status: 'ISSUED', isManual: false });
  });

  it('fail where the provider refuses, and then do not count as issued', async () => {
    await expect(issue('till-7', { channelKey: 'refusing' })).rejects.toEqual(refusal('PG_PROVIDER'));
    expect(await find('till-7')).toMatchObject({ status: 'ISSUE_FAILED', paymentId: 'till-7', isManual: true });
    await expect(cancel('till-7')).rejects.toEqual(refusal('CASH_RECEIPT_NOT_ISSUED'));
    expect(shop.sandbox.ledger.executions).toEqual([]);
    await issue('till-7');
    expect(await find('till-7')).toMatchObject({ status: 'ISSUED' });
  });

  it('do not exist for what has none', async () => {
    await shop.sandbox.buyer.pay('order-1');
    await expect(find('order-1')).rejects.toEqual(refusal('CASH_RECEIPT_NOT_FOUND'));
    await expect(cancel('order-1')).rejects.toEqual(refusal('CASH_RECEIPT_NOT_FOUND'));
  });

  it.each([
    [{ type: 'NO_RECEIPT' }, /^type must be one of PERSONAL, CORPORATE/],
    [{ amount: { total: 100, taxFree: 60, vat: 41 } }, /^amount has parts that exceed its total/],
    [{ customer: {} }, /^customer.identityNumber is required/],
    [{ paidAt: 'yesterday' }, /^paidAt must be an RFC 3339/],
  ])('are not issued for %j', async (more, message) => {
    await expect(issue('till-7', more)).rejects.toEqual(
      refusal('INVALID_REQUEST', { message: expect.stringMatching(message) as unknown }),
    );
  });

  it('need a channel that there is', async () => {
    await expect(issue('till-7', { channelKey: 'guessed' })).rejects.toEqual(refusal('CHANNEL_NOT_FOUND'));
  });

  describe('in a list', () => {
    /** One a day; the first is cancelled and the third has failed on the third. */
    beforeEach(async () => {
      await issue('first');
      await shop.sandbox.clock.advance({ days: 1 });
      await issue('second', { channelKey: 'kcp', type: 'CORPORATE', orderName: 'A pen' });
      await shop.sandbox.clock.advance({ days: 1 });
      await issue('third', { channelKey: 'refusing' }).catch(() => undefined);
      await cancel('first');
    });

    const list = async (request: Parameters<ReturnType<typeof api>['getCashReceipts']>[0] = {}) => {
      const { items, page } = await api().getCashReceipts(request);
      return { found: items.map((item) => ('paymentId' in item ? item.paymentId : '')), page };
    };

    it('come newest first, in pages; what failed was not issued at any time', async () => {
      expect(await list()).toEqual({ found: ['second', 'first'], page: { number: 0, size: 10, totalCount: 2 } });
      expect((await list({ page: { number: 1, size: 1 } })).found).toEqual(['first']);
      expect((await list({ page: { number: 3, size: 1 } })).found).toEqual([]);
      expect((await list({ sort: { by: 'ISSUED_AT', order: 'ASC' } })).found).toEqual(['first', 'second']);
      expect((await list({ sort: { by: 'CANCELLED_AT', order: 'DESC' } })).found[0]).toBe('first');
    });

    it.each<[object, string[]]>([
      [{ paymentId: 'first' }, ['first']],
      [{ statuses: ['ISSUED'] }, ['second']],
      [{ statuses: ['CANCELLED', 'ISSUED'] }, ['second', 'first']],
      [{ statuses: ['FAILED'], timeRangeField: 'STATUS_UPDATED_AT' }, ['third']],
      [{ timeRangeField: 'CANCELLED_AT' }, ['first']],
      [{ timeRangeField: 'STATUS_UPDATED_AT', from: '2026-01-03T00:00:00Z', types: ['PERSONAL'] }, ['first']],
      [{ isManual: false }, []],
      [{ isManual: true }, ['second', 'first']],
      [{ isTest: true }, ['first']],
      [{ types: ['CORPORATE'] }, ['second']],
      [{ orderName: 'A pen' }, ['second']],
      [{ pgProviders: ['KCP_V2'] }, ['second']],
      [{ pgCompanies: ['TOSSPAYMENTS'] }, ['first']],
      [{ pgReceiptId: 'guessed' }, []],
      [{ pgMerchantId: 'sandbox' }, ['second', 'first']],
      [{ version: 'V1' }, []],
      [{ until: '2026-01-01T12:00:00Z' }, ['first']],
    ])('are found by %j', async (filter, found) => {
      expect((await list({ filter })).found).toEqual(found);
    });

    it('are of every store of the merchant, unless one is named', async () => {
      shop.sandbox.addStore({ storeId: 'branch' });
      await issue('there', { storeId: 'branch' });
      expect((await list()).found).toEqual(['there', 'second', 'first']);
      expect((await list({ filter: { storeId: 'branch' } })).found).toEqual(['there']);
      await expect(list({ filter: { storeId: 'another' } })).rejects.toEqual(refusal('FORBIDDEN'));
    });

    it('are missing for a while when told to', async () => {
      shop.sandbox.undocumented.listLagSeconds = 60;
      await shop.sandbox.clock.advance({ minutes: 1 });
      await issue('new');
      expect((await list()).found).toEqual(['second', 'first']);
      await shop.sandbox.clock.advance({ minutes: 1 });
      expect((await list()).found).toEqual(['new', 'second', 'first']);
    });

    it('are not found by a status that they have not', async () => {
      await expect(list({ filter: { statuses: ['ISSUE_FAILED'] } })).rejects.toEqual(refusal('INVALID_REQUEST'));
    });
  });
});
