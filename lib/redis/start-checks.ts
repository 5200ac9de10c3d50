import { Logger } from '@nestjs/common';

import { PortOneStartError } from '../errors/portone-start.error.js';
import type { RedisConnection } from './redis-connection.js';
import { redisScript, type RedisScripts } from './redis-scripts.js';

/** How long the start waits for Redis to be there, and to answer; an application starts without it, and answers 503 until it is there. */
const START_TIMEOUT_MS = 3_000;

/**
 * A Redis that evicts forgets deliveries and locks without a word.
 *
 * @returns `false`: Redis could not be asked, which is warned of
 * @throws {PortOneStartError} when it evicts
 */
export async function checkAtStart(redis: RedisConnection, subject: string): Promise<boolean> {
  const policies = await policiesOf(redis).catch(() => undefined);
  if (policies === undefined || policies.includes(undefined)) {
    new Logger('PortOneModule').warn(
      `${subject}: Redis did not say its maxmemory-policy. It must be noeviction, or deliveries and locks are forgotten when memory runs out.`,
    );
    return policies !== undefined;
  }
  const wrong = policies.find((policy) => policy !== 'noeviction');
  if (wrong === undefined) return true;
  throw new PortOneStartError(
    `${subject}: Redis has maxmemory-policy ${wrong}, so that it forgets deliveries and locks when memory runs out. ` +
      'Set maxmemory-policy noeviction, and keep caches in a Redis of their own.',
  );
}

/** Not CONFIG GET: hosted servers forbid it. */
async function policiesOf(redis: RedisConnection): Promise<(string | undefined)[]> {
  await untilReady(redis);
  const nodes = redis.nodes?.('master') ?? [redis];
  const sections = await inTime(Promise.all(nodes.map((node) => node.info('memory'))));
  return sections.map((section) => /^maxmemory_policy:(\S+)/m.exec(section)?.[1]);
}

async function untilReady(redis: RedisConnection): Promise<void> {
  // With lazyConnect; what goes wrong is told by the client's own events.
  if (redis.status === 'wait') redis.connect().catch(() => undefined);
  if (redis.status === 'ready') return;
  let ready = (): void => {};
  const isReady = new Promise<void>((resolve) => {
    ready = resolve;
    redis.once('ready', ready);
  });
  await inTime(isReady).finally(() => redis.off('ready', ready));
}

function inTime<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${START_TIMEOUT_MS} ms`)), START_TIMEOUT_MS);
    answer.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

const NOTE_SHARDS = redisScript(`
local noted = redis.call('GET', KEYS[1])
if noted then return noted end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]
`);

/** @throws {PortOneStartError} when the deliveries that are there are in another number of shards */
export async function checkShards(
  scripts: RedisScripts,
  subject: string,
  prefix: string,
  shards: number,
): Promise<void> {
  // What goes wrong here (Redis is full, say) need not keep an application from starting: it says so with each delivery.
  const noted = await scripts.run(NOTE_SHARDS, [`${prefix}:shards`], [shards]).catch(() => shards);
  if (Number(noted) === shards) return;
  throw new PortOneStartError(
    `${subject}: the deliveries under the prefix "${prefix}" are in ${String(noted)} shards, but the option shards is ${shards}, ` +
      `so that none of them would be found. Set shards: ${String(noted)}, or another prefix for an empty inbox.`,
  );
}
