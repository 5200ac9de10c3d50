import type { QueuedWebhook, WebhookQueue } from '../webhook/webhook-queue.js';
import type { LiveConnection, QueueConnection } from './queue.connection.js';
import type { QueueSettings } from './queue.options.js';
import type { QueueOrder } from './queue.order.js';
import { jobDataOf } from './queued-job.js';

/** With all its attempts before it. */
export const AFRESH = { resetAttemptsMade: true, resetAttemptsStarted: true };

/** Puts deliveries into an account's queue. */
export class QueueProducer implements WebhookQueue {
  /** Deliveries that wait for Redis. */
  private pending = 0;

  constructor(
    private readonly connection: QueueConnection,
    private readonly settings: QueueSettings,
    private readonly order: QueueOrder | undefined,
  ) {}

  /** Resolves once Redis has a job for every handler: they are added in one transaction. */
  async add(queued: QueuedWebhook): Promise<void> {
    const { maxPending } = this.settings;
    if (this.pending >= maxPending) {
      throw new Error(`${maxPending} deliveries wait for Redis already (maxPending of PortOneQueueModule).`);
    }
    const live = this.connection.now();
    this.pending += 1;
    try {
      await this.addJobs(queued, live);
    } catch (error) {
      // In a transaction, ioredis does not notice that Redis lacks a script which it sent on this connection before.
      live.client.disconnect(true);
      throw error;
    } finally {
      this.pending -= 1;
    }
  }

  private async addJobs(queued: QueuedWebhook, { flow }: LiveConnection): Promise<void> {
    const { name: queueName, redrive, completedRetentionMs } = this.settings;
    const jobs = queued.handlers.map((handler) => jobDataOf(queued, handler));
    // Not Queue.addBulk: that is a pipeline, of which a part may arrive. A flow is added by MULTI, all or nothing.
    await flow.addBulk(
      jobs.map(({ id, name, data }) => ({
        name,
        queueName,
        data,
        opts: {
          jobId: id,
          attempts: redrive.maxAttempts,
          backoff: { type: 'custom' },
          removeOnComplete: { age: Math.ceil(completedRetentionMs / 1000) },
          removeOnFail: false,
          // The reason is kept; the log has the stack.
          stackTraceLimit: 0,
        },
      })),
    );
    await Promise.all(jobs.map(({ id }) => this.revive(id)));
    if (this.order !== undefined) {
      await Promise.all(jobs.map(({ id, data }) => this.order!.register(id, data, queued.event)));
    }
  }

  /** Sees that the job is there; one that failed, of a delivery that came before, is tried again at once. */
  private async revive(id: string): Promise<void> {
    const { queue } = this.connection;
    const state = await queue.getJobState(id);
    if (state === 'unknown') throw new Error(`Redis did not take job ${id}.`);
    if (state !== 'failed' && state !== 'delayed') return;
    const job = await queue.getJob(id);
    try {
      await (state === 'failed' ? job?.retry('failed', AFRESH) : job?.promote());
    } catch (error) {
      // Another process was faster, unless nothing has changed.
      if ((await queue.getJobState(id)) === state) throw error;
    }
  }
}
