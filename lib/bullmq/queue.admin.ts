import { AFRESH } from './queue.producer.js';
import type { QueueConnection } from './queue.connection.js';
import { jobIdOf, type QueuedJob } from './queued-job.js';

/** One handler's unfinished work on a delivery. */
export interface QueueEntry {
  /** The `webhook-id`. */
  readonly deliveryId: string;
  readonly handler: string;
  readonly type: string;
  /** `unfinished`: at work, or waiting for it. `exhausted`: it has had all its attempts. */
  readonly state: 'unfinished' | 'exhausted';
  /** How often the handler failed since the delivery came or was replayed. */
  readonly attempts: number;
  /** How often its process was gone before it was through. */
  readonly stalls: number;
  readonly receivedAt: Date;
  /** What went wrong last, in a line. */
  readonly lastFailure: string | null;
  readonly rawBody: Buffer;
}

export interface QueueListOptions {
  /** @default 'exhausted' */
  state?: QueueEntry['state'];
  /** How many to pass over. @default 0 */
  offset?: number;
  /** How many at the most. @default 100 */
  limit?: number;
}

/** How much an account's queue has before it, in jobs: one for each handler of a delivery. */
export interface QueueBacklog {
  /** Waiting for a worker. */
  readonly waiting: number;
  readonly active: number;
  /** Waiting for their next attempt, or for somebody else's end. */
  readonly delayed: number;
  readonly exhausted: number;
}

// In BullMQ 5, waiting are those of a paused queue too, and counted apart.
const UNFINISHED = ['active', 'waiting', 'delayed'] as const;

/**
 * For operators: what an account's queue has not finished. Every method rejects while Redis cannot be reached.
 *
 * @example
 * for (const entry of await admin.list()) await admin.replay(entry);
 */
export class PortOneQueueAdmin {
  constructor(
    private readonly connection: QueueConnection,
    private readonly account: string,
  ) {}

  /** Unfinished or exhausted work: those that came, or were exhausted, first. */
  async list({ state = 'exhausted', offset = 0, limit = 100 }: QueueListOptions = {}): Promise<readonly QueueEntry[]> {
    this.connection.now();
    const { queue } = this.connection;
    const jobs =
      state === 'exhausted'
        ? await queue.getJobs(['failed'], offset, offset + limit - 1, true)
        : (await queue.getJobs([...UNFINISHED], 0, offset + limit - 1, true)).slice(offset, offset + limit);
    return jobs.map((job) => entryOf(job, state));
  }

  /**
   * Has the handler tried again at once; what was exhausted has all its attempts before it. `false`: there is no such work,
   * it is done, at work, or waiting for a worker already.
   */
  replay(entry: Pick<QueueEntry, 'deliveryId' | 'handler'>): Promise<boolean> {
    return this.send(entry, () => Promise.resolve());
  }

  /**
   * Takes the work for done, without the handler: a worker notes it, and the delivery does not come back. `false` as for
   * `replay`.
   */
  discard(entry: Pick<QueueEntry, 'deliveryId' | 'handler'>): Promise<boolean> {
    return this.send(entry, (job) => job.updateData({ ...job.data, discarded: true }));
  }

  /** How much there is to do. */
  async backlog(): Promise<QueueBacklog> {
    this.connection.now();
    const counts = await this.connection.queue.getJobCounts(...UNFINISHED, 'failed');
    const { waiting = 0, paused = 0, active = 0, delayed = 0, failed = 0 } = counts;
    return { waiting: waiting + paused, active, delayed, exhausted: failed };
  }

  private async send(
    { deliveryId, handler }: Pick<QueueEntry, 'deliveryId' | 'handler'>,
    before: (job: QueuedJob) => Promise<void>,
  ): Promise<boolean> {
    this.connection.now();
    const { queue } = this.connection;
    const id = jobIdOf(this.account, deliveryId, handler);
    const state = await queue.getJobState(id);
    const job = state === 'failed' || state === 'delayed' ? await queue.getJob(id) : undefined;
    if (job === undefined) return false;
    await before(job);
    try {
      await (state === 'failed' ? job.retry('failed', AFRESH) : job.promote());
      return true;
    } catch (error) {
      if ((await queue.getJobState(id)) === state) throw error;
      return false;
    }
  }
}

function entryOf(job: QueuedJob, state: QueueEntry['state']): QueueEntry {
  const { deliveryId, handler, receivedAt, rawBody } = job.data;
  return {
    deliveryId,
    handler,
    type: job.name,
    state,
    attempts: job.attemptsMade,
    stalls: job.stalledCounter,
    receivedAt: new Date(receivedAt),
    lastFailure: job.failedReason || null,
    rawBody: Buffer.from(rawBody, 'base64'),
  };
}
