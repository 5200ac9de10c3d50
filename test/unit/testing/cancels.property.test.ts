import fc from 'fast-check';
import { Merchants } from '../../../lib/testing/http/merchants.js';
import { Refusal } from '../../../lib/testing/http/refusal.js';
import { cancel, settleCancellation, type CancelInput } from '../../../lib/testing/state/payments/cancels.js';
import { Changes } from '../../../lib/testing/state/changes.js';
import { Channels } from '../../../lib/testing/state/channels.js';
import { Clock } from '../../../lib/testing/time/clock.js';
import { Sequence } from '../../../lib/testing/state/sequence.js';
import { DOCUMENTED_GUESS } from '../../../lib/testing/faults/undocumented.js';

const TOTAL = 1000;

function paidPayment(total: number) {
  const world = {
    seed: 1,
    clock: new Clock(new Date('2026-01-01'), () => Promise.resolve()),
    changes: new Changes(),
    sequence: new Sequence(),
    channels: new Channels(undefined, []),
    undocumented: { ...DOCUMENTED_GUESS },
  };
  const [desk] = new Merchants(world, 'secret', 'store').all[0].desks;
  const attempt = desk.payments.open('p', {
    total,
    taxFree: undefined,
    vat: undefined,
    currency: 'KRW',
    orderName: 'A',
    customer: {},
    customData: undefined,
    channelKey: undefined,
    billingKey: undefined,
    noticeUrls: [],
  });
  desk.payments.charge(attempt, { number: '4111111111111111', declined: false });
  return desk;
}

describe('cancels, in any order, at once or settled later', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('cancel' as const), amount: fc.integer({ min: 1, max: TOTAL }), later: fc.boolean() }),
    fc.record({ do: fc.constant('settle' as const), as: fc.constantFrom('SUCCEEDED' as const, 'FAILED' as const) }),
  );

  it('never give back more than was paid, and give back what they say', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const desk = paidPayment(TOTAL);
        for (const one of steps) {
          try {
            if (one.do === 'settle') settleCancellation(desk, 'p', undefined, one.as);
            else {
              if (one.later) desk.faults.add({ fault: 'cancel-requested', count: 1 });
              cancel(desk, 'p', inputOf(one.amount));
            }
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
          }
          desk.faults.clear();
          const payment = desk.payments.find('p').payment as { status: string; amount: { cancelled: number } } & {
            cancellations?: { status: string; totalAmount: number }[];
          };
          const sum = (status: string) =>
            (payment.cancellations ?? [])
              .filter((cancellation) => cancellation.status === status)
              .reduce((whole, { totalAmount }) => whole + totalAmount, 0);
          const returned = desk.ledger.executions
            .filter(({ kind }) => kind === 'CANCEL')
            .reduce((whole, { amount = NaN }) => whole + amount, 0);
          expect(payment.amount.cancelled).toBe(sum('SUCCEEDED'));
          expect(returned).toBe(sum('SUCCEEDED'));
          expect(sum('SUCCEEDED') + sum('REQUESTED')).toBeLessThanOrEqual(TOTAL);
          expect(payment.status).toBe(returned === 0 ? 'PAID' : returned === TOTAL ? 'CANCELLED' : 'PARTIAL_CANCELLED');
        }
      }),
    );
  });
});

function inputOf(amount: number): CancelInput {
  return {
    amount,
    taxFree: undefined,
    vat: undefined,
    currentCancellableAmount: undefined,
    reason: 'x',
    retainDiscount: undefined,
    hasRefundAccount: false,
    skipWebhook: false,
    trigger: 'API',
  };
}
