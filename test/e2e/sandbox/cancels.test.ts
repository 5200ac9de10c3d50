import type { Payment } from '@portone/server-sdk';
import { openShop, refusal, type Shop } from './shop.js';

type Cancellation = Extract<Payment.PaymentCancellation, { id: string }>;

describe('PortOneSandbox: cancels, driven by the official SDK', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterEach(async () => {
    await shop.sandbox.settled();
    shop.sandbox.reset();
    shop.receiver.received.length = 0;
  });
  afterAll(() => shop.close());

  const paymentId = 'order-1';
  const read = () => shop.client.payment.getPayment({ paymentId });
  const cancel = async (more: object = {}) => {
    const { cancellation } = await shop.client.payment.cancelPayment({ paymentId, reason: '변심', ...more });
    return cancellation as Cancellation;
  };
  const cancelled = () =>
    shop.sandbox.ledger.executions.filter(({ kind }) => kind === 'CANCEL').map(({ amount }) => amount);
  const types = async () => {
    await shop.sandbox.settled();
    return shop.receiver.types.toSorted();
  };

  describe('tax-free and VAT', () => {
    beforeEach(() => shop.sandbox.buyer.pay(paymentId, { totalAmount: 1000, taxFreeAmount: 300 }));

    it('gives back what the request says, and takes the rest along at the end', async () => {
      expect(await cancel({ amount: 400, taxFreeAmount: 200, vatAmount: 18 })).toMatchObject({
        totalAmount: 400,
        taxFreeAmount: 200,
        vatAmount: 18,
      });
      expect(await read()).toMatchObject({ amount: { cancelled: 400, cancelledTaxFree: 200 } });
      expect(await cancel()).toMatchObject({ totalAmount: 600, taxFreeAmount: 100 });
      expect(await read()).toMatchObject({ status: 'CANCELLED', amount: { cancelled: 1000, cancelledTaxFree: 300 } });
    });

    it('gives back the VAT that was paid, no more and no less', async () => {
      const parts = [await cancel({ amount: 333 }), await cancel({ amount: 111 }), await cancel()];
      expect(parts.map(({ vatAmount }) => vatAmount)).toEqual([30, 10, 24]);
      await shop.sandbox.buyer.pay('order-2', { totalAmount: 1000, vatAmount: 0 });
      expect(await cancel({ paymentId: 'order-2' })).toMatchObject({ totalAmount: 1000, vatAmount: 0 });
    });

    it.each([
      ['CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT', { amount: 1001 }],
      ['CANCEL_TAX_AMOUNT_EXCEEDS_CANCELLABLE_TAX_AMOUNT', { amount: 800, taxFreeAmount: 0 }],
      ['CANCEL_TAX_FREE_AMOUNT_EXCEEDS_CANCELLABLE_TAX_FREE_AMOUNT', { amount: 500, taxFreeAmount: 301 }],
      ['CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN', { amount: 500, currentCancellableAmount: 999 }],
      ['SUM_OF_PARTS_EXCEEDS_CANCEL_AMOUNT', { amount: 500, taxFreeAmount: 300, vatAmount: 201 }],
    ])('refuses with %s', async (type, more) => {
      await expect(cancel(more)).rejects.toEqual(refusal(type));
      expect(cancelled()).toEqual([]);
    });
  });

  it('passes on what the provider says', async () => {
    await shop.sandbox.buyer.pay(paymentId);
    shop.sandbox.faults.add({ fault: 'pg-error', operation: 'payment.cancelPayment', pgCode: 'X1', count: 1 });
    await expect(cancel()).rejects.toEqual(refusal('PG_PROVIDER', { pgCode: 'X1' }));
    expect(cancelled()).toEqual([]);
  });

  it('sends a webhook with the cancellation, unless it is told not to', async () => {
    await shop.sandbox.buyer.pay(paymentId, { totalAmount: 1000 });
    await shop.sandbox.settled();
    shop.receiver.received.length = 0;
    await cancel({ amount: 100, skipWebhook: true });
    const { id } = await cancel({ amount: 200, requester: 'ADMIN' });
    expect(await types()).toEqual(['Transaction.PartialCancelled']);
    expect(shop.receiver.received[0]?.event.data).toMatchObject({ paymentId, cancellationId: id });
    await cancel();
    expect(await types()).toEqual(['Transaction.Cancelled', 'Transaction.PartialCancelled']);
  });

  it('cancels from the console too', async () => {
    await shop.sandbox.buyer.pay(paymentId, { totalAmount: 1000 });
    await expect(shop.sandbox.console.cancel(paymentId, { amount: 0 })).rejects.toThrow(/console\.cancel: amount/);
    const cancellation = await shop.sandbox.console.cancel(paymentId, { amount: 400 });
    expect(cancellation).toMatchObject({ status: 'SUCCEEDED', totalAmount: 400, trigger: 'CONSOLE' });
    expect(await read()).toMatchObject({ status: 'PARTIAL_CANCELLED', cancellations: [cancellation] });
  });

  it('needs an account to give back a mobile payment of last month, by the calendar of Korea', async () => {
    await shop.sandbox.buyer.pay(paymentId, { payMethod: 'MOBILE', totalAmount: 1000 });
    await cancel({ amount: 100 });
    await shop.sandbox.clock.advance({ days: 31 });
    await expect(cancel({ amount: 100 })).rejects.toEqual(
      refusal('INVALID_REQUEST', { message: 'refundAccount is required for a mobile payment of an earlier month.' }),
    );
    const refundAccount = { bank: 'SHINHAN', number: '110123456789', holderName: '홍길동' };
    await expect(cancel({ refundAccount: { ...refundAccount, bank: 'MY_BANK' } })).rejects.toEqual(
      refusal('INVALID_REQUEST', { message: expect.stringMatching(/^refundAccount\.bank must be/) as string }),
    );
    expect(await cancel({ refundAccount })).toMatchObject({ totalAmount: 900 });
  });

  describe('requested', () => {
    const paid = async (fault: object = {}) => {
      await shop.sandbox.buyer.pay(paymentId, { totalAmount: 1000 });
      await shop.sandbox.settled();
      shop.receiver.received.length = 0;
      shop.sandbox.faults.add({ fault: 'cancel-requested', ...fault });
    };

    it('is pending until it settles by itself, and gives the money back then', async () => {
      await paid({ after: { minutes: 10 } });
      const requested = await cancel({ amount: 400 });
      expect(requested).toMatchObject({ status: 'REQUESTED', totalAmount: 400 });
      expect(await read()).toMatchObject({ status: 'PAID', amount: { cancelled: 0 }, cancellations: [requested] });
      expect(cancelled()).toEqual([]);
      expect(await types()).toEqual(['Transaction.CancelPending']);

      await shop.sandbox.clock.advance({ minutes: 10 });
      expect(await read()).toMatchObject({
        status: 'PARTIAL_CANCELLED',
        amount: { cancelled: 400 },
        cancellations: [{ id: requested.id, status: 'SUCCEEDED' }],
      });
      expect(cancelled()).toEqual([400]);
      expect(await types()).toEqual(['Transaction.CancelPending', 'Transaction.PartialCancelled']);
      const { webhooks } = (await read()) as Payment.PaidPayment;
      expect(webhooks?.at(-1)).toMatchObject({
        trigger: 'ASYNC_CANCEL_APPROVED',
        paymentStatus: 'PARTIAL_CANCELLED',
      });
    });

    it('takes from what can be cancelled, until it fails, which sends nothing', async () => {
      await paid({ settlesAs: 'FAILED', count: 1 });
      const requested = await cancel({ amount: 700 });
      await expect(cancel({ currentCancellableAmount: 1000 })).rejects.toEqual(
        refusal('CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN'),
      );
      await expect(cancel({ amount: 301 })).rejects.toEqual(refusal('CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT'));
      expect(await cancel({ amount: 100, skipWebhook: true })).toMatchObject({ status: 'SUCCEEDED' });
      await shop.sandbox.clock.advance({ hours: 1 });
      expect(await read()).toMatchObject({
        amount: { cancelled: 100 },
        cancellations: [{ id: requested.id, status: 'FAILED' }, { status: 'SUCCEEDED' }],
      });
      expect(await types()).toEqual(['Transaction.CancelPending']);
      expect(await cancel({ currentCancellableAmount: 900 })).toMatchObject({ totalAmount: 900 });
      expect(cancelled()).toEqual([100, 900]);
    });

    it('never cancels one amount twice, whichever of two is settled first', async () => {
      await paid();
      const [first, second] = [await cancel({ amount: 600 }), await cancel()];
      expect(second).toMatchObject({ totalAmount: 400, status: 'REQUESTED' });
      await expect(cancel()).rejects.toEqual(refusal('CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT'));
      const { provider } = shop.sandbox;
      await provider.settleCancellation(paymentId, { cancellationId: second.id });
      expect(await read()).toMatchObject({ status: 'PARTIAL_CANCELLED' });
      expect(await provider.settleCancellation(paymentId)).toMatchObject({ id: first.id, status: 'SUCCEEDED' });
      expect(await read()).toMatchObject({ status: 'CANCELLED', amount: { cancelled: 1000 } });
      await shop.sandbox.clock.advance({ days: 1 });
      expect(cancelled()).toEqual([400, 600]);
      await expect(provider.settleCancellation(paymentId)).rejects.toEqual(refusal('PAYMENT_CANCELLATION_NOT_FOUND'));
      await expect(provider.settleCancellation(paymentId, { cancellationId: first.id })).rejects.toEqual(
        refusal('PAYMENT_CANCELLATION_NOT_PENDING'),
      );
    });

    it('can be stopped while it is requested', async () => {
      await paid();
      const { id: cancellationId } = await cancel();
      const stop = (more: object = {}) =>
        shop.client.payment.stopPaymentCancellation({ paymentId, cancellationId, ...more });
      await expect(stop({ paymentId: 'other' })).rejects.toEqual(refusal('PAYMENT_NOT_FOUND'));
      await expect(stop({ cancellationId: 'other' })).rejects.toEqual(refusal('PAYMENT_CANCELLATION_NOT_FOUND'));
      expect(await stop()).toEqual({ stoppedAt: shop.sandbox.clock.now().toISOString() });
      expect(await read()).toMatchObject({ status: 'PAID', cancellations: [{ status: 'FAILED' }] });
      await expect(stop()).rejects.toEqual(refusal('PAYMENT_CANCELLATION_NOT_PENDING'));
      await shop.sandbox.clock.advance({ hours: 1 });
      expect(cancelled()).toEqual([]);
    });

    it('is the API alone: the console cancels at once', async () => {
      await paid();
      expect(await shop.sandbox.console.cancel(paymentId)).toMatchObject({ status: 'SUCCEEDED' });
    });
  });
});
