import { createHash } from 'node:crypto';

import { redisScript, type RedisScript } from '../redis/redis-scripts.js';
import type { AnyWebhookEvent } from '../webhook/webhook-event.js';
import type { QueueConnection } from './queue.connection.js';
import type { QueuedJobData } from './queued-job.js';

/** What is said of a payment's events, for one handler: which of its jobs is the next, and which is at work. */
interface Line {
  readonly key: string;
  /** Milliseconds since 1970: what the jobs are ordered by. */
  readonly at: number;
}

/** Seconds that a line is remembered once nobody asks for it. */
const LINE_TTL_S = 30 * 86_400;

// KEYS[1]: the line's unfinished jobs by their place. KEYS[2]: the job that is at work, or was last.
// ARGV: the job's id, its time, what keys of jobs begin with, how long a line is remembered.
// A job is over when its data has a finishedOn, or is gone; it is at work while BullMQ's lock on it holds. So nobody has
// to tidy up: a process may die at any point.
const PRELUDE = `
local line, holder = KEYS[1], KEYS[2]
local id, at, prefix, ttl = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local function over(job)
  return redis.call('EXISTS', prefix .. job) == 0 or redis.call('HEXISTS', prefix .. job, 'finishedOn') == 1
end
local function place()
  if not redis.call('ZSCORE', line, id) then
    local first = at * 1024
    local last = redis.call('ZREVRANGEBYSCORE', line, string.format('%.0f', first + 1023), string.format('%.0f', first),
      'WITHSCORES', 'LIMIT', 0, 1)
    local score = last[2] and math.min(tonumber(last[2]) + 1, first + 1023) or first
    redis.call('ZADD', line, string.format('%.0f', score), id)
  end
  redis.call('EXPIRE', line, ttl)
end
`;

const REGISTER = redisScript(`${PRELUDE}
if not over(id) then place() end
return 1
`);

const ENTER = redisScript(`${PRELUDE}
place()
local head = redis.call('ZRANGE', line, 0, 0)[1]
while head ~= id and over(head) do
  redis.call('ZREM', line, head)
  head = redis.call('ZRANGE', line, 0, 0)[1]
end
local held = redis.call('GET', holder)
local busy = held and held ~= id and redis.call('EXISTS', prefix .. held .. ':lock') == 1
if head == id and not busy then
  redis.call('SET', holder, id, 'EX', ttl)
  return 1
end
if held == id then redis.call('DEL', holder) end
return 0
`);

const LEAVE = redisScript(`${PRELUDE}
if over(id) then redis.call('ZREM', line, id) end
return redis.call('ZRANGE', line, 0, 0)[1]
`);

/** Keeps the events of one payment in order, for each handler. BullMQ's own groups are not in its free edition. */
export class QueueOrder {
  constructor(private readonly connection: QueueConnection) {}

  /** A job that was added takes its place, so that no later one begins before it. */
  async register(jobId: string, data: QueuedJobData, event: AnyWebhookEvent): Promise<void> {
    await this.run(REGISTER, jobId, data, event);
  }

  /** Whether the job's turn has come, and nobody else of its line is at work. */
  async enter(jobId: string, data: QueuedJobData, event: AnyWebhookEvent): Promise<boolean> {
    return (await this.run(ENTER, jobId, data, event)) !== 0;
  }

  /** The job is over: has the next one of its line, if it waits, taken up at once. */
  async leave(jobId: string, data: QueuedJobData, event: AnyWebhookEvent): Promise<void> {
    const next = await this.run(LEAVE, jobId, data, event);
    if (!Buffer.isBuffer(next)) return;
    const { queue } = this.connection;
    const id = next.toString();
    if ((await queue.getJobState(id)) === 'delayed') await (await queue.getJob(id))?.promote();
  }

  private async run(script: RedisScript, jobId: string, data: QueuedJobData, event: AnyWebhookEvent): Promise<unknown> {
    const line = this.lineOf(data, event);
    if (line === undefined) return undefined;
    const prefix = this.connection.queue.toKey('');
    return this.connection
      .now()
      .scripts.run(script, [line.key, `${line.key}:holder`], [jobId, line.at, prefix, LINE_TTL_S]);
  }

  /** `undefined`: it is about neither a payment nor a billing key, and has no order. */
  private lineOf({ handler, receivedAt }: QueuedJobData, event: AnyWebhookEvent): Line | undefined {
    const { data, timestamp } = event as { data?: { paymentId?: unknown; billingKey?: unknown }; timestamp?: unknown };
    const subject = data?.paymentId ?? data?.billingKey;
    if (typeof subject !== 'string') return undefined;
    const said = typeof timestamp === 'string' ? Date.parse(timestamp) : NaN;
    const name = createHash('sha256')
      .update(JSON.stringify([subject, handler]))
      .digest('hex');
    return { key: this.connection.queue.toKey(`line-${name}`), at: Number.isNaN(said) ? Date.parse(receivedAt) : said };
  }
}
