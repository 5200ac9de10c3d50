import fc from 'fast-check';
import { SeededRandom } from '../../../lib/testing/state/random.js';

describe('SeededRandom', () => {
  it('draws the same for the same purpose, in whatever order', () => {
    const [a, b] = [new SeededRandom('seed'), new SeededRandom('seed')];
    const [x, y] = [a.uuid('x'), a.uuid('y')];
    expect([b.uuid('y'), b.uuid('x')]).toEqual([y, x]);
    expect(x).not.toBe(y);
    expect(new SeededRandom('other').uuid('x')).not.toBe(x);
    // A number and its text are seeds, and purposes, of their own.
    expect(new SeededRandom(1).uuid('x')).not.toBe(new SeededRandom('1').uuid('x'));
    expect(a.uuid('ab', 'c')).not.toBe(a.uuid('a', 'bc'));
  });

  it('draws anew in the next generation', () => {
    const random = new SeededRandom(1);
    const before = random.uuid('x');
    random.nextGeneration();
    expect(random.uuid('x')).not.toBe(before);
  });

  it('keeps to its forms and bounds', () => {
    fc.assert(
      fc.property(fc.string(), (purpose) => {
        const random = new SeededRandom(7);
        expect(random.uuid(purpose)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(random.fraction(purpose)).toBeGreaterThanOrEqual(0);
        expect(random.fraction(purpose)).toBeLessThan(1);
        expect(random.digits(8, purpose)).toMatch(/^\d{8}$/);
      }),
    );
  });

  it('draws evenly', () => {
    const random = new SeededRandom(7);
    const draws = Array.from({ length: 4000 }, (_, index) => random.fraction('x', index));
    for (const tenth of [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]) {
      const share = draws.filter((draw) => draw >= tenth && draw < tenth + 0.1).length / draws.length;
      expect(share).toBeGreaterThan(0.08);
      expect(share).toBeLessThan(0.12);
    }
  });
});
