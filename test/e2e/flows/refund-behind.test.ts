import { PaymentService, RefundConflictError } from 'nestjs-portone';

import { openServices, type Services } from '../../support/sandbox-services.js';

const order = { paymentId: 'order-1', refundId: 'refund-1', reason: '단순 변심' };

describe('a refund that is gone on with while reads are behind', () => {
  let services: Services;
  beforeEach(async () => {
    services = await openServices({}, { retry: false });
    await services.sandbox.buyer.pay(order.paymentId, { totalAmount: 1000 });
  });
  afterEach(() => services.close());

  const stateOf = async () => (await services.journal.find('', order.refundId))?.state;
  const restarted = () =>
    new PaymentService(services.client, services.settings, { account: '', refundJournal: services.journal });
  /** Done, and the answer lost; the key's life is over when it is gone on with. */
  const begin = async (staleReads: number) => {
    services.sandbox.undocumented.staleReads = staleReads;
    services.sandbox.faults.add({ fault: 'reset-after', operation: 'payment.cancelPayment', count: 1 });
    await expect(services.payments.refund(order)).rejects.toMatchObject({ outcome: 'unknown' });
    await services.sandbox.clock.advance({ hours: 4 });
  };

  it('stays open when PortOne refuses for a reason that no read shows', async () => {
    await begin(99);
    await expect(restarted().refund(order)).rejects.toMatchObject({ data: { type: 'PAYMENT_ALREADY_CANCELLED' } });
    expect(await stateOf()).toBe('OPEN');
  });

  it('is not done a second time with other terms', async () => {
    const { payments, sandbox } = services;
    const cancelled = () =>
      sandbox.ledger.executions.filter(({ kind }) => kind === 'CANCEL').map(({ amount }) => amount);
    const { cancelPayment } = payments;
    sandbox.faults.add({ fault: 'pg-error', operation: 'payment.cancelPayment', count: 1 });
    const refused: unknown = await payments.refund({ ...order, amount: 300 }).catch((error: unknown) => error);
    // The provider does it, and says that it did not; the reads that follow do not show it yet.
    sandbox.undocumented.staleReads = 2;
    payments.cancelPayment = async (...args) => {
      await cancelPayment.apply(payments, args);
      throw refused;
    };
    await expect(payments.refund({ ...order, amount: 300 })).rejects.toBe(refused);
    expect(cancelled()).toEqual([300]);
    payments.cancelPayment = cancelPayment.bind(payments);
    await expect(payments.refund({ ...order, amount: 400 })).rejects.toMatchObject({
      data: { type: 'CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN' },
    });
    await expect(payments.refund({ ...order, amount: 400 })).rejects.toBeInstanceOf(RefundConflictError);
    expect(cancelled()).toEqual([300]);
    expect(await payments.refund({ ...order, amount: 300 })).toMatchObject({ status: 'SUCCEEDED', remaining: 700 });
    expect(cancelled()).toEqual([300]);
  });

  it('is found once a read shows it', async () => {
    await begin(4);
    expect(await restarted().refund(order)).toMatchObject({ status: 'SUCCEEDED', remaining: 0 });
    expect(await stateOf()).toBe('SUCCEEDED');
    expect(services.sandbox.ledger.executions.filter(({ kind }) => kind === 'CANCEL')).toHaveLength(1);
  });
});
