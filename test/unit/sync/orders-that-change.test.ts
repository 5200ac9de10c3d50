import { InMemoryPaymentLock, type ExpectedOrder } from 'nestjs-portone';
import type { Payment } from '@portone/server-sdk/payment';

import type { ListedPayment } from '../../../lib/sync/announced-state.js';
import { paymentAt, processOf, RecordingStore } from './sync-harness.js';

describe('an order that changes', () => {
  let store: RecordingStore;
  let order: ExpectedOrder | null | undefined;
  let shown: Payment;
  let failing: Error | undefined;
  let calls: string[];
  const sync = () =>
    processOf({
      lock: new InMemoryPaymentLock(),
      store,
      read: () => (failing === undefined ? Promise.resolve(shown) : Promise.reject(failing)),
      handler: {
        expect: () => order as ExpectedOrder | null,
        apply: ({ status }) => calls.push(`method ${String(status)}`),
        onMismatch: (_payment, mismatches) => calls.push(`onMismatch ${String(mismatches[0]?.expected)}`),
      },
    });

  beforeEach(() => {
    store = new RecordingStore();
    order = { orderId: 'o', totalAmount: 1000, currency: 'KRW' };
    shown = paymentAt('PAID', 1);
    failing = undefined;
    calls = [];
  });

  it('has what it was paid with not told again', async () => {
    await sync().sync('p');
    order = { orderId: 'o', totalAmount: 2000, currency: 'KRW' };
    expect(await sync().sync('p', 'webhook')).toMatchObject({ outcome: 'applied', changed: false });
    expect(calls).toEqual(['method PAID']);
  });

  it('has what is not paid told once', async () => {
    shown = paymentAt('VIRTUAL_ACCOUNT_ISSUED', 1);
    await sync().sync('p');
    order = { orderId: 'o', totalAmount: 2000, currency: 'KRW' };
    expect(await sync().sync('p')).toMatchObject({ changed: false });
    shown = paymentAt('PAID', 2);
    expect(await sync().sync('p')).toMatchObject({ outcome: 'mismatch', changed: true });
    expect(calls).toEqual(['method VIRTUAL_ACCOUNT_ISSUED', 'onMismatch 2000']);
  });

  it('has what did not fit compared again', async () => {
    order = { orderId: 'o', totalAmount: 2000, currency: 'KRW' };
    await sync().sync('p');
    await sync().sync('p');
    order = { orderId: 'o', totalAmount: 1000, currency: 'KRW' };
    expect(await sync().sync('p')).toMatchObject({ outcome: 'applied', changed: true });
    expect(calls).toEqual(['onMismatch 2000', 'method PAID']);
  });

  it.each([
    undefined,
    'o',
    { orderId: '', totalAmount: 1000, currency: 'KRW' },
    { orderId: 'o', totalAmount: 1000 },
    { orderId: 'o', totalAmount: 1000, currency: 'krw' },
  ])('into nonsense (%j) has nothing told', async (answer) => {
    order = answer as ExpectedOrder | undefined;
    await expect(sync().sync('p')).rejects.toThrow(/^expect: /);
    expect(calls).toEqual([]);
  });

  describe('for none of ours', () => {
    const listed: ListedPayment = { paymentId: 'p' };
    const reconcile = () => sync().reconcile(listed, new AbortController().signal);

    it('is looked at no more once that is known', async () => {
      failing = new Error('PortOne is away');
      expect(await reconcile()).toMatchObject({ noted: true });
      expect(await store.unfinished('', '', 9)).toEqual(['p']);
      failing = undefined;
      order = null;
      expect(await reconcile()).toMatchObject({ outcome: 'not-ours', changed: false });
      expect(await store.unfinished('', '', 9)).toEqual([]);
      order = { orderId: 'o', totalAmount: 1000, currency: 'KRW' };
      expect(await sync().sync('p')).toMatchObject({ outcome: 'applied', changed: true });
      expect(calls).toEqual(['method PAID']);
    });
  });
});
