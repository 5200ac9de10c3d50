import type { SubscriptionPlan } from '../../../lib/index.js';

/** A calendar of our own, by counting: what the library says must agree with it. Days are `2028-02-29`. */
export function dueDay({ interval: { unit, count }, anchorDate }: SubscriptionPlan, cycle: number): string {
  const [year = 0, month = 0, day = 0] = anchorDate.split('-').map(Number);
  if (unit === 'DAY') return plusDays(anchorDate, cycle * count);
  if (unit === 'WEEK') return plusDays(anchorDate, 7 * cycle * count);
  const months = year * 12 + (month - 1) + cycle * count * (unit === 'YEAR' ? 12 : 1);
  const [inYear, inMonth] = [Math.floor(months / 12), (months % 12) + 1];
  return text(inYear, inMonth, Math.min(day, daysIn(inYear, inMonth)));
}

export function plusDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of a zone show: `2028-02-29 09:00`. */
export function localTime(instant: Date, timeZone = 'Asia/Seoul'): string {
  let clock = clocks.get(timeZone);
  if (!clock) clocks.set(timeZone, (clock = new Intl.DateTimeFormat('sv-SE', { timeZone, ...MINUTES })));
  return clock.format(instant);
}

const MINUTES = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function text(year: number, month: number, day: number): string {
  return [String(year), ...[month, day].map((part) => String(part).padStart(2, '0'))].join('-');
}
