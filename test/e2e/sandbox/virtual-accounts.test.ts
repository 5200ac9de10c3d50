import { openShop, refusal, type Shop } from './shop.js';

describe('PortOneSandbox: virtual accounts, driven by the official SDK', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop();
  });
  afterEach(async () => {
    await shop.sandbox.settled();
    await shop.close();
  });

  const paymentId = 'order-1';
  const read = () => shop.client.payment.getPayment({ paymentId });
  const close = () => shop.client.payment.closeVirtualAccount({ paymentId });
  const executions = () => shop.sandbox.ledger.executions.map(({ kind, amount }) => [kind, amount]);
  const types = async () => {
    await shop.sandbox.settled();
    return shop.receiver.types;
  };
  const issue = (virtualAccount: object = {}) =>
    shop.sandbox.buyer.pay(paymentId, { payMethod: 'VIRTUAL_ACCOUNT', totalAmount: 1000, virtualAccount });
  const refundAccount = { bank: 'SHINHAN' as const, number: '110123456789', holderName: '홍길동' };

  it('is issued, which is not paid, until the money comes', async () => {
    const issued = await issue({ bankCode: 'KOOKMIN_BANK', accountExpiry: { validHours: 24 } });
    expect(issued).toMatchObject({
      status: 'VIRTUAL_ACCOUNT_ISSUED',
      amount: { total: 1000, paid: 0 },
      method: {
        type: 'PaymentMethodVirtualAccount',
        bank: 'KOOKMIN',
        accountNumber: expect.stringMatching(/^\d{14}$/) as string,
        accountType: 'NORMAL',
        issuedAt: '2026-01-01T12:00:00.000Z',
        expiredAt: '2026-01-02T12:00:00.000Z',
      },
    });
    expect(executions()).toEqual([['ISSUE_VIRTUAL_ACCOUNT', 1000]]);
    await expect(shop.sandbox.buyer.pay(paymentId)).rejects.toEqual(refusal('ALREADY_PAID'));
    await expect(shop.client.payment.cancelPayment({ paymentId, reason: 'x' })).rejects.toEqual(
      refusal('PAYMENT_NOT_PAID'),
    );

    for (const amount of [999, 1001]) {
      await expect(shop.sandbox.buyer.deposit(paymentId, { amount })).rejects.toThrow(/amount must be 1000/);
    }
    await shop.sandbox.settled();
    const paid = await shop.sandbox.buyer.deposit(paymentId, { remitterName: '홍길동' });
    await shop.sandbox.settled();
    expect(await read()).toMatchObject({
      status: 'PAID',
      transactionId: issued.transactionId,
      amount: { paid: 1000 },
      method: { remitterName: '홍길동' },
      paidAt: paid.paidAt,
      webhooks: [
        { paymentStatus: 'READY' },
        { paymentStatus: 'VIRTUAL_ACCOUNT_ISSUED' },
        { paymentStatus: 'PAID', trigger: 'VIRTUAL_ACCOUNT_DEPOSIT', status: 'SUCCEEDED' },
      ],
    });
    expect(executions()).toEqual([
      ['ISSUE_VIRTUAL_ACCOUNT', 1000],
      ['CHARGE', 1000],
    ]);
    await expect(shop.sandbox.buyer.deposit(paymentId)).rejects.toEqual(refusal('PAYMENT_NOT_WAITING_FOR_DEPOSIT'));
  });

  it('fails when its time is over, and the id is free for another try', async () => {
    await issue({ accountExpiry: { dueDate: '2026-01-01T13:00:00Z' } });
    await shop.sandbox.clock.advance({ minutes: 59, seconds: 59 });
    expect(await read()).toMatchObject({ status: 'VIRTUAL_ACCOUNT_ISSUED' });
    await shop.sandbox.clock.advance({ seconds: 1 });
    expect(await read()).toMatchObject({ status: 'FAILED', failure: { pgCode: 'VIRTUAL_ACCOUNT_EXPIRED' } });
    expect((await types()).at(-1)).toBe('Transaction.Failed');
    await expect(shop.sandbox.buyer.deposit(paymentId)).rejects.toEqual(refusal('PAYMENT_NOT_WAITING_FOR_DEPOSIT'));
    expect(await shop.sandbox.buyer.pay(paymentId)).toMatchObject({ status: 'PAID' });
  });

  it('does not end once it is paid', async () => {
    await issue({ accountExpiry: { validHours: 1 } });
    await shop.sandbox.buyer.deposit(paymentId);
    await shop.sandbox.clock.advance({ days: 1 });
    expect(await read()).toMatchObject({ status: 'PAID' });
  });

  it('is closed by the server', async () => {
    await expect(close()).rejects.toEqual(refusal('PAYMENT_NOT_FOUND'));
    await issue();
    expect(await close()).toEqual({ closedAt: '2026-01-01T12:00:00.000Z' });
    expect(await read()).toMatchObject({ status: 'FAILED', failure: { pgCode: 'VIRTUAL_ACCOUNT_CLOSED' } });
    await expect(close()).rejects.toEqual(refusal('PAYMENT_NOT_WAITING_FOR_DEPOSIT'));
    await shop.sandbox.clock.advance({ days: 10 });
    expect(await types()).toEqual(['Transaction.Ready', 'Transaction.VirtualAccountIssued', 'Transaction.Failed']);
    expect(executions().at(-1)).toEqual(['CLOSE_VIRTUAL_ACCOUNT', undefined]);
  });

  it('passes on that the provider does not close it', async () => {
    await issue();
    shop.sandbox.faults.add({ fault: 'pg-error', operation: 'payment.closeVirtualAccount' });
    await expect(close()).rejects.toEqual(refusal('PG_PROVIDER'));
    expect(await read()).toMatchObject({ status: 'VIRTUAL_ACCOUNT_ISSUED' });
  });

  it('needs an account to give the money back to, and shows how that went', async () => {
    await issue();
    await shop.sandbox.buyer.deposit(paymentId);
    const cancel = (more: object = {}) => shop.client.payment.cancelPayment({ paymentId, reason: 'x', ...more });
    await expect(cancel()).rejects.toEqual(
      refusal('INVALID_REQUEST', { message: 'refundAccount is required for a virtual account.' }),
    );
    shop.sandbox.faults.add({ fault: 'cancel-requested', settlesAs: 'FAILED', count: 1 });
    await cancel({ refundAccount });
    expect(await read()).toMatchObject({ method: { refundStatus: 'PENDING' } });
    await shop.sandbox.provider.settleCancellation(paymentId, { as: 'FAILED' });
    expect(await read()).toMatchObject({ status: 'PAID', method: { refundStatus: 'FAILED' } });
    await cancel({ refundAccount });
    expect(await read()).toMatchObject({ status: 'CANCELLED', method: { refundStatus: 'COMPLETED' } });
  });

  it('approved by hand is only issued', async () => {
    const { paymentToken } = await shop.sandbox.buyer.pay(paymentId, {
      payMethod: 'VIRTUAL_ACCOUNT',
      approval: 'manual',
    });
    expect(await read()).toMatchObject({ status: 'READY' });
    const summary = await shop.client.payment.confirmPayment({ paymentId, paymentToken });
    expect(summary).toMatchObject({ paidAt: '2026-01-01T12:00:00.000Z' });
    expect(await read()).toMatchObject({ status: 'VIRTUAL_ACCOUNT_ISSUED', pgTxId: summary.pgTxId });
    await expect(shop.client.payment.confirmPayment({ paymentId, paymentToken })).rejects.toEqual(
      refusal('ALREADY_PAID'),
    );
  });

  describe('without a window', () => {
    const option = { type: 'NORMAL' as const };
    const instantly = (virtualAccount: object) =>
      shop.client.payment.payInstantly({
        paymentId,
        channelKey: 'c',
        orderName: 'A',
        amount: { total: 1000 },
        currency: 'KRW',
        method: { virtualAccount: { bank: 'SHINHAN', expiry: { validHours: 2 }, option, ...virtualAccount } },
      });

    it('is issued, with the number that a fixed account always has', async () => {
      const fixed = { option: { type: 'FIXED', fixed: { pgAccountId: 'customer-1' } } };
      const { payment } = await instantly({ ...fixed, remitteeName: '상점' });
      const first = await read();
      expect(first).toMatchObject({
        status: 'VIRTUAL_ACCOUNT_ISSUED',
        pgTxId: payment.pgTxId,
        method: { accountType: 'FIXED', remitteeName: '상점', expiredAt: '2026-01-01T14:00:00.000Z' },
      });
      await close();
      await instantly(fixed);
      const { accountNumber } = (first as { method: { accountNumber: string } }).method;
      expect(await read()).toMatchObject({ method: { accountNumber } });
      expect(await types()).not.toContain('Transaction.Ready');
    });

    it.each([
      [{ bank: 'MY_BANK' }, /^method\.virtualAccount\.bank must be/],
      [
        { expiry: { dueDate: '2025-12-31T00:00:00Z' } },
        /^method\.virtualAccount\.expiry\.dueDate must be in the future/,
      ],
      [{ expiry: { validHours: 1, dueDate: '2026-12-31T00:00:00Z' } }, /dueDate and validHours exclude/],
      [{ expiry: { validHours: 9e12 } }, /^method\.virtualAccount\.expiry\.validHours must end before/],
      [{ expiry: undefined }, /^method\.virtualAccount\.expiry is required/],
      [{ option: { type: 'FIXED' } }, /^method\.virtualAccount\.option\.fixed is required/],
      [{ option: { type: 'FIXED', fixed: {} } }, /fixed\.pgAccountId or accountNumber is required/],
    ])('refuses %j', async (wrong, message) => {
      await expect(instantly(wrong)).rejects.toEqual(
        refusal('INVALID_REQUEST', { message: expect.stringMatching(message) as string }),
      );
      await expect(read()).rejects.toEqual(refusal('PAYMENT_NOT_FOUND'));
    });
  });
});
