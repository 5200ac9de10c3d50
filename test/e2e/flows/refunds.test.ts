import type { SandboxRequest } from 'nestjs-portone/testing';
import {
  isVirtualAccountPayment,
  PaymentService,
  RefundAccountRequiredError,
  RefundConflictError,
  RefundInProgressError,
  type RefundTerms,
} from 'nestjs-portone';

import { openServices, type Services } from '../../support/sandbox-services.js';

const paymentId = 'order-1';
const refundAccount = { bank: 'WOORI', number: '1002123456789', holderName: '홍길동' } as const;

describe('PaymentService.refund', () => {
  let services: Services;
  beforeEach(async () => {
    services = await openServices();
    await services.sandbox.buyer.pay(paymentId, { totalAmount: 1000 });
  });
  afterEach(() => services.close());

  const refund = (given: Partial<RefundTerms> & { paymentId?: string } = {}, payments = services.payments) =>
    payments.refund({ paymentId, refundId: 'refund-1', reason: '단순 변심', ...given });
  const cancels = () => services.sandbox.ledger.requests.filter((one) => one.operation === 'payment.cancelPayment');
  const reads = () => services.sandbox.ledger.requests.filter((one) => one.operation === 'payment.getPayment');
  const given = () =>
    services.sandbox.ledger.executions.filter(({ kind }) => kind === 'CANCEL').map((one) => one.amount);
  const fail = (fault: 'pg-error' | 'reset-after' | 'reset-before', count = 9) =>
    services.sandbox.faults.add({ fault, operation: 'payment.cancelPayment', count });
  const restarted = () =>
    new PaymentService(services.client, services.settings, { account: '', refundJournal: services.journal });

  it('refunds a part, then the rest, and says what is left', async () => {
    expect(await refund({ amount: 300 })).toMatchObject({
      status: 'SUCCEEDED',
      cancellation: { totalAmount: 300, reason: '단순 변심', trigger: 'API' },
      remaining: 700,
    });
    expect(await refund({ refundId: 'refund-2' })).toMatchObject({ status: 'SUCCEEDED', remaining: 0 });
    expect(given()).toEqual([300, 700]);
  });

  it('answers the same again, without asking anybody', async () => {
    const first = await refund({ amount: 300 });
    const asked = services.sandbox.ledger.requests.length;
    expect(await refund({ amount: 300 })).toEqual(first);
    expect(await refund({ amount: 300 }, restarted())).toEqual(first);
    expect(services.sandbox.ledger.requests).toHaveLength(asked);
  });

  it('is done once, however often it is asked for at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => refund({ amount: 300 }, restarted())));
    expect(new Set(answers.map(({ cancellation }) => (cancellation as { id: string }).id)).size).toBe(1);
    expect(given()).toEqual([300]);
  });

  it('lets one refund of a payment go on at a time', async () => {
    const asked = ['a', 'b', 'c', 'd'].map((refundId) => refund({ refundId, amount: 400 }));
    const ends = await Promise.allSettled(asked);
    const refused = ends.filter((end) => end.status === 'rejected').map((end) => end.reason as unknown);
    expect(refused).toHaveLength(3);
    for (const reason of refused) expect(reason).toBeInstanceOf(RefundInProgressError);
    expect(given()).toEqual([400]);
  });

  it('writes before it sends, and sends what it wrote', async () => {
    const journalled: unknown[] = [];
    const { begin } = services.journal;
    services.journal.begin = (record, replaces) => {
      journalled.push(cancels().length, record.request);
      return begin.call(services.journal, record, replaces);
    };
    const sent: unknown[] = [];
    const { cancelPayment } = services.payments;
    services.payments.cancelPayment = (options, call) => {
      sent.push(options, call?.idempotencyKey);
      return cancelPayment.call(services.payments, options, call);
    };
    await refund({ amount: 300, requester: 'CUSTOMER', refundEmail: undefined });
    const body = {
      paymentId,
      storeId: services.sandbox.storeId,
      reason: '단순 변심',
      amount: 300,
      requester: 'CUSTOMER',
      currentCancellableAmount: 1000,
    };
    expect(journalled).toEqual([0, body]);
    expect(sent).toEqual([body, (await services.journal.find('', 'refund-1'))!.idempotencyKey]);
  });

  it('sends the same record again while the outcome is unknown, for as long as the key lives', async () => {
    fail('reset-before');
    await expect(refund({ amount: 300 })).rejects.toMatchObject({ outcome: 'unknown' });
    await services.sandbox.console.cancel(paymentId, { amount: 100 });
    services.sandbox.faults.clear();
    await services.sandbox.clock.advance({ hours: 2 });
    // With a fresh reading it would go through; what was journalled is refused.
    await expect(refund({ amount: 300 }, restarted())).rejects.toMatchObject({
      data: { type: 'CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN' },
    });
    expect(new Set(cancels().map((one: SandboxRequest) => one.idempotencyKey)).size).toBe(1);
    // Refused, it may be begun again.
    expect(await refund({ amount: 300 })).toMatchObject({ status: 'SUCCEEDED', remaining: 600 });
    expect(given()).toEqual([100, 300]);
  });

  it('finds what came of it where the answer was lost', async () => {
    fail('reset-after');
    expect(await refund({ amount: 300 })).toMatchObject({ status: 'SUCCEEDED', remaining: 700 });
    expect(given()).toEqual([300]);
  });

  it('looks before it sends, past the life of the key', async () => {
    const { cancelPayment } = services.payments;
    services.payments.cancelPayment = async (...args) => {
      await cancelPayment.apply(services.payments, args);
      throw Object.assign(new Error('killed'), { outcome: 'unknown' });
    };
    services.payments.getPayment = onlyFirst(services.payments.getPayment.bind(services.payments));
    await expect(refund({ amount: 300 })).rejects.toThrow('killed');
    await services.sandbox.clock.advance({ hours: 4 });
    const sent = cancels().length;
    expect(await refund({ amount: 300 }, restarted())).toMatchObject({ status: 'SUCCEEDED', remaining: 700 });
    expect(cancels()).toHaveLength(sent);
    expect(given()).toEqual([300]);
  });

  it('may be tried again after the provider refused', async () => {
    fail('pg-error', 1);
    await expect(refund({ amount: 300 })).rejects.toMatchObject({ data: { type: 'PG_PROVIDER' } });
    expect(await services.journal.find('', 'refund-1')).toMatchObject({ state: 'REFUSED' });
    // Another refund is not held up by it.
    expect(await refund({ refundId: 'refund-2', amount: 200 })).toMatchObject({ status: 'SUCCEEDED' });
    expect(await refund({ amount: 300 })).toMatchObject({ status: 'SUCCEEDED', remaining: 500 });
    expect(given()).toEqual([200, 300]);
  });

  it('names both when a refund id is used for another refund', async () => {
    await refund({ amount: 300 });
    const conflict = await refund({ amount: 400, reason: '불량' }).catch((error: unknown) => error);
    expect(conflict).toBeInstanceOf(RefundConflictError);
    expect((conflict as Error).message).toContain('amount 300, now 400; reason "단순 변심", now "불량"');
    await expect(refund({ amount: 300, paymentId: 'order-2' })).rejects.toThrow('"order-1", now "order-2"');
    expect(given()).toEqual([300]);
  });

  it('is no answer for the payment of another store', async () => {
    const other = services.sandbox.addStore({ storeId: 'store-2' });
    await other.buyer.pay(paymentId, { totalAmount: 1000 });
    await refund({ amount: 300 });
    await expect(refund({ amount: 300, storeId: 'store-2' })).rejects.toThrow('storeId');
    expect(await refund({ refundId: 'refund-2', amount: 300, storeId: 'store-2' })).toMatchObject({ remaining: 700 });
    expect(other.ledger.executions.filter(({ kind }) => kind === 'CANCEL')).toHaveLength(1);
  });

  it('is REQUESTED where the provider takes its time, and holds up others', async () => {
    services.sandbox.faults.add({
      fault: 'cancel-requested',
      operation: 'payment.cancelPayment',
      count: 1,
      after: { days: 3 },
    });
    expect(await refund({ amount: 300 })).toMatchObject({ status: 'REQUESTED', remaining: 700 });
    await expect(refund({ refundId: 'refund-2', amount: 200 })).rejects.toMatchObject({
      other: { refundId: 'refund-1' },
    });
    expect(await refund({ amount: 300 })).toMatchObject({ status: 'REQUESTED' });
    await services.sandbox.clock.advance({ days: 3 });
    expect(await refund({ refundId: 'refund-2', amount: 200 })).toMatchObject({ status: 'SUCCEEDED', remaining: 500 });
    expect(await refund({ amount: 300 })).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('waits for a cancel that somebody else requested', async () => {
    services.sandbox.faults.add({ fault: 'cancel-requested', operation: 'payment.cancelPayment', count: 1 });
    const { cancellation } = await services.payments.cancelPayment({ paymentId, reason: 'by hand', amount: 100 });
    const { id } = cancellation as { id: string };
    await expect(refund()).rejects.toMatchObject({ other: { cancellationId: id } });
  });

  it('fails for good where the provider says so, and another refund may be tried', async () => {
    services.sandbox.faults.add({
      fault: 'cancel-requested',
      operation: 'payment.cancelPayment',
      count: 1,
      settlesAs: 'FAILED',
      after: { days: 1 },
    });
    await refund();
    await services.sandbox.clock.advance({ days: 1 });
    expect(await refund()).toMatchObject({ status: 'FAILED', cancellation: { status: 'FAILED' }, remaining: 1000 });
    expect(await refund()).toMatchObject({ status: 'FAILED' });
    expect(await refund({ refundId: 'refund-2' })).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('passes on what PortOne refuses', async () => {
    await expect(refund({ amount: 1001 })).rejects.toMatchObject({
      data: { type: 'CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT' },
    });
    await expect(refund({ paymentId: 'order-2', refundId: 'r' })).rejects.toMatchObject({
      data: { type: 'PAYMENT_NOT_FOUND' },
    });
    expect(given()).toEqual([]);
  });

  it.each([
    [{ refundId: '' }, 'refundId'],
    [{ reason: '' }, 'reason'],
    [{ amount: 0 }, 'amount'],
    [{ amount: 1.5 }, 'amount'],
    [{ taxFreeAmount: -1 }, 'taxFreeAmount'],
    [{ paymentId: '' }, 'paymentId'],
  ])('refuses %p', async (wrong, field) => {
    await expect(refund(wrong)).rejects.toThrow(field);
    await expect(refund(wrong)).rejects.toBeInstanceOf(TypeError);
    expect(reads()).toEqual([]);
  });

  describe('of payments that cannot be given back the way they came', () => {
    it('demands an account for a virtual account', async () => {
      await services.sandbox.buyer.pay('va', { payMethod: 'VIRTUAL_ACCOUNT', totalAmount: 1000 });
      await services.sandbox.buyer.deposit('va');
      const error = await refund({ paymentId: 'va' }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RefundAccountRequiredError);
      expect((error as Error).message).toContain('virtual account');
      const payment = await services.payments.getPayment({ paymentId: 'va' });
      if (!isVirtualAccountPayment(payment)) throw new Error('it is one');
      const terms = { payment, refundId: 'refund-1', reason: '단순 변심', refundAccount };
      expect(await services.payments.refund(terms)).toMatchObject({ status: 'SUCCEEDED' });
      await expect(refund({ paymentId: 'va', refundAccount: { ...refundAccount, number: '2' } })).rejects.toThrow(
        'refundAccount',
      );
      expect(await refund({ paymentId: 'va' })).toMatchObject({ status: 'SUCCEEDED' });
    });

    it.each([
      // By the calendar of Korea, nine hours ahead.
      ['2026-01-31T14:59:00Z', '2026-01-31T14:59:30Z', false],
      ['2026-01-31T14:59:00Z', '2026-01-31T15:00:00Z', true],
      ['2026-01-31T15:00:00Z', '2026-02-28T14:59:59Z', false],
      ['2025-12-31T15:00:00Z', '2026-01-31T14:00:00Z', false],
      ['2025-12-31T14:00:00Z', '2026-01-01T00:00:00Z', true],
    ])('a mobile payment of %s, refunded %s', async (paidAt, now, demanded) => {
      await services.close();
      services = await openServices({ clock: new Date(paidAt) });
      await services.sandbox.buyer.pay(paymentId, { payMethod: 'MOBILE', totalAmount: 1000 });
      await services.sandbox.clock.advance({ milliseconds: Date.parse(now) - Date.parse(paidAt) });
      if (demanded) await expect(refund()).rejects.toMatchObject({ why: 'MOBILE_OF_EARLIER_MONTH' });
      expect(await refund(demanded ? { refundAccount } : {})).toMatchObject({ status: 'SUCCEEDED' });
    });
  });

  describe('followRefunds', () => {
    it('follows what is requested to its end, also where no webhook tells', async () => {
      for (const id of ['p-1', 'p-2', 'p-3']) await services.sandbox.buyer.pay(id, { totalAmount: 1000 });
      services.sandbox.faults.add({
        fault: 'cancel-requested',
        operation: 'payment.cancelPayment',
        after: { days: 9 },
      });
      for (const id of ['p-1', 'p-2', 'p-3']) await refund({ paymentId: id, refundId: `of-${id}` });
      await services.sandbox.provider.settleCancellation('p-1');
      await services.sandbox.provider.settleCancellation('p-2', { as: 'FAILED' });
      expect(await services.payments.followRefunds()).toMatchObject({
        ended: [
          { refundId: 'of-p-1', paymentId: 'p-1', status: 'SUCCEEDED', remaining: 0 },
          { refundId: 'of-p-2', paymentId: 'p-2', status: 'FAILED', remaining: 1000 },
        ],
        waiting: 1,
        failures: [],
      });
    });

    it('finishes what a crash left behind, but not what is at work', async () => {
      fail('reset-before');
      await expect(refund()).rejects.toMatchObject({ outcome: 'unknown' });
      services.sandbox.faults.clear();
      expect(await services.payments.followRefunds()).toEqual({ ended: [], waiting: 1, failures: [] });
      await services.sandbox.clock.advance({ minutes: 5 });
      expect(await restarted().followRefunds()).toMatchObject({
        ended: [{ refundId: 'refund-1', status: 'SUCCEEDED' }],
      });
      expect(await restarted().followRefunds()).toEqual({ ended: [], waiting: 0, failures: [] });
    });

    it('goes on after one that fails', async () => {
      await services.sandbox.buyer.pay('p-2', { totalAmount: 1000 });
      services.sandbox.faults.add({
        fault: 'cancel-requested',
        operation: 'payment.cancelPayment',
        after: { days: 9 },
      });
      await refund();
      await refund({ paymentId: 'p-2', refundId: 'refund-2' });
      services.sandbox.faults.add({ fault: 'unavailable', operation: 'payment.getPayment', paymentId });
      await services.sandbox.provider.settleCancellation('p-2');
      expect(await services.payments.followRefunds()).toMatchObject({
        ended: [{ refundId: 'refund-2' }],
        failures: [{ refundId: 'refund-1', paymentId }],
      });
    });
  });
});

function onlyFirst<A extends unknown[], R>(work: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  let called = 0;
  return (...args) => ((called += 1) === 1 ? work(...args) : Promise.reject(new Error('killed')));
}
