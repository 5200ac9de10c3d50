import fc from 'fast-check';

import { nextStep } from '../../../lib/subscriptions/next-step.js';
import { subscriptionCalendar, type SubscriptionCalendar } from '../../../lib/subscriptions/subscription-calendar.js';
import type { AttemptChange, SubscriptionChange } from '../../../lib/subscriptions/subscription-changes.js';
import { resolvePlan } from '../../../lib/subscriptions/subscription-plan.js';
import { isOpen, type SubscriptionRecord } from '../../../lib/subscriptions/subscription-record.js';
import { reduce } from '../../../lib/subscriptions/subscription-reducer.js';

let calendar: SubscriptionCalendar;
beforeAll(async () => {
  calendar = await subscriptionCalendar();
});

const HOUR = 3_600_000;
const START = Date.parse('2026-01-20T00:00:00.000Z');

function started(): SubscriptionRecord {
  const plan = resolvePlan({
    interval: { unit: 'WEEK', count: 1 },
    anchorDate: '2026-01-22',
    amount: 1_000,
    currency: 'KRW',
    orderName: 'Membership',
  });
  return {
    account: '',
    subscriptionId: 's-1',
    version: 1,
    status: 'ACTIVE',
    statusSince: new Date(START).toISOString(),
    plan,
    billingKey: 'key-0',
    payment: {},
    cycle: 0,
    begun: false,
    attempts: [],
    keysToDelete: [],
    surplus: [],
    events: [],
    checkAt: null,
    setbacks: 0,
  };
}

/** What the world does next: time passes, a wish, or an answer about one of the attempts, right or out of order. */
const happening = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('step' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('time' as const), hours: fc.integer({ min: 1, max: 100 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('news' as const),
      type: fc.constantFrom<AttemptChange['type']>(
        'scheduled',
        'past-due',
        'sending',
        'refused',
        'in-doubt',
        'processed',
        'paid',
        'failed',
        'revoked',
        'looked',
      ),
      of: fc.nat({ max: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wish' as const),
      type: fc.constantFrom('pause' as const, 'resume' as const, 'change-billing-key' as const),
      key: fc.nat({ max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const) }) },
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

function changeOf(record: SubscriptionRecord, now: string, what: Happening): SubscriptionChange | undefined {
  if (what.kind === 'cancel') return { type: 'cancel', deleteBillingKey: true };
  if (what.kind === 'wish') {
    if (what.type !== 'change-billing-key') return { type: what.type };
    return { type: what.type, billingKey: `key-${what.key}`, deleteOld: true };
  }
  if (what.kind === 'news') {
    const { paymentId } = record.attempts.at(-1 - what.of) ?? {};
    if (paymentId === undefined) return undefined;
    return { type: what.type, paymentId, scheduleId: `schedule-${paymentId}`, reason: 'why' } as AttemptChange;
  }
  const step = what.kind === 'step' ? nextStep(record, now) : undefined;
  return step?.kind === 'change' ? step.change : undefined;
}

it('never charges a cycle twice by itself, whatever comes in whatever order', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 80 }), (happenings) => {
      let record = started();
      let nowMs = START;
      const used = new Set<string>();
      const charged = new Set<number>();
      for (const what of happenings) {
        if (what.kind === 'time') nowMs += what.hours * HOUR;
        const now = new Date(nowMs).toISOString();
        const change = changeOf(record, now, what);
        if (change === undefined) continue;
        const before = record;
        try {
          record = reduce(before, change, { now, calendar });
        } catch (error) {
          expect(error).toMatchObject({ name: 'SubscriptionError', reason: 'SUBSCRIPTION_STATUS' });
          continue;
        }
        const made = record.attempts.filter(({ paymentId }) => !used.has(paymentId));
        if (change.type === 'attempt' && record !== before) {
          // A new attempt has an id of its own, and nothing before it in the cycle can charge any more.
          expect(made).toHaveLength(1);
          expect(before.attempts.filter(({ cycle }) => cycle === record.cycle).some(isOpen)).toBe(false);
          expect(before.status).toBe('ACTIVE');
        } else expect(made).toEqual([]);
        for (const { paymentId } of made) used.add(paymentId);
        expect(record.cycle).toBeGreaterThanOrEqual(before.cycle);
        for (const event of record.events.slice(before.events.length)) {
          if (event.type !== 'charged' && event.type !== 'charged-after-cancel') continue;
          // Every further payment of the cycle is surplus, and given back.
          expect(charged.has(event.cycle)).toBe(false);
          charged.add(event.cycle);
        }
        // Every payment that was seen paid was told of, or is given back.
        const paid = record.attempts.filter(({ state }) => state === 'PAID');
        for (const { cycle, paymentId } of paid) {
          const isTold = record.events.some(
            (event) => event.paymentId === paymentId && event.type.startsWith('charged'),
          );
          expect(isTold || record.surplus.includes(paymentId)).toBe(true);
          expect(charged.has(cycle)).toBe(true);
        }
        // The same record, the same step; and applying what is done already changes nothing.
        expect(nextStep(record, now)).toEqual(nextStep(record, now));
        if (change.type === 'paid' || change.type === 'revoked' || change.type === 'failed') {
          expect(reduce(record, change, { now, calendar })).toBe(record);
        }
      }
    }),
    { numRuns: 2_000 },
  );
});
