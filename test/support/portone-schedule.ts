/** PortOne sends a webhook again up to five times, after these minutes at the most: the wait is drawn from nothing up to that. */
export const RESEND_MINUTES = [1, 4, 16, 64, 256];

/** PortOne hangs up after that. */
export const PORTONE_TIMEOUT_MS = 30_000;

export const MINUTE_MS = 60_000;

/** Numbers from 0 to 1, the same for a seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Which share of what PortOne tells while nobody is there, at any moment of the outage, never reaches us: the first
 * sending and all five others fall into it. Each is refused at once.
 */
export function shareThatNeverComes(
  outageMinutes: number,
  { seed, deliveries }: { seed: number; deliveries: number },
): number {
  const random = seededRandom(seed);
  let never = 0;
  for (let one = 0; one < deliveries; one += 1) {
    let at = random() * outageMinutes;
    for (const minutes of RESEND_MINUTES) at += random() * minutes;
    if (at < outageMinutes) never += 1;
  }
  return never / deliveries;
}
