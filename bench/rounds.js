// Medians of interleaved rounds: whatever slows the machine for a while slows all contenders alike.

/**
 * Runs every contender once a round, each round in another order.
 *
 * @param {string[]} names
 * @param {number} rounds
 * @param {(name: string) => Promise<Record<string, number>>} run
 * @returns {Promise<Record<string, Record<string, number>[]>>} by contender: what each round measured
 */
export async function interleave(names, rounds, run) {
  const measured = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let at = 0; at < names.length; at++) {
      const name = names[(round + at) % names.length];
      measured[name].push(await run(name));
    }
  }
  return measured;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median over the rounds of one measure. */
export function medianOf(rounds, measure) {
  return median(rounds.map((round) => round[measure]));
}

/** The median of the rounds' ratios: both sides of each were measured within seconds of each other. */
export function ratioOf(ours, theirs, measure) {
  return median(ours.map((round, at) => round[measure] / theirs[at][measure]));
}
