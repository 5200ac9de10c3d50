import { RedisPaymentLock } from 'nestjs-portone/redis';

import { paymentLockContract } from '../../contracts/payment-lock.contract.js';
import { describeWithRedis } from '../../support/servers.js';
import { RedisSpace } from './redis-space.js';
import { resending } from './resending.js';

const LEASE_MS = 60_000;

describeWithRedis('on Redis', () => {
  let space: RedisSpace;
  beforeAll(async () => {
    space = await RedisSpace.open();
  });
  afterAll(() => space.close());

  paymentLockContract('RedisPaymentLock', () => {
    let time = 1_700_000_000_000;
    const lock = new RedisPaymentLock({ redis: space.redis, prefix: space.freshPrefix(), now: () => time });
    return { lock, pass: (ms) => void (time += ms) };
  });

  describe('RedisPaymentLock', () => {
    const fenceOf = async (lock: RedisPaymentLock, key: string): Promise<number> => {
      const claim = await lock.acquire(key, LEASE_MS);
      if (claim.state !== 'acquired') throw new Error('held');
      await lock.release(key, claim.fence);
      return claim.fence;
    };

    it('has greater fences also when Redis has lost its data, and when its clock is set back', async () => {
      const { redis } = space;
      const prefix = space.freshPrefix();
      const lock = new RedisPaymentLock({ redis, prefix });
      const before = await fenceOf(lock, 'a');
      await redis.del(`${prefix}:lock:a`);
      const afterLoss = await fenceOf(lock, 'a');
      expect(afterLoss).toBeGreaterThan(before);
      const setBack = new RedisPaymentLock({ redis, prefix, now: () => Date.now() - 3_600_000 });
      expect(await fenceOf(setBack, 'a')).toBe(afterLoss + 1);
    });

    it('keeps the last fence of a key for 30 days, and no longer', async () => {
      const prefix = space.freshPrefix();
      await fenceOf(new RedisPaymentLock({ redis: space.redis, prefix }), 'a');
      const lives = await space.redis.pttl(`${prefix}:lock:a`);
      expect(lives).toBeGreaterThan(30 * 86_400_000);
      expect(lives).toBeLessThanOrEqual(30 * 86_400_000 + LEASE_MS);
    });

    it('is acquired when the client sends a command again whose answer was lost', async () => {
      const prefix = space.freshPrefix();
      const lock = new RedisPaymentLock({ redis: resending(space.redis), prefix });
      const claim = await lock.acquire('a', LEASE_MS);
      if (claim.state !== 'acquired') throw new Error('held');
      expect(await lock.renew('a', claim.fence, LEASE_MS)).toBe(true);
      expect((await lock.acquire('a', LEASE_MS)).state).toBe('held');
    });

    it('is not another prefix’s', async () => {
      const locks = [1, 2].map(() => new RedisPaymentLock({ redis: space.redis, prefix: space.freshPrefix() }));
      const claims = await Promise.all(locks.map((lock) => lock.acquire('same', LEASE_MS)));
      expect(claims.map(({ state }) => state)).toEqual(['acquired', 'acquired']);
    });

    it('refuses options that do not fit', () => {
      const { redis } = space;
      expect(() => new RedisPaymentLock({ redis, fenceRetentionMs: 0 })).toThrow(
        'RedisPaymentLock: fenceRetentionMs must be a whole number, 1 or more, got 0.',
      );
      expect(() => new RedisPaymentLock({ redis, prefix: 'a b' })).toThrow(/prefix must be/);
    });
  });
});
