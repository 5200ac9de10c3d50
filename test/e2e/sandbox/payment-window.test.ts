import type { SandboxPayOptions } from 'nestjs-portone/testing';
import { openShop, refusal, type Shop } from './shop.js';

describe('PortOneSandbox: the payment window', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop({
      channels: [
        { key: 'test', pgProvider: 'KCP_V2' },
        { key: 'live', type: 'LIVE' },
      ],
      channelGroups: [{ id: 'group', channelKeys: ['live', 'test'] }],
    });
  });
  afterEach(async () => {
    await shop.sandbox.settled();
    shop.sandbox.reset();
    shop.receiver.received.length = 0;
  });
  afterAll(() => shop.close());

  const paymentId = 'order-1';
  const anyString = expect.any(String) as string;
  const read = () => shop.client.payment.getPayment({ paymentId });
  const transactions = async () => (await shop.client.payment.getPaymentTransactions({ paymentId })).items;
  const types = async () => {
    await shop.sandbox.settled();
    return shop.receiver.types;
  };
  const executions = () => shop.sandbox.ledger.executions.map(({ kind }) => kind);

  it.each<[SandboxPayOptions, object]>([
    [
      { installmentMonth: 3 },
      {
        type: 'PaymentMethodCard',
        installment: { month: 3, isInterestFree: false },
        approvalNumber: anyString,
      },
    ],
    [
      { payMethod: 'TRANSFER', transfer: { bankCode: 'BANK_OF_KOREA' } },
      { type: 'PaymentMethodTransfer', bank: 'BANK_OF_KOREA' },
    ],
    [
      { payMethod: 'MOBILE', customer: { phoneNumber: '01012345678' } },
      { type: 'PaymentMethodMobile', phoneNumber: '01012345678' },
    ],
    [
      { payMethod: 'EASY_PAY', easyPay: { easyPayProvider: 'TOSSPAY' } },
      {
        type: 'PaymentMethodEasyPay',
        provider: 'TOSSPAY',
        easyPayMethod: { type: 'PaymentMethodCard', approvalNumber: anyString },
      },
    ],
    [
      { payMethod: 'EASY_PAY', easyPayMethod: 'CHARGE' },
      { provider: 'KAKAOPAY', easyPayMethod: { type: 'PaymentMethodEasyPayMethodCharge' } },
    ],
    [
      { payMethod: 'PAYPAL', easyPayMethod: 'TRANSFER' },
      { provider: 'PAYPAL', easyPayMethod: { type: 'PaymentMethodTransfer' } },
    ],
    [
      { payMethod: 'GIFT_CERTIFICATE', giftCertificate: { giftCertificateType: 'CULTURE_GIFT' } },
      { type: 'PaymentMethodGiftCertificate', giftCertificateType: 'CULTUREGIFT', approvalNumber: anyString },
    ],
    [{ payMethod: 'CRYPTO' }, { type: 'PaymentMethodCrypto' }],
  ])('pays with %j', async (options, method) => {
    expect(await shop.sandbox.buyer.pay(paymentId, options)).toMatchObject({ status: 'PAID', method });
    expect(await read()).toMatchObject({ status: 'PAID', method });
    expect(executions()).toEqual(['CHARGE']);
  });

  it('shows all that the window was opened with', async () => {
    const request = {
      orderName: '책',
      totalAmount: 3000,
      vatAmount: 100,
      currency: 'KRW',
      channelKey: 'test',
      customer: { customerId: 'c1', fullName: '홍길동', email: 'a@b.c' },
      customData: { cart: 7 },
      products: [{ id: 'p', name: '책', amount: 1500, quantity: 2 }],
      isCulturalExpense: true,
      country: 'KR',
      redirectUrl: 'https://shop.example/done',
      windowType: { pc: 'IFRAME' },
    };
    const ready = await shop.sandbox.buyer.open(paymentId, request);
    expect(ready).toMatchObject({ status: 'READY', orderName: '책' });
    await shop.sandbox.buyer.pay(paymentId);
    expect(await read()).toMatchObject({
      status: 'PAID',
      transactionId: ready.transactionId,
      orderName: '책',
      amount: { total: 3000, vat: 100, supply: 2900, paid: 3000 },
      channel: { key: 'test', pgProvider: 'KCP_V2' },
      customer: { id: 'c1', name: '홍길동', email: 'a@b.c' },
      customData: '{"cart":7}',
      products: request.products,
      isCulturalExpense: true,
      country: 'KR',
    });
    expect(await types()).toEqual(['Transaction.Ready', 'Transaction.Paid']);
  });

  it('goes on with the window that is open, and takes no other request then', async () => {
    const { buyer } = shop.sandbox;
    await buyer.open(paymentId, { totalAmount: 500, payMethod: 'TRANSFER' });
    await expect(buyer.pay(paymentId, { totalAmount: 501 })).rejects.toThrow(/totalAmount must be left out/);
    await expect(buyer.pay(paymentId, { orderName: 'X' })).rejects.toThrow(/orderName must be left out/);
    const paid = await buyer.pay(paymentId, { totalAmount: 500, payMethod: 'TRANSFER' });
    expect(paid).toMatchObject({ amount: { paid: 500 }, method: { type: 'PaymentMethodTransfer' } });
    expect(await transactions()).toHaveLength(1);
  });

  it('lets the buyer pick another means of payment in it', async () => {
    await shop.sandbox.buyer.open(paymentId, { totalAmount: 500, payMethod: 'CARD' });
    const paid = await shop.sandbox.buyer.pay(paymentId, {
      payMethod: 'EASY_PAY',
      easyPay: { easyPayProvider: 'PAYCO' },
    });
    expect(paid).toMatchObject({ amount: { paid: 500 }, method: { type: 'PaymentMethodEasyPay', provider: 'PAYCO' } });
    expect(await transactions()).toHaveLength(1);
  });

  it('may be open several times, and one of them is paid at most', async () => {
    const { buyer } = shop.sandbox;
    const { transactionId: first } = await buyer.open(paymentId, { totalAmount: 500 });
    const { transactionId: second } = await buyer.open(paymentId, { totalAmount: 600 });
    await buyer.closeWindow(paymentId);
    expect(await read()).toMatchObject({ status: 'FAILED', transactionId: second });
    await expect(buyer.fail(paymentId, { txId: second })).rejects.toThrow(/txId must be that of a window/);
    const third = await buyer.open(paymentId, { totalAmount: 700 });
    expect(await buyer.pay(paymentId, { txId: first, totalAmount: 500 })).toMatchObject({ transactionId: first });
    expect(await read()).toMatchObject({ status: 'PAID', amount: { paid: 500 } });
    await expect(buyer.pay(paymentId, { txId: third.transactionId })).rejects.toEqual(refusal('ALREADY_PAID'));
    await buyer.closeWindow(paymentId, { txId: third.transactionId });
    expect(await read()).toMatchObject({ status: 'PAID', transactionId: first });
    expect((await transactions()).map(({ status }) => status)).toEqual(['PAID', 'FAILED', 'FAILED']);
    expect(executions()).toEqual(['CHARGE']);
  });

  it('takes the channel, or one of the group, and knows live from test', async () => {
    await expect(shop.sandbox.buyer.pay(paymentId, { channelKey: 'none' })).rejects.toEqual(
      refusal('CHANNEL_NOT_FOUND'),
    );
    await expect(shop.sandbox.buyer.pay(paymentId, { channelGroupId: 'none' })).rejects.toEqual(
      refusal('CHANNEL_NOT_FOUND'),
    );
    const { paymentToken } = await shop.sandbox.buyer.pay(paymentId, { channelGroupId: 'group', approval: 'manual' });
    const confirm = (isTest: boolean) => shop.client.payment.confirmPayment({ paymentId, paymentToken, isTest });
    await expect(confirm(true)).rejects.toEqual(refusal('INFORMATION_MISMATCH'));
    await confirm(false);
    expect(await read()).toMatchObject({ channel: { type: 'LIVE' }, channelGroup: { id: 'group', isForTest: false } });
  });

  it.each([
    [{ payMethod: 'CASH' }, /payMethod must be one of CARD/],
    [{ payMethod: 'TRANSFER', transfer: { bankCode: 'MY_BANK' } }, /transfer\.bankCode must be a bank/],
    [{ payMethod: 'GIFT_CERTIFICATE', giftCertificate: { giftCertificateType: 'X' } }, /giftCertificateType must be/],
    [{ virtualAccount: { cashReceiptType: 'X' } }, /virtualAccount\.cashReceiptType must be/],
    [{ confirmUrl: 'shop' }, /confirmUrl must be an http/],
    [{ storeId: 'other' }, /storeId must be store-sandbox/],
    [{ totalAmout: 1 }, /totalAmout is not supported/],
  ])('refuses to open with %j', async (options, message) => {
    await expect(shop.sandbox.buyer.pay(paymentId, options as object)).rejects.toThrow(message);
    expect(await types()).toEqual([]);
  });

  it('is closed by the buyer, or fails as the provider says', async () => {
    const { buyer } = shop.sandbox;
    await buyer.open(paymentId, { totalAmount: 500 });
    expect(await buyer.closeWindow(paymentId)).toMatchObject({
      status: 'FAILED',
      failure: { pgCode: 'PAY_PROCESS_CANCELED', reason: expect.any(String) as string },
    });
    expect(await buyer.fail(paymentId, { totalAmount: 500, pgCode: 'LIMIT', pgMessage: '한도초과' })).toMatchObject({
      failure: { reason: '한도초과', pgCode: 'LIMIT', pgMessage: '한도초과' },
    });
    await buyer.pay(paymentId, { totalAmount: 500 });
    expect((await transactions()).map(({ status }) => status)).toEqual(['FAILED', 'FAILED', 'PAID']);
    expect(executions()).toEqual(['DECLINE', 'CHARGE']);
    expect((await types()).toSorted()).toEqual([
      'Transaction.Failed',
      'Transaction.Failed',
      'Transaction.Paid',
      'Transaction.Ready',
      'Transaction.Ready',
      'Transaction.Ready',
    ]);
    const { items } = await shop.client.payment.getPaymentTransactions({ paymentId });
    const paid = items.at(-1) as { id: string; webhooks: { request: { body: string } }[] };
    expect(paid).toMatchObject({ paymentId });
    expect(paid).not.toHaveProperty('transactionId');
    expect(paid.webhooks).toHaveLength(2);
    expect(paid.webhooks.every(({ request }) => request.body.includes(paid.id))).toBe(true);
    await expect(shop.client.payment.getPaymentTransactions({ paymentId: 'other' })).rejects.toEqual(
      refusal('PAYMENT_NOT_FOUND'),
    );
  });

  it('is opened ten times at most', async () => {
    for (let i = 0; i < 10; i++) await shop.sandbox.buyer.fail(paymentId);
    await expect(shop.sandbox.buyer.pay(paymentId)).rejects.toEqual(refusal('MAX_TRANSACTION_COUNT_REACHED'));
    expect(await transactions()).toHaveLength(10);
  });
});
