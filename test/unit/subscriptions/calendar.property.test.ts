import fc from 'fast-check';
import type { SubscriptionPlan } from 'nestjs-portone';

import { subscriptionCalendar, type SubscriptionCalendar } from '../../../lib/subscriptions/subscription-calendar.js';
import { resolvePlan, type StoredPlan } from '../../../lib/subscriptions/subscription-plan.js';
import { dueDay, localTime, plusDays } from '../../soak/subscriptions/due-days.js';

let calendar: SubscriptionCalendar;
beforeAll(async () => {
  calendar = await subscriptionCalendar();
});

function planOf(given: Partial<SubscriptionPlan>): StoredPlan {
  return resolvePlan({
    interval: { unit: 'MONTH', count: 1 },
    anchorDate: '2026-01-31',
    amount: 1_000,
    currency: 'KRW',
    orderName: 'Membership',
    ...given,
  });
}

/** Without an hour that clocks leave out: around noon no zone changes its clocks. */
const plans = fc
  .record({
    unit: fc.constantFrom('DAY' as const, 'WEEK' as const, 'MONTH' as const, 'YEAR' as const),
    count: fc.integer({ min: 1, max: 13 }),
    anchor: fc.integer({ min: Date.parse('1996-01-01'), max: Date.parse('2040-12-31') }),
    hour: fc.integer({ min: 10, max: 22 }),
    timeZone: fc.constantFrom('Asia/Seoul', 'America/New_York', 'Europe/London', 'Australia/Lord_Howe', 'UTC'),
  })
  .map(({ unit, count, anchor, hour, timeZone }) =>
    planOf({
      interval: { unit, count },
      anchorDate: new Date(anchor).toISOString().slice(0, 10),
      timeOfDay: `${hour}:15`,
      timeZone,
    }),
  );

it('is due on the days that are counted by hand, at the time of day on the clocks of the zone', () => {
  fc.assert(
    fc.property(plans, fc.integer({ min: 0, max: 120 }), (plan, cycle) => {
      const due = calendar.dueAt(plan, cycle);
      expect(localTime(new Date(due), plan.timeZone)).toBe(`${dueDay(plan, cycle)} ${plan.timeOfDay}`);
      expect(due).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }),
    { numRuns: 500 },
  );
});

it('finds the first cycle from an instant on', () => {
  fc.assert(
    fc.property(plans, fc.integer({ min: 0, max: 120 }), fc.integer({ min: -1, max: 1 }), (plan, cycle, shift) => {
      const instant = new Date(Date.parse(calendar.dueAt(plan, cycle)) + shift).toISOString();
      expect(calendar.firstCycleFrom(plan, instant)).toBe(shift > 0 ? cycle + 1 : cycle);
    }),
    { numRuns: 500 },
  );
});

it('counts days on the clocks of the zone', () => {
  fc.assert(
    fc.property(plans, fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 30 }), (plan, cycle, days) => {
      const later = calendar.daysAfter(plan, calendar.dueAt(plan, cycle), days);
      expect(localTime(new Date(later), plan.timeZone)).toBe(
        `${plusDays(dueDay(plan, cycle), days)} ${plan.timeOfDay}`,
      );
    }),
  );
});

const daysOf = (plan: StoredPlan, count: number) =>
  Array.from({ length: count }, (_, cycle) =>
    localTime(new Date(calendar.dueAt(plan, cycle)), plan.timeZone).slice(0, 10),
  );

it('charges the 31st on the last day, and on the 31st again', () => {
  expect(daysOf(planOf({ anchorDate: '2028-01-31' }), 5)).toEqual([
    '2028-01-31',
    '2028-02-29',
    '2028-03-31',
    '2028-04-30',
    '2028-05-31',
  ]);
});

it('charges 29 February on the 28th, and on the 29th again', () => {
  const plan = planOf({ anchorDate: '2024-02-29', interval: { unit: 'YEAR', count: 1 } });
  expect(daysOf(plan, 5)).toEqual(['2024-02-29', '2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29']);
});

it('knows that 2100 is no leap year', () => {
  const plan = planOf({ anchorDate: '2096-02-29', interval: { unit: 'YEAR', count: 4 } });
  expect(daysOf(plan, 3)).toEqual(['2096-02-29', '2100-02-28', '2104-02-29']);
});

it('charges an hour that the clocks leave out an hour later, on that day alone', () => {
  const plan = planOf({
    anchorDate: '2026-03-07',
    timeOfDay: '02:30',
    timeZone: 'America/New_York',
    interval: { unit: 'DAY', count: 1 },
  });
  const times = [0, 1, 2].map((cycle) => localTime(new Date(calendar.dueAt(plan, cycle)), plan.timeZone));
  expect(times).toEqual(['2026-03-07 02:30', '2026-03-08 03:30', '2026-03-09 02:30']);
});

it('charges once in an hour that comes twice', () => {
  const plan = planOf({
    anchorDate: '2026-10-31',
    timeOfDay: '01:30',
    timeZone: 'America/New_York',
    interval: { unit: 'DAY', count: 1 },
  });
  expect(daysOf(plan, 3)).toEqual(['2026-10-31', '2026-11-01', '2026-11-02']);
});

it('starts every day where Seoul is, though it is still the day before in UTC', () => {
  expect(calendar.dueAt(planOf({ timeOfDay: '00:00' }), 0)).toBe('2026-01-30T15:00:00.000Z');
});
