/** Korea's time, in which an age changes; it has known no other offset since 1988. */
const KST_MS = 9 * 3_600_000;

/**
 * The international age (만 나이) in Korea: one more at the beginning of each birthday there. Whoever was born on a
 * 29 February is a year older on 1 March where there is none.
 *
 * @param birthDate `yyyy-MM-dd`, also without the hyphens
 * @returns `undefined` for what is no date
 */
export function ageInKorea(birthDate: string, now: Date): number | undefined {
  const [year, month, day] = (/^(\d{4})-?(\d\d)-?(\d\d)$/.exec(birthDate) ?? []).slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const born = new Date(Date.UTC(year, month - 1, day));
  if (born.getUTCMonth() !== month - 1 || born.getUTCDate() !== day) return undefined;
  const today = new Date(now.getTime() + KST_MS);
  const [thisMonth, thisDay] = [today.getUTCMonth() + 1, today.getUTCDate()];
  const hadBirthday = thisMonth > month || (thisMonth === month && thisDay >= day);
  return today.getUTCFullYear() - year - (hadBirthday ? 0 : 1);
}
