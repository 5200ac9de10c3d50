import { randomBytes } from 'node:crypto';

import type { OnModuleInit } from '@nestjs/common';

import { PaymentLock, type PaymentLockClaim } from '../sync/payment-lock.js';
import type { RedisConnection } from './redis-connection.js';
import { DAY_MS, positive, timeOf, validClient, validPrefix, type RedisStoreOptions } from './redis-options.js';
import { redisScript, RedisScripts } from './redis-scripts.js';
import { checkAtStart } from './start-checks.js';

export interface RedisPaymentLockOptions extends RedisStoreOptions {
  /**
   * Milliseconds that the last fence of a key is kept, behind its lease. Fences go by the server's clock as well, so that
   * this is for a clock that is set back, as it may be after a failover.
   * @default 2592000000 (30 days)
   */
  fenceRetentionMs?: number;
}

const SUBJECT = 'RedisPaymentLock';

const PRELUDE = `
local key, now = KEYS[1], tonumber(ARGV[1])
local ownClock, micros = now == nil, 0
if ownClock then
  local time = redis.call('TIME')
  micros = time[2] % 1000
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local was = redis.call('HMGET', key, 'fence', 'lease', 'owner')
local isHeld = was[2] and tonumber(was[2]) > now
local function hold(leaseMs, retention)
  redis.call('HSET', key, 'lease', now + leaseMs)
  if ownClock then redis.call('PEXPIRE', key, leaseMs + retention) end
end
`;

/** ARGV: now (the server's clock when empty), then what stands above each. */
const SCRIPTS = {
  /** leaseMs, retentionMs, owner */
  acquire: redisScript(`${PRELUDE}
-- The client sends a command again whose answer was lost with the connection.
if isHeld and was[3] == ARGV[4] then return {1, tonumber(was[1])} end
if isHeld then return {0, tonumber(was[2]) - now} end
local fence = math.max(tonumber(was[1] or 0) + 1, now * 1000 + micros)
redis.call('HSET', key, 'fence', fence, 'owner', ARGV[4])
hold(ARGV[2], ARGV[3])
return {1, fence}
`),
  /** leaseMs, retentionMs, fence */
  renew: redisScript(`${PRELUDE}
if not isHeld or tonumber(was[1]) ~= tonumber(ARGV[4]) then return 0 end
-- A Redis that is full refuses what needs memory, unless the script has written before.
redis.call('HDEL', key, 'lease')
hold(ARGV[2], ARGV[3])
return 1
`),
  /** fence */
  release: redisScript(
    `${PRELUDE}
if was[1] and tonumber(was[1]) == tonumber(ARGV[2]) then redis.call('HDEL', key, 'lease', 'owner') end
return 1
`,
    { ends: true },
  ),
};

/**
 * Lets one at a time work on a payment, over all processes, by leases in Redis. Fences grow also when Redis has lost its
 * data: they are microseconds of the server's clock, or one more than the last. The server must have `maxmemory-policy
 * noeviction`: at start, another one is a `PortOneStartError`. While Redis is away every method rejects, as those of
 * `RedisWebhookInbox` do.
 *
 * @example
 * PortOneModule.forRoot({ …, paymentLock: { useFactory: () => new RedisPaymentLock({ redis }) } })
 */
export class RedisPaymentLock extends PaymentLock implements OnModuleInit {
  private readonly redis: RedisConnection;
  private readonly scripts: RedisScripts;
  private readonly prefix: string;
  private readonly fenceRetentionMs: number;
  private readonly now: (() => number) | undefined;

  /** @throws {TypeError} for an option that does not fit */
  constructor({
    redis,
    prefix = 'portone',
    maxPending = 1_000,
    fenceRetentionMs = 30 * DAY_MS,
    now,
  }: RedisPaymentLockOptions) {
    super();
    this.redis = validClient(SUBJECT, redis);
    this.prefix = validPrefix(SUBJECT, prefix);
    this.scripts = new RedisScripts(redis, positive(SUBJECT, 'maxPending', maxPending), SUBJECT);
    this.fenceRetentionMs = positive(SUBJECT, 'fenceRetentionMs', fenceRetentionMs);
    this.now = now;
  }

  /** Nest calls this at start. @throws {PortOneStartError} when Redis may forget locks */
  async onModuleInit(): Promise<void> {
    await checkAtStart(this.redis, SUBJECT);
  }

  async acquire(key: string, leaseMs: number): Promise<PaymentLockClaim> {
    const owner = randomBytes(12).toString('base64url');
    const args = [timeOf(this.now), Math.ceil(leaseMs), this.fenceRetentionMs, owner];
    const read = (reply: unknown): PaymentLockClaim => {
      const [acquired, value] = reply as [number, number];
      return acquired === 1 ? { state: 'acquired', fence: value } : { state: 'held', retryAfterMs: value };
    };
    const giveBack = async (late: unknown): Promise<void> => {
      const claim = read(late);
      if (claim.state === 'acquired') await this.release(key, claim.fence);
    };
    return read(await this.scripts.run(SCRIPTS.acquire, [this.keyOf(key)], args, giveBack));
  }

  async renew(key: string, fence: number, leaseMs: number): Promise<boolean> {
    const args = [timeOf(this.now), Math.ceil(leaseMs), this.fenceRetentionMs, fence];
    return (await this.scripts.run(SCRIPTS.renew, [this.keyOf(key)], args)) === 1;
  }

  async release(key: string, fence: number): Promise<void> {
    await this.scripts.run(SCRIPTS.release, [this.keyOf(key)], [timeOf(this.now), fence]);
  }

  private keyOf(key: string): string {
    return `${this.prefix}:lock:${key}`;
  }
}
