/** A span of time; its parts are added up. */
export interface SandboxDuration {
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
  milliseconds?: number;
}

/** The last instant that RFC 3339, and so PortOne, can write. */
export const LAST_INSTANT_MS = Date.parse('9999-12-31T23:59:59.999Z');

const UNITS: Record<keyof SandboxDuration, number> = {
  days: 86_400_000,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1000,
  milliseconds: 1,
};

/**
 * @param where - what the message begins with: `clock.advance`
 * @throws TypeError for an unknown unit, and for a part that is negative or no number
 */
export function millisecondsOf(duration: SandboxDuration, where: string): number {
  // From JavaScript, and over HTTP, anything may come.
  const given: unknown = duration;
  // A Date has no entries of its own, and neither has what was forgotten: nothing would happen, without a word.
  if (typeof given !== 'object' || given === null || Object.keys(given).length === 0) {
    throw new TypeError(`${where}: must be a span of ${Object.keys(UNITS).join(', ')}, such as { minutes: 5 }.`);
  }
  let span = 0;
  for (const [unit, amount] of Object.entries(given) as [keyof SandboxDuration, unknown][]) {
    if (!Object.hasOwn(UNITS, unit))
      throw new TypeError(
        `${where}: ${JSON.stringify(unit)} is no unit of time; there are ${Object.keys(UNITS).join(', ')}.`,
      );
    if (typeof amount !== 'number' || !(amount >= 0 && Number.isFinite(amount))) {
      throw new TypeError(`${where}: ${unit} must be a number of at least 0.`);
    }
    span += amount * UNITS[unit];
  }
  return span;
}
