import type { StoredPlan } from './subscription-plan.js';

/** The days of a plan. All instants are ISO 8601 in UTC with milliseconds, so that they sort as texts. */
export interface SubscriptionCalendar {
  /** When a cycle is to be charged; cycles count from 0, the anchor. */
  dueAt(plan: StoredPlan, cycle: number): string;
  /** The first cycle that is due at that instant or later. */
  firstCycleFrom(plan: StoredPlan, instant: string): number;
  /** That many days later, at the same time of day on the clocks of the plan's zone. */
  daysAfter(plan: StoredPlan, instant: string, days: number): string;
}

const UNITS = { DAY: 'days', WEEK: 'weeks', MONTH: 'months', YEAR: 'years' } as const;

/** Below the length of one, so that a guess made with it is not too low by much. */
const SHORTEST_MS = { DAY: 23 * 3_600_000, WEEK: 7 * 86_400_000, MONTH: 28 * 86_400_000, YEAR: 365 * 86_400_000 };

let loaded: Promise<SubscriptionCalendar> | undefined;

/** The calendar; its date library is loaded when it is first asked for. */
export function subscriptionCalendar(): Promise<SubscriptionCalendar> {
  return (loaded ??= load());
}

async function load(): Promise<SubscriptionCalendar> {
  const { DateTime } = await import('luxon');

  const dueAt = ({ interval, anchorDate, timeOfDay, timeZone }: StoredPlan, cycle: number): string => {
    // The day is counted where every day has every hour; only then are the zone's clocks looked at.
    const day = DateTime.fromISO(anchorDate, { zone: 'utc' }).plus({ [UNITS[interval.unit]]: cycle * interval.count });
    return DateTime.fromISO(`${day.toISODate() ?? ''}T${timeOfDay}`, { zone: timeZone })
      .toJSDate()
      .toISOString();
  };

  const firstCycleFrom = (plan: StoredPlan, instant: string): number => {
    const { unit, count } = plan.interval;
    const span = Date.parse(instant) - Date.parse(dueAt(plan, 0));
    // Never below the one that is looked for: between two cycles lie at least this many milliseconds.
    let cycle = Math.max(0, Math.ceil(span / (SHORTEST_MS[unit] * count)) + 1);
    for (let low = 0; low < cycle;) {
      const middle = Math.floor((low + cycle) / 2);
      if (dueAt(plan, middle) >= instant) cycle = middle;
      else low = middle + 1;
    }
    return cycle;
  };

  return {
    dueAt,
    firstCycleFrom,
    daysAfter: ({ timeZone }, instant, days) =>
      DateTime.fromISO(instant, { zone: timeZone }).plus({ days }).toJSDate().toISOString(),
  };
}
