import { openShop, refusal, type Shop } from './shop.js';

describe('PortOneSandbox: what others decide of a payment', () => {
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
  const types = async () => {
    await shop.sandbox.settled();
    return shop.receiver.types;
  };
  const executions = () => shop.sandbox.ledger.executions.map(({ kind }) => kind);

  describe('the merchant, asked before approval', () => {
    const ask = (status: number, body = '{}') => {
      shop.receiver.answer = ({ event }, response) =>
        response.writeHead(event.type === 'Transaction.Confirm' ? status : 200).end(body);
    };
    afterEach(() => ask(200));
    const pay = () => shop.sandbox.buyer.pay(paymentId, { totalAmount: 700, confirmUrl: shop.receiver.url });

    it('asks before the money is taken', async () => {
      let before: unknown;
      shop.receiver.answer = ({ event }, response) => {
        if (event.type === 'Transaction.Confirm') before = executions();
        response.writeHead(200).end('{}');
      };
      expect(await pay()).toMatchObject({ status: 'PAID' });
      expect(before).toEqual([]);
      expect(
        shop.receiver.received.find(({ event }) => event.type === 'Transaction.Confirm')?.event.data,
      ).toMatchObject({
        paymentId,
        totalAmount: 700,
      });
    });

    it('fails with what the server says', async () => {
      ask(409, JSON.stringify({ errorMessage: '품절입니다.' }));
      expect(await pay()).toMatchObject({ status: 'FAILED', failure: { reason: '품절입니다.' } });
      expect(executions()).toEqual([]);
      expect((await types()).at(-1)).toBe('Transaction.Failed');
    });

    it('fails where another attempt was paid meanwhile', async () => {
      let paidBetween: Promise<unknown> | undefined;
      shop.receiver.answer = ({ event }, response) => {
        if (event.type !== 'Transaction.Confirm') return response.writeHead(200).end();
        paidBetween = shop.sandbox.buyer.pay(paymentId, { totalAmount: 700 }).then(() => response.writeHead(200).end());
        return response;
      };
      expect(await pay()).toMatchObject({ status: 'FAILED' });
      await paidBetween;
      expect(executions()).toEqual(['CHARGE']);
      expect(await read()).toMatchObject({ status: 'PAID' });
    });
  });

  describe('the provider', () => {
    const provider = () => shop.sandbox.provider;

    it('settles what is pending', async () => {
      const pending = await shop.sandbox.buyer.pay(paymentId, {
        payMethod: 'CONVENIENCE_STORE',
        convenienceStore: { paymentDeadline: { validHours: 5 } },
      });
      expect(pending).toMatchObject({
        status: 'PAY_PENDING',
        method: { type: 'PaymentMethodConvenienceStore', paymentDeadline: '2026-01-01T17:00:00.000Z' },
      });
      await expect(shop.sandbox.buyer.pay(paymentId)).rejects.toEqual(refusal('ALREADY_PAID'));
      await shop.sandbox.settled();
      expect(await provider().settlePayment(paymentId)).toMatchObject({ status: 'PAID' });
      await shop.sandbox.settled();
      expect(await read()).toMatchObject({
        status: 'PAID',
        webhooks: [
          { paymentStatus: 'READY' },
          { paymentStatus: 'PAY_PENDING', trigger: 'ASYNC_PAY_PENDING' },
          { paymentStatus: 'PAID', trigger: 'ASYNC_PAY_APPROVED' },
        ],
      });
      expect(executions()).toEqual(['CHARGE']);
      await expect(provider().settlePayment(paymentId)).rejects.toThrow(/is PAID, and must be PAY_PENDING/);
    });

    it('refuses what was pending', async () => {
      await shop.sandbox.buyer.pay(paymentId, { pending: true });
      await shop.sandbox.settled();
      expect(await provider().settlePayment(paymentId, { as: 'FAILED' })).toMatchObject({ status: 'FAILED' });
      await shop.sandbox.settled();
      expect(await read()).toMatchObject({ webhooks: [{}, {}, { trigger: 'ASYNC_PAY_FAILED' }] });
      expect(executions()).toEqual(['DECLINE']);
    });

    it('takes the money of a failed attempt after all, unless another was paid', async () => {
      const failed = await shop.sandbox.buyer.pay(paymentId, { card: '4111111111111112' });
      await shop.sandbox.buyer.open(paymentId);
      const paid = await provider().succeedLate(paymentId);
      expect(paid).toMatchObject({ status: 'PAID', transactionId: failed.transactionId });
      expect(paid).not.toHaveProperty('failure');
      expect(await read()).toMatchObject({ status: 'PAID', transactionId: failed.transactionId });
      await expect(provider().succeedLate(paymentId)).rejects.toEqual(refusal('ALREADY_PAID'));
      await expect(shop.sandbox.buyer.pay(paymentId)).rejects.toEqual(refusal('ALREADY_PAID'));
      expect(executions()).toEqual(['DECLINE', 'CHARGE']);
      await shop.sandbox.buyer.open('other');
      await expect(provider().succeedLate('other')).rejects.toThrow(/is READY, and must be FAILED/);
    });

    it('opens and resolves disputes', async () => {
      await shop.sandbox.buyer.open(paymentId);
      await expect(provider().openDispute(paymentId)).rejects.toEqual(refusal('PAYMENT_NOT_PAID'));
      await shop.sandbox.buyer.pay(paymentId);
      await expect(provider().resolveDispute(paymentId)).rejects.toThrow(/no unresolved dispute/);
      await shop.sandbox.settled();
      await provider().openDispute(paymentId, { reason: '물건이 안 왔어요' });
      expect(await read()).toMatchObject({
        status: 'PAID',
        disputes: [{ status: 'UNRESOLVED', reason: '물건이 안 왔어요', createdAt: '2026-01-01T12:00:00.000Z' }],
      });
      await shop.sandbox.settled();
      await provider().resolveDispute(paymentId);
      await shop.sandbox.settled();
      expect(await read()).toMatchObject({
        disputes: [{ status: 'RESOLVED', resolvedAt: '2026-01-01T12:00:00.000Z' }],
        webhooks: [{}, {}, { trigger: 'DISPUTE_CREATED' }, { trigger: 'DISPUTE_RESOLVED' }],
      });
      expect((await types()).slice(2)).toEqual(['Transaction.DisputeCreated', 'Transaction.DisputeResolved']);
    });
  });
});
