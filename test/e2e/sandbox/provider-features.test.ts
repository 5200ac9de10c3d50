import { openShop, refusal, type Shop } from './shop.js';

describe('PortOneSandbox: what payment providers have of their own, driven by the official SDK', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop({
      channels: [{ key: 'kcp', pgProvider: 'KCP_V2' }, { key: 'kakao', pgProvider: 'KAKAOPAY' }, { key: 'toss' }],
    });
  });
  afterEach(() => shop.close());

  describe('card promotions of KCP', () => {
    const list = (request: { channelKey?: string; amount?: number; cardCompany?: 'KOOKMIN_CARD' | 'BC_CARD' }) =>
      shop.client.payment.additionalFeature
        .getPgCardPromotions({ channelKey: 'kcp', amount: 100_000, ...request })
        .then(({ promotions }) => promotions?.map(({ promotionId }) => promotionId));

    it('are those that the amount allows', async () => {
      expect(await list({ amount: 9_999 })).toEqual([]);
      expect(await list({ amount: 10_000 })).toEqual(['KCP-0001']);
      expect(await list({})).toEqual(['KCP-0001', 'KCP-0002', 'KCP-0003']);
      expect(await list({ cardCompany: 'KOOKMIN_CARD' })).toEqual(['KCP-0002']);
      expect(await list({ cardCompany: 'BC_CARD' })).toEqual([]);
    });

    it('are had of its channels alone', async () => {
      await expect(list({ channelKey: 'toss' })).rejects.toEqual(refusal('INVALID_REQUEST'));
      await expect(list({ channelKey: 'guessed' })).rejects.toEqual(refusal('CHANNEL_NOT_FOUND'));
      await expect(list({ amount: -1 })).rejects.toEqual(refusal('INVALID_REQUEST'));
    });
  });

  describe('an order of KakaoPay', () => {
    const find = async (pgTxId: string, channelKey = 'kakao') => {
      const { statusCode, body } = await shop.client.pgSpecific.getKakaopayPaymentOrder({ pgTxId, channelKey });
      return { statusCode, order: JSON.parse(body) as unknown };
    };

    it('goes with its payment', async () => {
      const paid = await shop.sandbox.buyer.pay('order-1', {
        channelKey: 'kakao',
        payMethod: 'EASY_PAY',
        totalAmount: 2200,
        orderName: 'A pen',
        customer: { customerId: 'c-1' },
      });
      const pgTxId = 'pgTxId' in paid ? (paid.pgTxId ?? '') : '';
      expect(await find(pgTxId)).toMatchObject({
        statusCode: 200,
        order: {
          tid: pgTxId,
          status: 'SUCCESS_PAYMENT',
          partner_order_id: 'order-1',
          partner_user_id: 'c-1',
          item_name: 'A pen',
          payment_method_type: 'CARD',
          amount: { total: 2200, vat: 200 },
          cancel_available_amount: { total: 2200 },
        },
      });
      await shop.client.payment.cancelPayment({ paymentId: 'order-1', reason: 'x', amount: 200 });
      expect(await find(pgTxId)).toMatchObject({
        order: {
          status: 'PART_CANCEL_PAYMENT',
          canceled_amount: { total: 200 },
          cancel_available_amount: { total: 2000 },
        },
      });
      await shop.client.payment.cancelPayment({ paymentId: 'order-1', reason: 'x' });
      expect(await find(pgTxId)).toMatchObject({ order: { status: 'CANCEL_PAYMENT' } });
    });

    it('is answered as KakaoPay does where there is none', async () => {
      expect(await find('guessed')).toMatchObject({ statusCode: 400, order: { error_message: 'invalid tid' } });
      await expect(find('guessed', 'toss')).rejects.toEqual(refusal('INVALID_REQUEST'));
      await expect(find('guessed', 'guessed')).rejects.toEqual(refusal('INVALID_REQUEST'));
    });
  });
});
