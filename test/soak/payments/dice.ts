import type { SeededRandom } from '../../../lib/testing/state/random.js';

/** Chance for one subject, in a row: what others draw changes nothing. */
export class Dice {
  #drawn = 0;

  constructor(
    private readonly random: SeededRandom,
    private readonly subject: string,
  ) {}

  /** Evenly from 0 up to, not including, 1. */
  fraction(): number {
    this.#drawn += 1;
    return this.random.fraction(this.subject, this.#drawn);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  between(from: number, to: number): number {
    return from + (to - from) * this.fraction();
  }

  integer(from: number, to: number): number {
    return Math.floor(this.between(from, to + 1));
  }

  one<T>(choices: readonly T[]): T {
    return choices[Math.floor(choices.length * this.fraction())]!;
  }

  /** One of the names, each as often as its share says. */
  weighted<N extends string>(shares: Readonly<Record<N, number>>): N {
    const entries = Object.entries(shares) as [N, number][];
    let left = this.fraction() * entries.reduce((sum, [, share]) => sum + share, 0);
    return (entries.find(([, share]) => (left -= share) < 0) ?? entries[0]!)[0];
  }
}
