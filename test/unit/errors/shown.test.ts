import type { PortOneClient } from '../../../lib/client/portone-client.js';
import { PaymentService } from '../../../lib/services/payment.service.js';
import { resolvePlan, type SubscriptionPlan } from '../../../lib/subscriptions/subscription-plan.js';
import { clientSettings } from '../../support/client-settings.js';

const payments = new PaymentService({} as PortOneClient, clientSettings({ baseUrl: 'http://x' }));
const circular: Record<string, unknown> = {};
circular['self'] = circular;

/** A wrong amount, and how its message ends. */
const SHOWN: readonly [unknown, string][] = [
  ['5', 'got "5".'],
  ['', 'got "".'],
  [NaN, 'got NaN.'],
  [-Infinity, 'got -Infinity.'],
  [-1, 'got -1.'],
  [5n, 'got 5n.'],
  [null, 'got null.'],
  [new Date(NaN), 'got Invalid Date.'],
  [[5], 'got [5].'],
  [{ won: 5 }, 'got {"won":5}.'],
  [circular, 'got an object.'],
  [[5n], 'got an object.'],
  [() => 5, 'got a function.'],
  [Symbol('5'), 'got Symbol(5).'],
];

describe.each(SHOWN)('a wrong amount %p is shown as it is', (amount, end) => {
  const wrong = { amount: amount as number, totalAmount: amount as number, currency: 'KRW' };

  it('by verifyPayment', async () => {
    const error: unknown = await payments.verifyPayment('p', wrong).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as TypeError).message.slice(-end.length)).toBe(end);
  });

  it('by refund', async () => {
    const refund = { paymentId: 'p', refundId: 'r', reason: 'because', amount: wrong.amount };
    const error: unknown = await payments.refund(refund).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as TypeError).message.slice(-end.length)).toBe(end);
  });

  it('by a plan', () => {
    const interval = { unit: 'MONTH', count: 1 } as const;
    const plan: SubscriptionPlan = { interval, anchorDate: '2026-01-31', orderName: 'news', ...wrong };
    expect(() => resolvePlan(plan)).toThrow(end);
  });
});
