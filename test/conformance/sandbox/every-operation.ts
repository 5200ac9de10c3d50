import type { PortOneSandbox } from 'nestjs-portone/testing';
import type { Client } from './clients.js';

/** A shop's life with every operation that the sandbox has, each with success. Runs on a manual clock. */
export async function everyOperation(
  sandbox: PortOneSandbox,
  { auth, payment, identityVerification, pgSpecific }: Client,
) {
  const { buyer } = sandbox;
  const channelKey = 'channel-key-kakaopay';
  const credential = { number: '4111111111111111', expiryYear: '30', expiryMonth: '12' };
  const order = { orderName: 'A book', amount: { total: 10_000 }, currency: 'KRW' as const };
  const sentAt = sandbox.clock.now().toISOString();
  const reason = 'wish of the buyer';

  // Access.
  const { refreshToken } = await auth.loginViaApiSecret({ apiSecret: sandbox.apiSecret });
  await auth.refreshToken({ refreshToken });

  // A card in the window, with the amount registered before.
  await payment.preRegisterPayment({ paymentId: 'card', totalAmount: 10_000, currency: 'KRW' });
  await buyer.pay('card');
  const paid = await payment.getPayment({ paymentId: 'card' });
  expect(paid).toMatchObject({ status: 'PAID', amount: { total: 10_000, paid: 10_000 } });
  await payment.capturePayment({ paymentId: 'card' });
  await payment.registerStoreReceipt({
    paymentId: 'card',
    items: [{ storeBusinessRegistrationNumber: '1234567890', storeName: 'A', totalAmount: 10_000, currency: 'KRW' }],
  });
  await payment.resendWebhook({ paymentId: 'card' });
  await payment.cancelPayment({ paymentId: 'card', reason, amount: 4_000, currentCancellableAmount: 10_000 });
  const whole = await payment.cancelPayment({ paymentId: 'card', reason });
  expect(whole.cancellation).toMatchObject({ status: 'SUCCEEDED', totalAmount: 6_000 });

  // Approved by the server.
  const { paymentToken, txId } = await buyer.pay('manual', { totalAmount: 10_000, approval: 'manual' });
  await payment.confirmPayment({
    paymentId: 'manual',
    paymentToken,
    txId,
    totalAmount: 10_000,
    currency: 'KRW',
    isTest: true,
  });

  // A cancel that takes its time, and is stopped.
  sandbox.faults.add({ fault: 'cancel-requested', operation: 'payment.cancelPayment', count: 1 });
  const { cancellation } = await payment.cancelPayment({ paymentId: 'manual', reason });
  expect(cancellation).toMatchObject({ status: 'REQUESTED' });
  if (!('id' in cancellation)) throw new Error('the cancellation has no id');
  await payment.stopPaymentCancellation({ paymentId: 'manual', cancellationId: cancellation.id });

  // A virtual account, closed.
  await payment.payInstantly({
    ...order,
    paymentId: 'account',
    channelKey,
    method: { virtualAccount: { bank: 'SHINHAN', expiry: { validHours: 24 }, option: { type: 'NORMAL' } } },
  });
  await payment.closeVirtualAccount({ paymentId: 'account' });

  // Escrow.
  await payment.payInstantly({
    ...order,
    paymentId: 'escrow',
    channelKey,
    isEscrow: true,
    method: { card: { credential } },
  });
  const logistics = { company: 'CJ' as const, invoiceNumber: '1234', sentAt };
  await payment.applyEscrowLogistics({ paymentId: 'escrow', logistics });
  await payment.modifyEscrowLogistics({ paymentId: 'escrow', logistics: { ...logistics, invoiceNumber: '12345' } });
  await payment.confirmEscrow({ paymentId: 'escrow', fromStore: true });

  // Billing keys: issued by the server, approved after the window, approved and paid.
  const { billingKey: keys, paymentSchedule: schedules } = payment;
  const { billingKeyInfo } = await keys.issueBillingKey({ channelKey, method: { card: { credential } } });
  const { billingKey } = billingKeyInfo;
  expect(await keys.getBillingKeyInfo({ billingKey })).toMatchObject({ status: 'ISSUED' });
  await payment.payWithBillingKey({ ...order, paymentId: 'with-key', billingKey });
  const issue = await buyer.issueBillingKey({ approval: 'manual', channelKey });
  await keys.confirmBillingKey({ billingIssueToken: issue.billingIssueToken });
  const both = await buyer.issueBillingKeyAndPay('key-and-pay', {
    approval: 'manual',
    channelKey,
    totalAmount: 10_000,
  });
  await keys.confirmBillingKeyIssueAndPay({ billingIssueToken: both.billingIssueToken });
  expect((await keys.getBillingKeyInfos({ page: { number: 0, size: 10 } })).items).toHaveLength(3);

  // A schedule that pays, and one that is revoked.
  const timeToPay = new Date(sandbox.clock.now().getTime() + 3_600_000).toISOString();
  const { schedule } = await schedules.createPaymentSchedule({
    paymentId: 'scheduled',
    payment: { ...order, billingKey },
    timeToPay,
  });
  const revoked = await schedules.createPaymentSchedule({
    paymentId: 'revoked',
    payment: { ...order, billingKey },
    timeToPay,
  });
  await schedules.revokePaymentSchedules({ scheduleIds: [revoked.schedule.id] });
  await sandbox.clock.advance({ hours: 2 });
  expect(await schedules.getPaymentSchedule({ paymentScheduleId: schedule.id })).toMatchObject({ status: 'SUCCEEDED' });
  expect((await schedules.getPaymentSchedules({})).items).toHaveLength(2);
  expect(await payment.getPayment({ paymentId: 'scheduled' })).toMatchObject({ status: 'PAID' });
  await keys.deleteBillingKey({ billingKey });

  // Papers.
  const receipts = payment.cashReceipt;
  await receipts.issueCashReceipt({
    paymentId: 'cash',
    channelKey,
    type: 'PERSONAL',
    orderName: 'A book',
    currency: 'KRW',
    amount: { total: 10_000 },
    customer: { identityNumber: '01012345678' },
  });
  expect(await receipts.getCashReceiptByPaymentId({ paymentId: 'cash' })).toMatchObject({ status: 'ISSUED' });
  expect((await receipts.getCashReceipts({ page: { number: 0, size: 10 } })).items).toHaveLength(1);
  await receipts.cancelCashReceiptByPaymentId({ paymentId: 'cash' });

  // Promotions.
  const { id: promotionId } = await sandbox.console.createPromotion({
    cardCompany: 'SHINHAN_CARD',
    totalBudget: 100_000,
  });
  expect(await payment.promotion.getPromotion({ promotionId })).toMatchObject({ id: promotionId });
  await payment.additionalFeature.getPgCardPromotions({ channelKey, amount: 10_000 });

  // Identity.
  const customer = { name: '홍길동', phoneNumber: '01012345678', identityNumber: '9001011', ipAddress: '127.0.0.1' };
  const identityVerificationId = 'identity';
  const send = { identityVerificationId, channelKey, customer, operator: 'SKT' as const, method: 'SMS' as const };
  await identityVerification.sendIdentityVerification(send);
  await identityVerification.resendIdentityVerification({ identityVerificationId });
  const otp = await sandbox.buyer.readCode(identityVerificationId);
  await identityVerification.confirmIdentityVerification({ identityVerificationId, otp });
  const verified = await identityVerification.getIdentityVerification({ identityVerificationId });
  expect(verified).toMatchObject({ status: 'VERIFIED', verifiedCustomer: { name: '홍길동' } });
  expect((await identityVerification.getIdentityVerifications({ page: { number: 0, size: 10 } })).items).toHaveLength(
    1,
  );

  // Lists.
  expect((await payment.getPayments()).items.length).toBeGreaterThan(0);
  expect((await payment.getAllPaymentsByCursor({})).items.length).toBeGreaterThan(0);
  expect((await payment.getAllPaymentEventsByCursor({})).items.length).toBeGreaterThan(0);
  expect((await payment.getPaymentTransactions({ paymentId: 'card' })).items).toHaveLength(1);

  // KakaoPay's own order.
  const kakao = await payment.getPayment({ paymentId: 'escrow' });
  const pgTxId = 'pgTxId' in kakao ? (kakao.pgTxId ?? '') : '';
  expect(await pgSpecific.getKakaopayPaymentOrder({ pgTxId, channelKey })).toMatchObject({ statusCode: 200 });
}
