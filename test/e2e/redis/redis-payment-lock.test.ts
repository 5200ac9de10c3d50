import { RedisPaymentLock } from 'nestjs-portone/redis';

import { paymentLockContract } from '../../contracts/payment-lock.contract.js';
import { describeWithRedis } from '../../support/servers.js';
import { RedisSpace } from './redis-space.js';

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
});
