import { PortOneClient, type Payment } from '@portone/server-sdk';
import { CREDENTIAL, openShop, refusal, type Shop } from './shop.js';

type Filter = Payment.PaymentFilterInput;

describe('PortOneSandbox: filters of payments, driven by the official SDK', () => {
  let shop: Shop;
  let scheduleId: string;
  let promotionId: string;
  let billingKey: string;
  let gift: Payment.PaidPayment;

  beforeAll(async () => {
    shop = await openShop({
      channels: [{ key: 'toss' }, { key: 'kcp', pgProvider: 'KCP_V2', type: 'LIVE' }],
    });
    const { sandbox, client } = shop;
    const { buyer } = sandbox;
    await buyer.pay('card', {
      card: '5555 5555 5555 4444',
      orderName: 'Blue Chair',
      installmentMonth: 3,
      customer: { fullName: '김철수', email: 'kim@shop.kr', phoneNumber: '01099998888', zipcode: '04524' },
    });
    await buyer.pay('live', { channelKey: 'kcp', platformType: 'SDK_MOBILE' });
    await buyer.pay('transfer', {
      payMethod: 'TRANSFER',
      transfer: { bankCode: 'WOORI_BANK' },
    });
    await buyer.pay('account', { payMethod: 'VIRTUAL_ACCOUNT', virtualAccount: { bankCode: 'HANA_BANK' } });
    await buyer.pay('mobile', { payMethod: 'MOBILE' });
    await buyer.pay('easy', { payMethod: 'EASY_PAY' });
    gift = (await buyer.pay('gift', {
      payMethod: 'GIFT_CERTIFICATE',
      giftCertificate: { giftCertificateType: 'BOOKNLIFE' },
    })) as Payment.PaidPayment;
    await buyer.pay('store', { payMethod: 'CONVENIENCE_STORE' });
    await buyer.pay('crypto', { payMethod: 'CRYPTO' });
    await buyer.fail('failed', { pgMessage: '한도 초과' });
    await buyer.open('ready', { currency: 'USD' });
    await buyer.pay('escrow', { isEscrow: true });
    await client.payment.applyEscrowLogistics({
      paymentId: 'escrow',
      logistics: { company: 'CJ', invoiceNumber: '1', sentAt: '2026-01-01T00:00:00Z' },
    });
    await sandbox.console.cancel('escrow', { amount: 1, reason: 'Too big' });

    ({ id: promotionId } = await sandbox.console.createPromotion({ cardCompany: 'BC_CARD', totalBudget: 10_000 }));
    await buyer.pay('promoted', { totalAmount: 5000, promotionId });
    const method = { card: { credential: CREDENTIAL } };
    const issued = await client.payment.billingKey.issueBillingKey({ channelKey: 'toss', method });
    ({ billingKey } = issued.billingKeyInfo);
    const payment = { billingKey, orderName: 'A', amount: { total: 100 }, currency: 'KRW' as const };
    const timeToPay = '2026-01-01T12:10:00Z';
    const scheduled = await client.payment.paymentSchedule.createPaymentSchedule({
      paymentId: 'due',
      payment,
      timeToPay,
    });
    scheduleId = scheduled.schedule.id;
    await sandbox.clock.advance({ minutes: 10 });
    await client.payment.cashReceipt.issueCashReceipt({
      paymentId: 'transfer',
      channelKey: 'toss',
      type: 'PERSONAL',
      orderName: 'A',
      currency: 'KRW',
      amount: { total: 1000 },
      customer: { identityNumber: '01012345678' },
    });
    await sandbox.clock.advance({ minutes: 10 });
    await client.payment.cashReceipt.cancelCashReceiptByPaymentId({ paymentId: 'transfer' });
    await sandbox.settled();
  });
  afterAll(() => shop.close());

  const ids = async (filter: Filter, client = shop.client) => {
    const { items } = await client.payment.getPayments({ filter, page: { size: 100 } });
    return items.map((payment) => (payment as { id: string }).id).toSorted();
  };
  const around = (minute: number) => ({
    from: `2026-01-01T12:${minute}:00Z`,
    until: `2026-01-01T12:${minute + 1}:00Z`,
  });

  it.each<[Filter, string[]]>([
    [{ methods: ['TRANSFER', 'MOBILE'] }, ['mobile', 'transfer']],
    [{ methods: ['VIRTUAL_ACCOUNT'] }, ['account']],
    [{ methods: ['EASY_PAY'] }, ['easy']],
    [{ methods: ['GIFT_CERTIFICATE', 'CONVENIENCE_STORE', 'CRYPTO'] }, ['crypto', 'gift', 'store']],
    [{ pgProvider: ['KCP_V2', 'NICE_V2'] }, ['live']],
    [{ isTest: false }, ['live']],
    [{ isScheduled: true }, ['due']],
    [{ version: 'V1' }, []],
    [{ version: 'V2', platformType: 'SDK_MOBILE' }, ['live']],
    [{ platformType: 'API' }, ['due']],
    [{ currency: 'USD' }, ['ready']],
    [{ status: ['PENDING'] }, ['store']],
    [{ status: ['READY', 'FAILED', 'VIRTUAL_ACCOUNT_ISSUED'] }, ['account', 'failed', 'ready']],
    [{ isEscrow: true }, ['escrow']],
    [{ escrowStatus: 'REGISTERED' }, ['escrow']],
    [{ escrowStatus: 'CONFIRMED' }, []],
    [{ cardBrand: 'MASTER' }, ['card']],
    [{ cardType: 'DEBIT' }, []],
    [{ cardOwnerType: 'PERSONAL', pgProvider: ['KCP_V2'] }, ['live']],
    [{ giftCertificateType: 'BOOKNLIFE' }, ['gift']],
    [{ giftCertificateType: 'HAPPYMONEY' }, []],
    [{ cashReceiptType: 'PERSONAL' }, ['transfer']],
    [{ cashReceiptStatus: 'CANCELLED' }, ['transfer']],
    [{ cashReceiptStatus: 'ISSUED' }, []],
    [{ cashReceiptIssuedAtRange: around(10) }, ['transfer']],
    [{ cashReceiptIssuedAtRange: around(20) }, []],
    [{ cashReceiptCancelledAtRange: around(20) }, ['transfer']],
    [{ merchantId: 'another' }, []],
  ])('by %j', async (filter, expected) => {
    expect(await ids(filter)).toEqual(expected);
  });

  it.each<[Payment.PaymentTextSearch, string[]]>([
    [{ field: 'PAYMENT_ID', value: 'TRANS' }, ['transfer']],
    [{ field: 'FAIL_REASON', value: '한도' }, ['failed']],
    [{ field: 'CARD_BIN', value: '555555' }, ['card']],
    [{ field: 'CARD_NUMBER', value: '4444' }, ['card']],
    [{ field: 'CARD_INSTALLMENT', value: '3' }, ['card']],
    [{ field: 'TRANS_BANK', value: 'WOORI' }, ['transfer']],
    [{ field: 'VIRTUAL_ACCOUNT_BANK', value: 'hana' }, ['account']],
    [{ field: 'VIRTUAL_ACCOUNT_HOLDER_NAME', value: 'Sandbox' }, ['account']],
    [{ field: 'CANCEL_REASON', value: 'too' }, ['escrow']],
    [{ field: 'ORDER_NAME', value: 'blue chair' }, ['card']],
    [{ field: 'CUSTOMER_NAME', value: '김철수' }, ['card']],
    [{ field: 'CUSTOMER_EMAIL', value: '@shop' }, ['card']],
    [{ field: 'CUSTOMER_PHONE_NUMBER', value: '9999' }, ['card']],
    [{ field: 'CUSTOMER_ZIPCODE', value: '04524' }, ['card']],
    [{ field: 'USER_AGENT', value: 'Chrome' }, []],
    [{ field: 'ALL', value: 'kim@' }, ['card']],
    [{ field: 'ALL', value: 'nowhere' }, []],
  ])('by the text %j', async (search, expected) => {
    expect(await ids({ textSearch: [search] })).toEqual(expected);
  });

  it('by texts that only this run knows', async () => {
    const search = (field: Payment.PaymentTextSearchField, value: string) => ids({ textSearch: [{ field, value }] });
    expect(await search('SCHEDULE_ID', scheduleId)).toEqual(['due']);
    expect(await search('BILLING_KEY', billingKey)).toEqual(['due']);
    expect(await search('PROMOTION_ID', promotionId)).toEqual(['promoted']);
    expect(await search('TX_ID', gift.transactionId)).toEqual(['gift']);
    expect(await search('PG_TX_ID', gift.pgTxId ?? '')).toEqual(['gift']);
    const { approvalNumber } = gift.method as Payment.PaymentMethodGiftCertificate;
    expect(await search('GIFT_CERTIFICATION_APPROVAL_NUMBER', approvalNumber)).toEqual(['gift']);
    const transfer = (await shop.client.payment.getPayment({ paymentId: 'transfer' })) as Payment.PaidPayment;
    const receipt = transfer.cashReceipt as Payment.CancelledPaymentCashReceipt;
    expect(receipt).toMatchObject({ status: 'CANCELLED', totalAmount: 1000 });
    expect(await search('RECEIPT_APPROVAL_NUMBER', receipt.issueNumber)).toEqual(['transfer']);
    expect(await search('PG_RECEIPT_ID', receipt.pgReceiptId ?? '')).toEqual(['transfer']);
  });

  it('by texts that must all be found', async () => {
    const both = [
      { field: 'ORDER_NAME', value: 'Chair' },
      { field: 'PAYMENT_ID', value: 'card' },
    ] as const;
    expect(await ids({ textSearch: [...both] })).toEqual(['card']);
    expect(await ids({ textSearch: [...both, { field: 'PAYMENT_ID', value: 'easy' }] })).toEqual([]);
  });

  it('by how the webhook of the last status was taken', async () => {
    const { sandbox, receiver } = shop;
    expect(await ids({ webhookStatus: 'SUCCEEDED', status: ['FAILED'] })).toEqual(['failed']);
    receiver.answer = ({ event }, response) => response.writeHead(event.type === 'Transaction.Paid' ? 500 : 200).end();
    await sandbox.buyer.pay('unheard');
    await sandbox.settled();
    expect(await ids({ webhookStatus: 'FAILED_NOT_OK_RESPONSE' })).toEqual(['unheard']);
    receiver.answer = (_, response) => response.writeHead(200).end();
    await shop.client.payment.resendWebhook({ paymentId: 'unheard' });
    await expect(shop.client.payment.resendWebhook({ paymentId: 'none' })).rejects.toEqual(
      refusal('PAYMENT_NOT_FOUND'),
    );
  });

  it('over all stores of the merchant, unless a store is named', async () => {
    const { sandbox } = shop;
    const branch = sandbox.addStore({ storeId: 'branch' });
    sandbox.addStore({ storeId: 'stranger', apiSecret: 'another' });
    await branch.buyer.pay('in-branch');
    const merchant = PortOneClient({ secret: sandbox.apiSecret, baseUrl: sandbox.url });
    expect(await ids({}, merchant)).toEqual(expect.arrayContaining(['in-branch', 'card']));
    expect(await ids({ storeId: 'branch' })).toEqual(['in-branch']);
    expect(await ids({ storeId: sandbox.storeId })).not.toContain('in-branch');
    await expect(ids({ storeId: 'stranger' })).rejects.toEqual(refusal('FORBIDDEN'));
    const { items } = await merchant.payment.getAllPaymentsByCursor({ size: 1000 });
    expect(items.some(({ payment }) => (payment as { id: string }).id === 'in-branch')).toBe(false);
  });
});
