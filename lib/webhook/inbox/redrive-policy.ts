/** When a delivery that failed is taken up again, and by how many at once. */
export interface RedriveOptions {
  /**
   * How often a delivery is taken up, PortOne's own sendings included, before it is exhausted.
   * @default 75 (two to three days with the default delays)
   */
  maxAttempts?: number;
  /**
   * Milliseconds after the first failure; twice as many after each further one.
   * @default 10000
   */
  baseDelayMs?: number;
  /**
   * The longest delay, in milliseconds.
   * @default 3600000 (one hour)
   */
  maxDelayMs?: number;
  /**
   * Milliseconds between two looks for what is due, when the last one found nothing.
   * @default 1000
   */
  pollMs?: number;
  /**
   * Deliveries that one process takes up at once, beside those that PortOne sends it.
   * @default 8
   */
  concurrency?: number;
}

/** With the defaults filled in. */
export type RedriveSettings = Readonly<Required<RedriveOptions>>;

const DEFAULTS: RedriveSettings = {
  maxAttempts: 75,
  baseDelayMs: 10_000,
  maxDelayMs: 3_600_000,
  pollMs: 1_000,
  concurrency: 8,
};

/**
 * @param subject what the error names
 * @throws {TypeError} for a number that does not fit
 */
export function redriveSettings(options: RedriveOptions, subject: string): RedriveSettings {
  const settings = { ...DEFAULTS, ...withoutUndefined(options) };
  const unknown = Object.keys(settings).find((name) => !(name in DEFAULTS));
  if (unknown !== undefined) {
    throw new TypeError(`${subject}: redrive.${unknown} is no option. Known are ${Object.keys(DEFAULTS).join(', ')}.`);
  }
  for (const name of Object.keys(DEFAULTS) as (keyof RedriveSettings)[]) {
    const value = settings[name];
    if (Number.isInteger(value) && value >= 1) continue;
    throw new TypeError(`${subject}: redrive.${name} must be a whole number, 1 or more, got ${String(value)}.`);
  }
  return settings;
}

/**
 * How long a delivery waits after its n-th attempt failed: a random part, at least half, of a delay that doubles, so that
 * what failed together does not come again together.
 *
 * @param random from 0 to 1
 */
export function redriveDelayMs(attempt: number, settings: RedriveSettings, random = Math.random()): number {
  const full = Math.min(settings.maxDelayMs, settings.baseDelayMs * 2 ** Math.min(attempt - 1, 40));
  return Math.round(full * (0.5 + random / 2));
}

function withoutUndefined(options: RedriveOptions): RedriveOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
