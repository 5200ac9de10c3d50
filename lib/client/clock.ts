/** Time as the client sees it, so that tests can turn it by hand. */
export interface Clock {
  /** Milliseconds that only ever go forward, from an arbitrary start. */
  now(): number;
  /** Calls `fire` once after `ms`; the returned function calls it off. */
  setTimer(fire: () => void, ms: number): () => void;
}

/** Node fires a longer timer at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer(fire, ms) {
    const timer = setTimeout(fire, Math.min(ms, LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};
