import { PaymentUndecidedError, PaymentVerificationError, type ApproveOptions } from 'nestjs-portone';

import { openServices, type Services } from '../../support/sandbox-services.js';

const paymentId = 'order-1';
const order = { totalAmount: 1000, currency: 'KRW' } as const;

describe('manual approval', () => {
  let services: Services;
  beforeEach(async () => {
    services = await openServices({ channels: [{ key: 'test' }, { key: 'live', type: 'LIVE' }] });
  });
  afterEach(() => services.close());

  const executed = (kind: string) => services.sandbox.ledger.executions.filter((one) => one.kind === kind);
  const begin = (options: object = {}) =>
    services.sandbox.buyer.pay(paymentId, { totalAmount: 1000, ...options, approval: 'manual' });

  describe('PaymentService.approve', () => {
    const CONFIRM = 'payment.confirmPayment';
    const approve = (token: { paymentToken: string }, more: Partial<ApproveOptions> = {}) =>
      services.payments.approve({ paymentId, paymentToken: token.paymentToken, ...order, ...more });

    it('answers the payment, verified', async () => {
      const token = await begin();
      const payment = await approve(token, { transactionId: token.txId, taxFreeAmount: 0 });
      expect(payment).toMatchObject({ status: 'PAID', id: paymentId, amount: { paid: 1000 } });
      expect(await approve(token, { transactionId: token.txId, taxFreeAmount: 0 })).toEqual(payment);
      expect(executed('CHARGE')).toHaveLength(1);
    });

    it('is charged once, however often it is clicked', async () => {
      const token = await begin();
      const payments = await Promise.all(Array.from({ length: 5 }, () => approve(token)));
      expect(payments.map(({ status }) => status)).toEqual(Array(5).fill('PAID'));
      expect(executed('CHARGE')).toHaveLength(1);
    });

    it('answers a virtual account as issued, not paid', async () => {
      const token = await begin({ payMethod: 'VIRTUAL_ACCOUNT' });
      expect(await approve(token)).toMatchObject({ status: 'VIRTUAL_ACCOUNT_ISSUED' });
      expect(await approve(token)).toMatchObject({ status: 'VIRTUAL_ACCOUNT_ISSUED' });
      expect(executed('CHARGE')).toEqual([]);
    });

    it('answers what the provider has yet to decide as pending', async () => {
      expect(await approve(await begin({ pending: true }))).toMatchObject({ status: 'PAY_PENDING' });
    });

    it.each([
      ['another amount', { totalAmount: 999 }],
      ['another currency', { currency: 'USD' }],
      ['another attempt', { transactionId: 'another' }],
      ['another environment', { channelType: 'LIVE' as const }],
    ])('lets PortOne refuse %s', async (_, more) => {
      const token = await begin();
      await expect(approve(token, more)).rejects.toMatchObject({ data: { type: 'INFORMATION_MISMATCH' } });
      expect(executed('CHARGE')).toEqual([]);
    });

    it('sends isTest as the environment says', async () => {
      await services.close();
      services = await openServices({ channels: [{ key: 'live', type: 'LIVE' }] }, { environment: 'production' });
      const sent: unknown[] = [];
      const { confirmPayment } = services.payments;
      services.payments.confirmPayment = (options, call) => {
        sent.push(options.isTest);
        return confirmPayment.call(services.payments, options, call);
      };
      expect(await approve(await begin({ channelKey: 'live' }))).toMatchObject({ channel: { type: 'LIVE' } });
      expect(sent).toEqual([false]);
    });

    it('compares what PortOne does not: the channel', async () => {
      const token = await begin();
      await expect(approve(token, { channelKey: 'another' })).rejects.toBeInstanceOf(PaymentVerificationError);
    });

    it.each(['reset-after', 'truncated-json', 'null'] as const)('reads what became of it after %s', async (fault) => {
      const token = await begin();
      services.sandbox.faults.add({ fault, operation: CONFIRM, count: 9 });
      expect(await approve(token)).toMatchObject({ status: 'PAID' });
      expect(executed('CHARGE')).toHaveLength(1);
    });

    it('reads what became of it after an error that is newer than this version', async () => {
      const token = await begin();
      expect(await approve(token)).toMatchObject({ status: 'PAID' });
      await services.sandbox.clock.advance({ hours: 4 });
      services.sandbox.faults.add({ fault: 'unknown-values', operation: CONFIRM });
      expect(await approve(token)).toMatchObject({ status: 'PAID' });
    });

    it('throws the failure where nothing became of it, and can be called again', async () => {
      const token = await begin();
      services.sandbox.faults.add({ fault: 'reset-before', operation: CONFIRM, count: 3 });
      await expect(approve(token)).rejects.toMatchObject({ outcome: 'unknown', operation: CONFIRM });
      expect(await approve(token)).toMatchObject({ status: 'PAID' });
    });

    it('passes on what the provider refuses', async () => {
      const token = await begin({ card: '4111 1111 1111 1112' });
      await expect(approve(token)).rejects.toMatchObject({ data: { type: 'PG_PROVIDER' } });
      await expect(approve({ paymentToken: 'wrong' })).rejects.toMatchObject({
        data: { type: 'INVALID_PAYMENT_TOKEN' },
      });
    });

    it('takes no word of the provider for a refusal before it has read the payment', async () => {
      const token = await begin();
      services.sandbox.faults.add({ fault: 'pg-error', operation: CONFIRM, count: 1 });
      services.sandbox.faults.add({ fault: 'unavailable', operation: 'payment.getPayment', count: 9 });
      const error: unknown = await approve(token).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(PaymentUndecidedError);
      expect(error).toMatchObject({ cause: { data: { type: 'PG_PROVIDER' } } });
      services.sandbox.faults.clear();
      await expect(approve(token)).rejects.toMatchObject({ data: { type: 'PG_PROVIDER' } });
    });

    it('takes a payment that was approved hours ago', async () => {
      const token = await begin();
      await approve(token);
      await services.sandbox.clock.advance({ hours: 4 });
      expect(await approve(token)).toMatchObject({ status: 'PAID' });
      await services.sandbox.console.cancel(paymentId);
      await services.sandbox.clock.advance({ hours: 4 });
      await expect(approve(token)).rejects.toBeInstanceOf(PaymentVerificationError);
      expect(executed('CHARGE')).toHaveLength(1);
    });

    it('reads until the approval shows', async () => {
      const token = await begin();
      services.sandbox.undocumented.staleReads = 2;
      expect(await approve(token)).toMatchObject({ status: 'PAID' });
    });

    it('says so when the approval does not show', async () => {
      const token = await begin();
      services.sandbox.undocumented.staleReads = 9;
      await expect(approve(token)).rejects.toBeInstanceOf(PaymentUndecidedError);
    });

    it.each(['reset-before', 'unavailable', 'html-502'] as const)(
      'says so when no read comes through: %s',
      async (fault) => {
        const token = await begin();
        services.sandbox.faults.add({ fault, operation: 'payment.getPayment', count: 9 });
        const error: unknown = await approve(token).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(PaymentUndecidedError);
        expect(error).toMatchObject({ paymentId, status: undefined, cause: { operation: 'payment.getPayment' } });
        services.sandbox.faults.clear();
        expect(await approve(token)).toMatchObject({ status: 'PAID' });
        expect(executed('CHARGE')).toHaveLength(1);
      },
    );

    it.each([
      [{ paymentToken: '' }, 'paymentToken'],
      [{ totalAmount: undefined as unknown as number }, 'approve: totalAmount'],
      [{ currency: '' }, 'approve: currency'],
      [{ paymentId: '' }, 'paymentId'],
    ])('refuses %p', async (wrong, field) => {
      await expect(approve({ paymentToken: 'token' }, wrong)).rejects.toThrow(field);
      expect(services.sandbox.ledger.requests).toEqual([]);
    });
  });

  describe('BillingKeyService.approve', () => {
    const CONFIRM = 'payment.billingKey.confirmBillingKey';
    const issue = (options: object = {}) => services.sandbox.buyer.issueBillingKey({ ...options, approval: 'manual' });

    it('answers the billing key, the same each time', async () => {
      const { billingKey: none, billingIssueToken } = await issue();
      expect(none).toBe('NEEDS_CONFIRMATION');
      const { billingKey } = await services.billingKeys.approve({ billingIssueToken });
      expect(await services.billingKeys.getBillingKeyInfo({ billingKey })).toMatchObject({ status: 'ISSUED' });
      expect(await services.billingKeys.approve({ billingIssueToken })).toEqual({ billingKey });
      expect(executed('ISSUE_BILLING_KEY')).toHaveLength(1);
    });

    it('sends isTest as the environment says', async () => {
      const { billingIssueToken } = await issue({ channelKey: 'live' });
      await expect(services.billingKeys.approve({ billingIssueToken })).rejects.toMatchObject({
        data: { type: 'INFORMATION_MISMATCH' },
      });
      expect(await services.billingKeys.approve({ billingIssueToken, channelType: 'LIVE' })).toMatchObject({
        billingKey: expect.any(String) as string,
      });
    });

    it('finds the key by its issueId where the answer was lost, also hours later', async () => {
      await services.billingKeys.approve(await issue({ issueId: 'another' }));
      const issued = { issueId: 'issue-1', customer: { customerId: 'c-1' } };
      const { billingIssueToken } = await issue(issued);
      services.sandbox.faults.add({ fault: 'reset-after', operation: CONFIRM, count: 9 });
      const options = { billingIssueToken, issueId: 'issue-1', customerId: 'c-1' };
      await expect(services.billingKeys.approve({ billingIssueToken })).rejects.toMatchObject({ outcome: 'unknown' });
      const { billingKey } = await services.billingKeys.approve(options);
      expect(await services.billingKeys.getBillingKeyInfo({ billingKey })).toMatchObject({ issueId: 'issue-1' });
      services.sandbox.faults.clear();
      await services.sandbox.clock.advance({ hours: 4 });
      expect(await services.billingKeys.approve(options)).toEqual({ billingKey });
      await expect(services.billingKeys.approve({ billingIssueToken })).rejects.toMatchObject({
        data: { type: 'BILLING_KEY_ALREADY_ISSUED' },
      });
    });

    it('finds no key of another store', async () => {
      const other = services.sandbox.addStore({ storeId: 'store-2' });
      const { billingKey } = await issue({ issueId: 'issue-1' }).then((own) => services.billingKeys.approve(own));
      await services.sandbox.clock.advance({ seconds: 1 });
      await other.buyer.issueBillingKey({ issueId: 'issue-1' });
      const { billingIssueToken } = await issue({ issueId: 'issue-2' });
      services.sandbox.faults.add({ fault: 'reset-before', operation: CONFIRM, count: 9 });
      expect(await services.billingKeys.approve({ billingIssueToken, issueId: 'issue-1' })).toEqual({ billingKey });
    });

    it('refuses a token that is none', async () => {
      await expect(services.billingKeys.approve({ billingIssueToken: '' })).rejects.toBeInstanceOf(TypeError);
    });
  });

  describe('BillingKeyService.approveAndPay', () => {
    const CONFIRM = 'payment.billingKey.confirmBillingKeyIssueAndPay';
    const issue = (options: object = {}) =>
      services.sandbox.buyer.issueBillingKeyAndPay(paymentId, { totalAmount: 1000, ...options, approval: 'manual' });
    const approve = (billingIssueToken: string, more: object = {}) =>
      services.billingKeys.approveAndPay({ billingIssueToken, paymentId, ...order, ...more });

    it('answers the billing key and the verified payment', async () => {
      const { billingIssueToken } = await issue();
      const { billingKey, payment } = await approve(billingIssueToken);
      expect(payment).toMatchObject({ status: 'PAID', billingKey });
      expect(await services.billingKeys.getBillingKeyInfo({ billingKey })).toMatchObject({ status: 'ISSUED' });
    });

    it.each([{ totalAmount: 999 }, { currency: 'USD' }, { channelType: 'LIVE' }])(
      'lets PortOne refuse %p',
      async (more) => {
        const { billingIssueToken } = await issue();
        await expect(approve(billingIssueToken, more)).rejects.toMatchObject({
          data: { type: 'INFORMATION_MISMATCH' },
        });
        expect(executed('CHARGE')).toEqual([]);
      },
    );

    it('reads the payment where the answer was lost, also hours later', async () => {
      const { billingIssueToken } = await issue();
      services.sandbox.faults.add({ fault: 'reset-after', operation: CONFIRM, count: 9 });
      const first = await approve(billingIssueToken);
      expect(first).toMatchObject({ payment: { status: 'PAID' }, billingKey: expect.any(String) as string });
      await services.sandbox.clock.advance({ hours: 4 });
      expect((await approve(billingIssueToken)).billingKey).toBe(first.billingKey);
      expect(executed('CHARGE')).toHaveLength(1);
    });

    it('passes on what the provider refuses', async () => {
      const { billingIssueToken } = await issue({ card: '4111 1111 1111 1112' });
      await expect(approve(billingIssueToken)).rejects.toMatchObject({ data: { type: 'PG_PROVIDER' } });
    });

    it('refuses what is no amount', async () => {
      await expect(approve('token', { totalAmount: 1.5 })).rejects.toThrow('approveAndPay: totalAmount');
    });
  });
});
