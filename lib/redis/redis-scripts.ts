import { createHash } from 'node:crypto';

import type { RedisConnection } from './redis-connection.js';

/** One atomic step: a Lua script and the digest by which the server knows it. */
export interface RedisScript {
  readonly lua: string;
  readonly sha: string;
  /** It notes the end of work in hand, of which there is only so much: never refused for want of room. */
  readonly ends: boolean;
}

export function redisScript(lua: string, { ends = false }: { ends?: boolean } = {}): RedisScript {
  return { lua, sha: createHash('sha1').update(lua).digest('hex'), ends };
}

/** Below the 4 s for which the dispatcher waits, so that the error names Redis. */
const ANSWER_TIMEOUT_MS = 3_000;

/**
 * Runs scripts, one round trip each. A Redis that is away or does not answer keeps nothing waiting: there is no queue
 * before the connection, nothing new is begun with `maxPending` commands without an answer, and none is waited for long.
 */
export class RedisScripts {
  private pending = 0;

  constructor(
    private readonly redis: RedisConnection,
    private readonly maxPending: number,
    /** What errors begin with. */
    private readonly subject: string,
  ) {}

  /**
   * Strings of the answer are buffers.
   *
   * @param late is given an answer that nobody waits for any more: what it promised can be given back
   */
  async run(
    script: RedisScript,
    keys: readonly string[],
    args: readonly (string | Buffer | number)[],
    late: (answer: unknown) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<unknown> {
    const { status } = this.redis;
    // `wait`: ioredis with lazyConnect, which connects at the first command.
    if (status !== 'ready' && status !== 'wait') {
      throw new Error(`${this.subject}: Redis is not connected (ioredis says "${status}").`);
    }
    if (this.pending >= this.maxPending && !script.ends) {
      throw new Error(`${this.subject}: ${this.pending} commands are without an answer from Redis (maxPending).`);
    }
    this.pending += 1;
    // A command that was sent cannot be taken back: it counts for as long as the client keeps it, waited for or not.
    const answer = this.send(script, keys, args).finally(() => (this.pending -= 1));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`${this.subject}: Redis gave no answer within ${ANSWER_TIMEOUT_MS} ms.`));
        answer.then(late).catch(() => undefined);
      }, ANSWER_TIMEOUT_MS);
      answer.finally(() => clearTimeout(timer)).then(resolve, reject);
    });
  }

  private async send(
    { lua, sha }: RedisScript,
    keys: readonly string[],
    args: readonly (string | Buffer | number)[],
  ): Promise<unknown> {
    try {
      return await this.redis.callBuffer('evalsha', sha, keys.length, ...keys, ...args);
    } catch (error) {
      // The first time, and after a restart or a failover.
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return this.redis.callBuffer('eval', lua, keys.length, ...keys, ...args);
    }
  }
}
