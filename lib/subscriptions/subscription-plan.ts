import { shown } from '../errors/shown.js';
import type { Sdk } from '../sdk.types.js';

/** How far apart two charges are. */
export interface SubscriptionInterval {
  readonly unit: 'DAY' | 'WEEK' | 'MONTH' | 'YEAR';
  /** Every how many of them, 1 or more. */
  readonly count: number;
}

/** What is charged, and when. */
export interface SubscriptionPlan {
  readonly interval: SubscriptionInterval;
  /**
   * The day of the first charge, `2026-01-31`. Every later one is counted from it: a month without the 31st is charged
   * on its last day, and the one after on the 31st again; likewise 29 February.
   */
  readonly anchorDate: string;
  /**
   * When in the day, `HH:mm` or `HH:mm:ss`, on the clocks of `timeZone`. An hour that a change to summer time leaves out
   * is charged an hour later on that day.
   * @default '09:00'
   */
  readonly timeOfDay?: string | undefined;
  /**
   * An IANA time zone.
   * @default 'Asia/Seoul'
   */
  readonly timeZone?: string | undefined;
  /** The whole amount, in the currency's minor unit: won for KRW, cents for USD. */
  readonly amount: number;
  /** The part of `amount` that is free of tax. */
  readonly taxFreeAmount?: number | undefined;
  /** ISO 4217, `KRW`. */
  readonly currency: Sdk.Common.Currency;
  /** What the buyer reads on the bill. */
  readonly orderName: string;
  /**
   * How many days after the first failed charge of a cycle each further one follows; after the last the subscription
   * lapses. `[]`: it lapses with the first failure.
   * @default [1, 3, 5]
   */
  readonly dunningDays?: readonly number[] | undefined;
}

/** A plan with its defaults, as it is stored. */
export interface StoredPlan extends SubscriptionPlan {
  readonly timeOfDay: string;
  readonly timeZone: string;
  readonly dunningDays: readonly number[];
}

const UNITS: readonly string[] = ['DAY', 'WEEK', 'MONTH', 'YEAR'];

/**
 * Checks a plan and fills in its defaults.
 *
 * @throws TypeError that names the field, what was expected and what was given
 */
export function resolvePlan(plan: SubscriptionPlan): StoredPlan {
  if (typeof plan !== 'object' || plan === null) throw wrong('plan', 'an object', plan);
  const { interval, amount, taxFreeAmount } = plan;
  const { timeOfDay = '09:00', timeZone = 'Asia/Seoul', dunningDays = [1, 3, 5] } = plan;
  check(UNITS.includes(interval?.unit), 'interval.unit', `one of ${UNITS.join(', ')}`, interval?.unit);
  check(isWhole(interval.count, 1, 1_000), 'interval.count', 'a whole number from 1 to 1000', interval.count);
  check(isDate(plan.anchorDate), 'anchorDate', 'a date such as "2026-01-31"', plan.anchorDate);
  check(isLike(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, timeOfDay), 'timeOfDay', '"HH:mm" or "HH:mm:ss"', timeOfDay);
  check(isTimeZone(timeZone), 'timeZone', 'an IANA time zone such as "Asia/Seoul"', timeZone);
  check(isWhole(amount, 1), 'amount', "a whole number of the currency's minor unit, 1 or more", amount);
  if (taxFreeAmount !== undefined) {
    check(isWhole(taxFreeAmount, 0, amount), 'taxFreeAmount', 'a whole number from 0 to amount', taxFreeAmount);
  }
  check(isLike(/^[A-Z]{3}$/, plan.currency), 'currency', 'an ISO 4217 code such as "KRW"', plan.currency);
  check(isText(plan.orderName), 'orderName', 'a text that is not empty', plan.orderName);
  check(isRising(dunningDays), 'dunningDays', 'whole numbers from 1 to 365, each above the last', dunningDays);
  return {
    interval: { unit: interval.unit, count: interval.count },
    anchorDate: plan.anchorDate,
    timeOfDay,
    timeZone,
    amount,
    ...(taxFreeAmount !== undefined && { taxFreeAmount }),
    currency: plan.currency,
    orderName: plan.orderName,
    dunningDays: [...dunningDays],
  };
}

function isWhole(value: unknown, atLeast: number, atMost = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isSafeInteger(value) && (value as number) >= atLeast && (value as number) <= atMost;
}

function isLike(pattern: RegExp, value: unknown): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function isDate(value: unknown): boolean {
  if (typeof value !== 'string' || !/^[1-9]\d{3}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  // Date takes 31 February for 3 March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

function isTimeZone(value: unknown): boolean {
  // Intl takes `+09:00` too, which has no name that a calendar could look up.
  if (typeof value !== 'string' || !/^[A-Za-z]/.test(value)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

function isRising(days: unknown): boolean {
  if (!Array.isArray(days)) return false;
  return (days as unknown[]).every((day, index) => isWhole(day, index === 0 ? 1 : Number(days[index - 1]) + 1, 365));
}

function check(holds: boolean, field: string, expected: string, got: unknown): void {
  if (!holds) throw wrong(`plan.${field}`, expected, got);
}

function wrong(field: string, expected: string, got: unknown): TypeError {
  return new TypeError(`Subscription: ${field} must be ${expected}, got ${shown(got)}.`);
}
