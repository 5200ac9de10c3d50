import type { RedisConnection } from './redis-connection.js';

/** What every store on Redis is made with. */
export interface RedisStoreOptions {
  /** An `ioredis` client, a `Redis` or a `Cluster`; it stays yours to close. */
  redis: RedisConnection;
  /**
   * What its keys begin with. Applications that share a Redis each need one of their own; accounts of one module do not.
   * @default 'portone'
   */
  prefix?: string;
  /**
   * Commands without an answer at once; beyond them nothing new is begun, so that a Redis that hangs costs no more memory
   * than these and the ends of what was in hand.
   * @default 1000
   */
  maxPending?: number;
  /** For tests: milliseconds since the epoch. Nothing expires by itself then. @default the Redis server's own clock */
  now?: () => number;
}

export const DAY_MS = 86_400_000;

/** @throws {TypeError} */
export function validClient(subject: string, redis: RedisConnection): RedisConnection {
  if (typeof (redis as Partial<RedisConnection> | undefined)?.callBuffer === 'function') return redis;
  throw new TypeError(`${subject}: redis must be a client of ioredis 5 or 6: new Redis(url), or a Cluster.`);
}

/** @throws {TypeError} */
export function validPrefix(subject: string, prefix: string): string {
  // A brace would change the part of a key that decides its slot in a Cluster.
  if (/^[^{}\s]+$/.test(prefix)) return prefix;
  throw new TypeError(`${subject}: prefix must be text without spaces and braces, got ${JSON.stringify(prefix)}.`);
}

/** @throws {TypeError} */
export function positive(subject: string, name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new TypeError(`${subject}: ${name} must be a whole number, 1 or more, got ${String(value)}.`);
}

/** For a script: empty, and it asks the server. */
export function timeOf(now: (() => number) | undefined): number | '' {
  return now === undefined ? '' : now();
}
