import { randomUUID } from 'node:crypto';

import { Redis, type Cluster } from 'ioredis';

import { REDIS_URL } from '../../support/servers.js';

/** A connection and key prefixes of its own, which leave nothing behind. */
export class RedisSpace {
  readonly prefix = `test-${randomUUID()}`;
  private used = 0;

  private constructor(readonly redis: Redis) {}

  static async open(url: string = REDIS_URL): Promise<RedisSpace> {
    const redis = new Redis(url, { lazyConnect: true });
    await redis.connect();
    return new RedisSpace(redis);
  }

  /** Under which there is nothing yet. */
  freshPrefix(): string {
    this.used += 1;
    return `${this.prefix}:${this.used}`;
  }

  async keys(prefix = this.prefix): Promise<string[]> {
    const found: string[] = [];
    for await (const keys of this.redis.scanStream({ match: `*${prefix}:*`, count: 1_000 })) {
      found.push(...(keys as string[]));
    }
    return found.sort();
  }

  async close(): Promise<void> {
    const keys = await this.keys();
    for (let from = 0; from < keys.length; from += 1_000) await this.redis.unlink(...keys.slice(from, from + 1_000));
    await this.redis.quit();
  }
}

/** Resolves with the client's next event, whatever errors come before it. */
export function said(redis: Redis | Cluster, event: 'ready' | 'close'): Promise<void> {
  return new Promise((resolve) => void redis.once(event, resolve));
}

/** Asks again until there is an answer; a loop without an end would outlive its test. */
export async function until<T>(ask: () => Promise<T | null>): Promise<T> {
  for (let time = 0; time < 100_000; time += 1) {
    const answer = await ask();
    if (answer !== null) return answer;
  }
  throw new Error('It was asked for 100,000 times in vain.');
}
