import fc from 'fast-check';
import type { PaymentLock } from 'nestjs-portone';

/** A lock to hold to its contract, and its time. */
export interface LockUnderTest {
  readonly lock: PaymentLock;
  /** Lets milliseconds pass. */
  pass(ms: number): Promise<unknown> | void;
}

const LEASE_MS = 1_000;

const step = fc.record({
  do: fc.constantFrom('acquire', 'acquire', 'renew', 'release', 'pass'),
  key: fc.constantFrom('a', 'b'),
  /** Which of the fences of the key: 0 is the latest. */
  whose: fc.nat({ max: 2 }),
});

/** What every {@link PaymentLock} promises, whatever it keeps its leases in. Each run has a key prefix of its own. */
export function paymentLockContract(name: string, make: () => LockUnderTest | Promise<LockUnderTest>): void {
  describe(`${name} as a payment lock`, () => {
    it('is held by one at a time, with a fence that only grows', async () => {
      const { lock, pass } = await make();
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          run += 1;
          const fences: Record<string, number[]> = { a: [], b: [] };
          const holders = new Map<string, number>();
          for (const { do: what, key, whose } of steps) {
            const id = `${run}/${key}`;
            const known = fences[key]!;
            const fence = known.at(-1 - whose);
            if (what === 'pass') {
              await pass(LEASE_MS + 1);
              holders.clear();
            } else if (what === 'acquire') {
              const claim = await lock.acquire(id, LEASE_MS);
              expect(claim.state).toBe(holders.has(key) ? 'held' : 'acquired');
              if (claim.state === 'held') {
                expect(claim.retryAfterMs).toBeGreaterThan(0);
                expect(claim.retryAfterMs).toBeLessThanOrEqual(LEASE_MS);
                continue;
              }
              expect(claim.fence).toBeGreaterThan(known.at(-1) ?? -Infinity);
              expect(Number.isSafeInteger(claim.fence)).toBe(true);
              known.push(claim.fence);
              holders.set(key, claim.fence);
            } else if (fence === undefined) {
              continue;
            } else if (what === 'renew') {
              expect(await lock.renew(id, fence, LEASE_MS)).toBe(holders.get(key) === fence);
            } else {
              await lock.release(id, fence);
              if (holders.get(key) === fence) holders.delete(key);
            }
          }
        }),
        { numRuns: 100 },
      );
    });

    it('gives it to one of many that ask at once', async () => {
      const { lock } = await make();
      const claims = await Promise.all(Array.from({ length: 20 }, () => lock.acquire('at-once', LEASE_MS)));
      expect(claims.filter(({ state }) => state === 'acquired')).toHaveLength(1);
    });

    it('holds for as long as it is renewed', async () => {
      const { lock, pass } = await make();
      const claim = await lock.acquire('renewed', LEASE_MS);
      if (claim.state !== 'acquired') throw new Error('not acquired');
      for (let time = 0; time < 3; time += 1) {
        await pass(LEASE_MS * 0.6);
        expect(await lock.renew('renewed', claim.fence, LEASE_MS)).toBe(true);
      }
      expect((await lock.acquire('renewed', LEASE_MS)).state).toBe('held');
    });
  });
}
