import {
  DuplicateChargeError,
  InMemoryPaymentSyncStore,
  PaymentVerificationError,
  type OrderSyncContext,
} from 'nestjs-portone';

import { applyPayment } from '../../../lib/sync/apply-payment.js';
import { paymentAt } from './sync-harness.js';

const MISMATCH = [{ field: 'amount.total', expected: 1, actual: 1000 }];
const REQUESTED = { cancellations: [{ id: 'c', status: 'REQUESTED', totalAmount: 1 }] };

interface Case {
  status: string;
  more?: object;
  /** The payment that the order was paid by before. */
  owner?: string;
  mismatches?: typeof MISMATCH;
  lapsed?: boolean;
  /** What is called. */
  calls: 'method' | 'onMismatch' | 'onDuplicateCharge' | 'nothing';
  outcome: string;
  /** Whether the payment owns the order afterwards. */
  owns: boolean;
}

const CASES: readonly Case[] = [
  // Not paid: told, unless another payment paid the order.
  { status: 'READY', calls: 'method', outcome: 'applied', owns: false },
  { status: 'FAILED', mismatches: MISMATCH, calls: 'method', outcome: 'applied', owns: false },
  { status: 'VIRTUAL_ACCOUNT_ISSUED', lapsed: true, calls: 'method', outcome: 'applied', owns: false },
  { status: 'FAILED', owner: 'p', calls: 'method', outcome: 'applied', owns: true },
  { status: 'READY', owner: 'other', calls: 'nothing', outcome: 'superseded', owns: false },
  { status: 'FAILED', owner: 'other', calls: 'nothing', outcome: 'superseded', owns: false },
  // Paid: the first that is the order's owns it.
  { status: 'PAID', calls: 'method', outcome: 'applied', owns: true },
  { status: 'PARTIAL_CANCELLED', calls: 'method', outcome: 'applied', owns: true },
  { status: 'PAID', mismatches: MISMATCH, calls: 'onMismatch', outcome: 'mismatch', owns: false },
  { status: 'PARTIAL_CANCELLED', mismatches: MISMATCH, calls: 'onMismatch', outcome: 'mismatch', owns: false },
  { status: 'PAID', lapsed: true, calls: 'onDuplicateCharge', outcome: 'duplicate-charge', owns: false },
  { status: 'PAID', owner: 'other', calls: 'onDuplicateCharge', outcome: 'duplicate-charge', owns: false },
  { status: 'PARTIAL_CANCELLED', owner: 'other', calls: 'onDuplicateCharge', outcome: 'duplicate-charge', owns: false },
  // What owns the order stays what it is, whatever becomes of the order.
  { status: 'PAID', owner: 'p', mismatches: MISMATCH, lapsed: true, calls: 'method', outcome: 'applied', owns: true },
  { status: 'PARTIAL_CANCELLED', owner: 'p', lapsed: true, calls: 'method', outcome: 'applied', owns: true },
  { status: 'CANCELLED', owner: 'p', mismatches: MISMATCH, calls: 'method', outcome: 'applied', owns: true },
  // All is given back, or on its way: nothing is left to refund.
  { status: 'CANCELLED', calls: 'method', outcome: 'applied', owns: false },
  { status: 'CANCELLED', mismatches: MISMATCH, calls: 'nothing', outcome: 'mismatch', owns: false },
  { status: 'CANCELLED', lapsed: true, calls: 'nothing', outcome: 'duplicate-charge', owns: false },
  { status: 'CANCELLED', owner: 'other', calls: 'nothing', outcome: 'duplicate-charge', owns: false },
  { status: 'PAID', more: REQUESTED, calls: 'nothing', outcome: 'cancelling', owns: false },
  { status: 'PAID', more: REQUESTED, owner: 'p', calls: 'nothing', outcome: 'cancelling', owns: true },
  { status: 'PAID', more: REQUESTED, mismatches: MISMATCH, calls: 'nothing', outcome: 'mismatch', owns: false },
  { status: 'PAID', more: REQUESTED, owner: 'other', calls: 'nothing', outcome: 'duplicate-charge', owns: false },
  { status: 'PARTIAL_CANCELLED', more: REQUESTED, calls: 'method', outcome: 'applied', owns: true },
];

const logger = { error: () => undefined };

async function setUp({ status, more, owner, mismatches = [], lapsed }: Partial<Case> & { status: string }) {
  const calls: string[] = [];
  const note = (name: string) => () => void calls.push(name);
  const store = new InMemoryPaymentSyncStore();
  if (owner !== undefined) await store.claimOrder('', 'o', owner);
  const order = { orderId: 'o', totalAmount: 1, currency: 'KRW' as const, lapsed };
  const handler = {
    apply: note('method'),
    expect: undefined,
    onMismatch: note('onMismatch'),
    onDuplicateCharge: note('onDuplicateCharge'),
  };
  const context = { signal: new AbortController().signal, order } as unknown as OrderSyncContext;
  const state = { payment: paymentAt(status, 1, more), paymentId: 'p', order, mismatches };
  return { calls, store, handler, context, state };
}

describe('what is called with a payment', () => {
  it.each(CASES)('$status, owned by $owner, lapsed $lapsed: $calls', async (one) => {
    const { state, handler, context, store, calls } = await setUp(one);
    expect(await applyPayment(state, handler, context, { account: '', store, logger })).toBe(one.outcome);
    expect(calls).toEqual(one.calls === 'nothing' ? [] : [one.calls]);
    expect((await store.ownerOf('', 'o')) === 'p').toBe(one.owns);
  });

  it('is nobody, with an error, where there is no hook', async () => {
    const mismatch = await setUp({ status: 'PAID', mismatches: MISMATCH });
    const duplicate = await setUp({ status: 'PAID', owner: 'other' });
    for (const [{ state, handler, context, store }, error] of [
      [mismatch, PaymentVerificationError],
      [duplicate, DuplicateChargeError],
    ] as const) {
      const without = { ...handler, onMismatch: undefined, onDuplicateCharge: undefined };
      await expect(applyPayment(state, without, context, { account: '', store, logger })).rejects.toBeInstanceOf(error);
    }
    expect([...mismatch.calls, ...duplicate.calls]).toEqual([]);
  });

  it('is nobody once the lock is lost', async () => {
    const { state, handler, store, context, calls } = await setUp({ status: 'PAID' });
    const lost = { ...context, signal: AbortSignal.abort(new Error('lost')) };
    await expect(applyPayment(state, handler, lost, { account: '', store, logger })).rejects.toThrow('lost');
    expect(calls).toEqual([]);
    expect(await store.ownerOf('', 'o')).toBeNull();
  });

  it('is the hook for whoever loses the race for an order', async () => {
    const { state, handler, context, store, calls } = await setUp({ status: 'PAID' });
    const raced = { ownerOf: () => Promise.resolve(null), claimOrder: () => Promise.resolve('other') };
    expect(await applyPayment(state, handler, context, { account: '', store: raced, logger })).toBe('duplicate-charge');
    expect(calls).toEqual(['onDuplicateCharge']);
    expect(await store.ownerOf('', 'o')).toBeNull();
  });
});
