import type { SubscriptionPlan } from 'nestjs-portone';

import { resolvePlan } from '../../../lib/subscriptions/subscription-plan.js';

const PLAN: SubscriptionPlan = {
  interval: { unit: 'MONTH', count: 1 },
  anchorDate: '2026-01-31',
  amount: 9_900,
  currency: 'KRW',
  orderName: 'Membership',
};

it('fills in the defaults', () => {
  expect(resolvePlan(PLAN)).toEqual({
    ...PLAN,
    timeOfDay: '09:00',
    timeZone: 'Asia/Seoul',
    dunningDays: [1, 3, 5],
  });
});

it('keeps what was given, as plain JSON', () => {
  const given = { ...PLAN, timeOfDay: '23:59:59', timeZone: 'UTC', taxFreeAmount: 0, dunningDays: [] };
  expect(JSON.parse(JSON.stringify(resolvePlan(given)))).toEqual(given);
});

it.each<[string, object]>([
  ['interval.unit', { interval: { unit: 'HOUR', count: 1 } }],
  ['interval.unit', { interval: undefined }],
  ['interval.count', { interval: { unit: 'DAY', count: 0 } }],
  ['interval.count', { interval: { unit: 'DAY', count: 1.5 } }],
  ['anchorDate', { anchorDate: '2026-02-29' }],
  ['anchorDate', { anchorDate: '2026-1-1' }],
  ['anchorDate', { anchorDate: new Date() }],
  ['timeOfDay', { timeOfDay: '24:00' }],
  ['timeOfDay', { timeOfDay: '9:00' }],
  ['timeZone', { timeZone: 'Asia/Pyeongyang' }],
  ['timeZone', { timeZone: '+09:00' }],
  ['amount', { amount: 0 }],
  ['amount', { amount: 99.5 }],
  ['amount', { amount: '9900' }],
  ['taxFreeAmount', { taxFreeAmount: 9_901 }],
  ['currency', { currency: 'won' }],
  ['orderName', { orderName: ' ' }],
  ['dunningDays', { dunningDays: [3, 1] }],
  ['dunningDays', { dunningDays: [0] }],
  ['dunningDays', { dunningDays: 'daily' }],
])('names %s in %j', (field, wrong) => {
  expect(() => resolvePlan({ ...PLAN, ...wrong })).toThrow(
    new RegExp(`^Subscription: plan\\.${field.replace('.', '\\.')} must be .+, got .+\\.$`),
  );
});
