import { openServices, type Services } from '../../support/sandbox-services.js';
import type { SandboxStore } from '../../../lib/testing/sandbox-store.js';

const paymentId = 'order-1';
const order = { totalAmount: 1000, currency: 'KRW' } as const;

/** One secret, two stores: the services are of the second, where the secret's own has nothing. */
describe('services of a store that is not the first of its secret', () => {
  let services: Services;
  let store: SandboxStore;
  beforeEach(async () => {
    services = await openServices({}, { storeId: 'store-2' });
    store = services.sandbox.addStore({ storeId: 'store-2' });
  });
  afterEach(() => services.close());

  it('find and verify its payments', async () => {
    await store.buyer.pay(paymentId, { totalAmount: 1000 });
    expect(await services.payments.findPayment(paymentId)).toMatchObject({ storeId: 'store-2' });
    expect(await services.payments.verifyPayment(paymentId, order)).toMatchObject({ storeId: 'store-2' });
    await services.sandbox.buyer.pay('order-2', { totalAmount: 1000 });
    expect(await services.payments.findPayment('order-2')).toBeNull();
    const elsewhere = { ...order, storeId: services.sandbox.storeId };
    expect(await services.payments.verifyPayment('order-2', elsewhere)).toMatchObject({ id: 'order-2' });
  });

  it('leave the operations as the SDK has them', async () => {
    await store.buyer.pay(paymentId, { totalAmount: 1000 });
    await expect(services.payments.getPayment({ paymentId })).rejects.toMatchObject({
      data: { type: 'PAYMENT_NOT_FOUND' },
    });
  });

  it('approve its payments, also where the answer is lost', async () => {
    const { paymentToken } = await store.buyer.pay(paymentId, { totalAmount: 1000, approval: 'manual' });
    const options = { paymentId, paymentToken, ...order };
    expect(await services.payments.approve(options)).toMatchObject({ status: 'PAID' });
    const { paymentToken: second } = await store.buyer.pay('order-2', { totalAmount: 1000, approval: 'manual' });
    store.faults.add({ fault: 'reset-after', operation: 'payment.confirmPayment', count: 9 });
    const lost = { paymentId: 'order-2', paymentToken: second, ...order };
    expect(await services.payments.approve(lost)).toMatchObject({ status: 'PAID' });
  });

  it('approve its billing keys', async () => {
    const { billingIssueToken } = await store.buyer.issueBillingKey({ approval: 'manual', issueId: 'issue-1' });
    store.faults.add({ fault: 'reset-after', operation: 'payment.billingKey.confirmBillingKey', count: 9 });
    expect(await services.billingKeys.approve({ billingIssueToken, issueId: 'issue-1' })).toMatchObject({
      billingKey: expect.any(String) as string,
    });
    const paid = await store.buyer.issueBillingKeyAndPay(paymentId, { totalAmount: 1000, approval: 'manual' });
    const options = { billingIssueToken: paid.billingIssueToken, paymentId, ...order };
    expect(await services.billingKeys.approveAndPay(options)).toMatchObject({ payment: { status: 'PAID' } });
  });

  it('refund its payments and follow the refunds', async () => {
    await store.buyer.pay(paymentId, { totalAmount: 1000 });
    store.faults.add({
      fault: 'cancel-requested',
      operation: 'payment.cancelPayment',
      count: 1,
      after: { days: 1 },
    });
    const refund = { paymentId, refundId: 'refund-1', reason: '단순 변심', amount: 300 };
    expect(await services.payments.refund(refund)).toMatchObject({ status: 'REQUESTED' });
    await services.sandbox.clock.advance({ days: 1 });
    expect(await services.payments.followRefunds()).toMatchObject({ ended: [{ status: 'SUCCEEDED' }], failures: [] });
  });

  it('send, confirm and require its identity verifications', async () => {
    const { identities } = services;
    const [id, phoneNumber] = ['identity-1', '010-1234-5678'];
    await identities.send({
      identityVerificationId: id,
      channelKey: 'c',
      customer: { name: '홍길동', phoneNumber, identityNumber: '0701153', ipAddress: '127.0.0.1' },
      operator: 'SKT',
      method: 'SMS',
    });
    await identities.resend(id);
    expect(await identities.status(id)).toMatchObject({ status: 'READY' });
    const otp = await store.buyer.readCode(id);
    store.faults.add({ fault: 'reset-after', operation: 'identityVerification.confirmIdentityVerification', count: 9 });
    expect(await identities.confirm(id, { otp })).toMatchObject({ status: 'VERIFIED' });
    expect(await identities.requireVerified(id)).toMatchObject({ name: '홍길동' });
  });
});
