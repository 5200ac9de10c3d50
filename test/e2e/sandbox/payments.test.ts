import { Payment, PortOneClient } from '@portone/server-sdk';
import { PortOneSandbox } from 'nestjs-portone/testing';

describe('PortOneSandbox: payments, driven by the official SDK', () => {
  let sandbox: PortOneSandbox;
  let client: PortOneClient;

  beforeAll(async () => {
    sandbox = await PortOneSandbox.start({ clock: 'manual', seed: 1 });
    client = PortOneClient({ secret: sandbox.apiSecret, baseUrl: sandbox.url, storeId: sandbox.storeId });
  });
  afterEach(() => sandbox.reset());
  afterAll(() => sandbox.stop());

  const executions = () => sandbox.ledger.executions.map(({ kind, amount }) => [kind, amount]);

  it('knows no payment before one is made', async () => {
    await expect(client.payment.getPayment({ paymentId: 'nope' })).rejects.toMatchObject({
      name: 'GetPaymentError',
      data: { type: 'PAYMENT_NOT_FOUND', message: expect.stringContaining('nope') as string },
    });
  });

  it('shows a payment once the buyer paid, with what the window asked for', async () => {
    const paid = await sandbox.buyer.pay('order-1', {
      card: '5555 5555 5555 4444',
      totalAmount: 1100,
      taxFreeAmount: 0,
      orderName: '애착 사료',
      customData: '{"a":1}',
      channelKey: 'channel-key-mine',
    });
    const payment = await client.payment.getPayment({ paymentId: 'order-1' });
    expect(payment).toEqual(paid);
    expect(payment).toMatchObject({
      status: 'PAID',
      id: 'order-1',
      storeId: 'store-sandbox',
      orderName: '애착 사료',
      currency: 'KRW',
      amount: { total: 1100, taxFree: 0, vat: 100, supply: 1000, paid: 1100, cancelled: 0 },
      channel: { type: 'TEST', key: 'channel-key-mine' },
      customData: '{"a":1}',
      method: { type: 'PaymentMethodCard', card: { brand: 'MASTER', number: '555555******4444' } },
      paidAt: sandbox.clock.now().toISOString(),
    });
    expect(executions()).toEqual([['CHARGE', 1100]]);
  });

  it('takes the amount that was pre-registered, and no other', async () => {
    const register = { paymentId: 'order-1', totalAmount: 5000, taxFreeAmount: 1000, currency: 'USD' };
    await expect(client.payment.preRegisterPayment(register)).resolves.toEqual({});
    await expect(client.payment.getPayment({ paymentId: 'order-1' })).rejects.toMatchObject({
      data: { type: 'PAYMENT_NOT_FOUND' },
    });
    for (const other of [{ totalAmount: 1 }, { currency: 'KRW' }, { taxFreeAmount: 0 }]) {
      await expect(sandbox.buyer.pay('order-1', other)).rejects.toThrow(/pre-registered/);
    }
    const payment = await sandbox.buyer.pay('order-1');
    expect(payment).toMatchObject({ currency: 'USD', amount: { total: 5000, taxFree: 1000, paid: 5000 } });
    await expect(client.payment.preRegisterPayment(register)).rejects.toMatchObject({ data: { type: 'ALREADY_PAID' } });
  });

  it('pays 1000 won when nobody says an amount', async () => {
    expect(await sandbox.buyer.pay('order-1')).toMatchObject({
      status: 'PAID',
      currency: 'KRW',
      amount: { total: 1000 },
    });
  });

  it('declines the card that is declined, and lets the same payment id be paid by another try', async () => {
    const failed = await sandbox.buyer.pay('order-1', { card: '4111 1111 1111 1112', totalAmount: 1000 });
    expect(failed).toMatchObject({
      status: 'FAILED',
      amount: { total: 1000, paid: 0 },
      failure: { pgCode: 'CARD_DECLINED', pgMessage: expect.any(String) as string },
    });
    expect(await client.payment.getPayment({ paymentId: 'order-1' })).toEqual(failed);
    const paid = await sandbox.buyer.pay('order-1', { totalAmount: 1000 });
    expect(paid.status).toBe('PAID');
    expect(paid.transactionId).not.toBe(failed.transactionId);
    await expect(sandbox.buyer.pay('order-1', { totalAmount: 1000 })).rejects.toMatchObject({
      data: { type: 'ALREADY_PAID' },
    });
    expect(executions()).toEqual([
      ['DECLINE', 1000],
      ['CHARGE', 1000],
    ]);
  });

  it.each([
    [{ card: '4111 1111 1111 1113', totalAmount: 1 }, /card must be a card number/],
    [{ totalAmount: 0 }, /totalAmount must be an integer of at least 1/],
    [{ totalAmount: 1.5 }, /totalAmount must be an integer/],
    [{ totalAmount: 1, currency: 'won' }, /currency must be/],
    [{ totalAmount: 1, noticeUrls: ['ftp://x'] }, /noticeUrls must be/],
    [{ totalAmount: 1, amount: 1 }, /amount is not supported/],
  ])('refuses to pay with %j', async (options, message) => {
    const paying = sandbox.buyer.pay('order-1', options);
    await expect(paying).rejects.toThrow(message);
    await expect(paying).rejects.toBeInstanceOf(TypeError);
    expect(executions()).toEqual([]);
  });

  describe('cancelling', () => {
    beforeEach(() => sandbox.buyer.pay('order-1', { totalAmount: 1000 }));
    const cancel = (more: object = {}) =>
      client.payment.cancelPayment({ paymentId: 'order-1', reason: '변심', ...more });

    it('gives back in parts until nothing is left', async () => {
      const { cancellation } = await cancel({ amount: 300, currentCancellableAmount: 1000 });
      expect(cancellation).toMatchObject({ status: 'SUCCEEDED', totalAmount: 300, reason: '변심', trigger: 'API' });
      expect(await client.payment.getPayment({ paymentId: 'order-1' })).toMatchObject({
        status: 'PARTIAL_CANCELLED',
        amount: { total: 1000, paid: 1000, cancelled: 300 },
        cancellations: [cancellation],
      });
      await expect(cancel({ amount: 300, currentCancellableAmount: 1000 })).rejects.toMatchObject({
        name: 'CancelPaymentError',
        data: { type: 'CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN' },
      });
      await expect(cancel({ amount: 701 })).rejects.toMatchObject({
        data: { type: 'CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT' },
      });
      const rest = await cancel();
      expect(rest.cancellation).toMatchObject({ totalAmount: 700 });
      expect(await client.payment.getPayment({ paymentId: 'order-1' })).toMatchObject({
        status: 'CANCELLED',
        amount: { cancelled: 1000 },
        cancellations: [{ totalAmount: 300 }, { totalAmount: 700 }],
      });
      await expect(cancel()).rejects.toMatchObject({ data: { type: 'PAYMENT_ALREADY_CANCELLED' } });
      expect(executions()).toEqual([
        ['CHARGE', 1000],
        ['CANCEL', 300],
        ['CANCEL', 700],
      ]);
    });

    it('refuses what was never paid', async () => {
      await expect(client.payment.cancelPayment({ paymentId: 'other', reason: 'x' })).rejects.toMatchObject({
        data: { type: 'PAYMENT_NOT_FOUND' },
      });
      await sandbox.buyer.pay('declined', { card: '4111111111111112', totalAmount: 1 });
      const cancelling = client.payment.cancelPayment({ paymentId: 'declined', reason: 'x' });
      await expect(cancelling).rejects.toBeInstanceOf(Payment.CancelPaymentError);
      await expect(cancelling).rejects.toMatchObject({ data: { type: 'PAYMENT_NOT_PAID' } });
    });

    it.each([
      [{ reason: undefined }, 'reason is required.'],
      [{ amount: 0 }, 'amount must be an integer of at least 1.'],
      [{ amount: '300' }, 'amount must be an integer of at least 1.'],
      [{ requester: 'THIEF' }, 'requester must be one of CUSTOMER, ADMIN.'],
      [{ skipWebhook: 1 }, 'skipWebhook must be true or false.'],
    ])('refuses the input %j', async (more, message) => {
      await expect(cancel(more)).rejects.toMatchObject({ data: { type: 'INVALID_REQUEST', message } });
    });
  });

  describe('manual approval', () => {
    const begin = (card = '4111 1111 1111 1111') =>
      sandbox.buyer.pay('order-1', { approval: 'manual', card, totalAmount: 1000 });

    it('stays READY until the server confirms', async () => {
      const { paymentToken, txId } = await begin();
      const ready = await client.payment.getPayment({ paymentId: 'order-1' });
      expect(ready).toMatchObject({ status: 'READY', transactionId: txId, amount: { paid: 0 } });
      expect(executions()).toEqual([]);
      const expected = { paymentId: 'order-1', txId, totalAmount: 1000, currency: 'KRW', isTest: true };
      const summary = await client.payment.confirmPayment({ ...expected, paymentToken });
      const paid = await client.payment.getPayment({ paymentId: 'order-1' });
      expect(paid).toMatchObject({ status: 'PAID', transactionId: txId, ...summary });
      await expect(client.payment.confirmPayment({ ...expected, paymentToken })).rejects.toMatchObject({
        name: 'ConfirmPaymentError',
        data: { type: 'ALREADY_PAID' },
      });
      expect(executions()).toEqual([['CHARGE', 1000]]);
    });

    it.each([
      [{ paymentToken: 'guessed' }, 'INVALID_PAYMENT_TOKEN'],
      [{ totalAmount: 999 }, 'INFORMATION_MISMATCH'],
      [{ currency: 'USD' }, 'INFORMATION_MISMATCH'],
      [{ taxFreeAmount: 1 }, 'INFORMATION_MISMATCH'],
      [{ txId: 'other' }, 'INFORMATION_MISMATCH'],
      [{ isTest: false }, 'INFORMATION_MISMATCH'],
      [{ paymentId: 'other' }, 'PAYMENT_NOT_FOUND'],
    ])('does not approve %j', async (wrong, type) => {
      const { paymentToken } = await begin();
      await expect(
        client.payment.confirmPayment({ paymentId: 'order-1', paymentToken, ...wrong }),
      ).rejects.toMatchObject({ data: { type } });
      expect(executions()).toEqual([]);
    });

    it('ends a try that another one took the place of', async () => {
      const { paymentToken } = await begin();
      await begin();
      await expect(client.payment.confirmPayment({ paymentId: 'order-1', paymentToken })).rejects.toMatchObject({
        data: { type: 'INVALID_PAYMENT_TOKEN' },
      });
    });

    it('passes on that the card was declined, and the token is used up', async () => {
      const { paymentToken } = await begin('4111 1111 1111 1112');
      const confirm = () => client.payment.confirmPayment({ paymentId: 'order-1', paymentToken });
      await expect(confirm()).rejects.toMatchObject({
        data: { type: 'PG_PROVIDER', pgCode: 'CARD_DECLINED', pgMessage: expect.any(String) as string },
      });
      expect(await client.payment.getPayment({ paymentId: 'order-1' })).toMatchObject({ status: 'FAILED' });
      await expect(confirm()).rejects.toMatchObject({ data: { type: 'INVALID_PAYMENT_TOKEN' } });
    });
  });
});
