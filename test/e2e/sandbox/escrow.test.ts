import type { Payment } from '@portone/server-sdk';
import { openShop, refusal, type Shop } from './shop.js';

describe('PortOneSandbox: escrow, capture and receipts, driven by the official SDK', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterEach(() => shop.sandbox.reset());
  afterAll(() => shop.close());

  const paymentId = 'order-1';
  const sentAt = '2026-01-01T10:00:00Z';
  const logistics = { company: 'CJ' as const, invoiceNumber: '1234', sentAt };
  const apply = (more: object = {}) => shop.client.payment.applyEscrowLogistics({ paymentId, logistics, ...more });
  const modify = (more: object = {}) => shop.client.payment.modifyEscrowLogistics({ paymentId, logistics, ...more });
  const confirm = () => shop.client.payment.confirmEscrow({ paymentId });
  const capture = () => shop.client.payment.capturePayment({ paymentId });
  const register = (items: Payment.RegisterStoreReceiptBodyItem[] = [sale]) =>
    shop.client.payment.registerStoreReceipt({ paymentId, items });
  const sale = {
    storeBusinessRegistrationNumber: '1234567890',
    storeName: '분점',
    totalAmount: 600,
    currency: 'KRW' as const,
  };
  const escrow = async () => ((await shop.client.payment.getPayment({ paymentId })) as Payment.PaidPayment).escrow;
  const pay = () => shop.sandbox.buyer.pay(paymentId, { totalAmount: 1000, isEscrow: true });

  it('goes from its payment to the confirmation', async () => {
    await pay();
    expect(await escrow()).toEqual({ status: 'BEFORE_REGISTERED' });
    expect(await apply()).toEqual({ invoiceNumber: '1234', sentAt, appliedAt: '2026-01-01T12:00:00.000Z' });
    const registered = { company: 'CJ', invoiceNumber: '1234', sentAt, appliedAt: '2026-01-01T12:00:00.000Z' };
    expect(await escrow()).toEqual({ status: 'REGISTERED', ...registered });
    const other = { ...logistics, invoiceNumber: '9', receivedAt: '2026-01-01T11:00:00Z' };
    expect(await modify({ logistics: other })).toMatchObject({ invoiceNumber: '9' });
    expect(await escrow()).toEqual({ status: 'DELIVERED', ...registered, invoiceNumber: '9' });
    expect(await confirm()).toEqual({ completedAt: '2026-01-01T12:00:00.000Z' });
    expect(await escrow()).toMatchObject({ status: 'CONFIRMED', isAutomaticallyConfirmed: false });
    await expect(confirm()).rejects.toEqual(refusal('INVALID_REQUEST'));
    await expect(modify()).rejects.toEqual(refusal('INVALID_REQUEST'));
  });

  it('is delivered, refused or confirmed by others too', async () => {
    await pay();
    await apply();
    const { provider } = shop.sandbox;
    await expect(provider.settleEscrow(paymentId, { as: 'REJECT_CONFIRMED' })).rejects.toThrow(/must be REJECTED/);
    await provider.settleEscrow(paymentId, { as: 'DELIVERED' });
    await provider.settleEscrow(paymentId, { as: 'REJECTED' });
    expect(await provider.settleEscrow(paymentId, { as: 'REJECT_CONFIRMED' })).toMatchObject({
      escrow: { status: 'REJECT_CONFIRMED', invoiceNumber: '1234' },
    });
    shop.sandbox.reset();
    await pay();
    await apply();
    const payment = await provider.settleEscrow(paymentId, { as: 'CONFIRMED' });
    expect(payment).toMatchObject({ escrow: { isAutomaticallyConfirmed: true } });
  });

  it('is cancelled with its payment', async () => {
    await pay();
    await apply();
    await shop.sandbox.console.cancel(paymentId, { amount: 1 });
    expect(await escrow()).toMatchObject({ status: 'REGISTERED' });
    await shop.sandbox.console.cancel(paymentId);
    expect(await escrow()).toMatchObject({ status: 'CANCELLED', invoiceNumber: '1234' });
  });

  it('refuses what is without escrow, not so far, or wrong', async () => {
    await shop.sandbox.buyer.pay(paymentId);
    await expect(apply()).rejects.toEqual(
      refusal('INVALID_REQUEST', { message: 'Payment order-1 is without escrow.' }),
    );
    shop.sandbox.reset();
    await pay();
    for (const early of [modify, confirm]) await expect(early()).rejects.toEqual(refusal('INVALID_REQUEST'));
    const company = { logistics: { ...logistics, company: 'PIGEON' } };
    await expect(apply(company)).rejects.toEqual(
      refusal('INVALID_REQUEST', {
        message: expect.stringMatching(/^logistics\.company must be one of LOTTE/) as string,
      }),
    );
    await apply();
    await expect(apply()).rejects.toEqual(refusal('INVALID_REQUEST'));
  });

  const operations = { applyEscrowLogistics: apply, modifyEscrowLogistics: modify, confirmEscrow: confirm };
  it.each(Object.entries({ ...operations, capturePayment: capture, registerStoreReceipt: () => register() }))(
    '%s is for payments that are paid, and passes on what the provider says',
    async (operation, run) => {
      await expect(run()).rejects.toEqual(refusal('PAYMENT_NOT_FOUND'));
      await shop.sandbox.buyer.open(paymentId, { isEscrow: true });
      await expect(run()).rejects.toEqual(refusal('PAYMENT_NOT_PAID'));
      await shop.sandbox.buyer.pay(paymentId);
      shop.sandbox.faults.add({ fault: 'pg-error', operation: `payment.${operation}`, pgCode: 'X' });
      await expect(run()).rejects.toEqual(refusal('PG_PROVIDER', { pgCode: 'X' }));
    },
  );

  it('captures once', async () => {
    await pay();
    expect(await capture()).toEqual({});
    await expect(capture()).rejects.toEqual(refusal('PG_PROVIDER', { pgCode: 'ALREADY_CAPTURED' }));
    expect(shop.sandbox.ledger.executions.filter(({ kind }) => kind === 'CAPTURE')).toHaveLength(1);
  });

  it('puts the sales of other stores on the receipt, up to what was paid', async () => {
    await pay();
    await expect(register([])).rejects.toEqual(refusal('INVALID_REQUEST'));
    await expect(register([sale, sale])).rejects.toEqual(
      refusal('INVALID_REQUEST', { message: "items come to 1200, more than the payment's 1000." }),
    );
    const { receiptUrl } = await register();
    expect(receiptUrl).toMatch(/^https:\/\/receipt\.invalid\//);
    expect(await shop.client.payment.getPayment({ paymentId })).toMatchObject({ receiptUrl });
  });
});
