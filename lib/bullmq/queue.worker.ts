import { Logger } from '@nestjs/common';
import { DelayedError, Worker } from 'bullmq';

import { redriveDelayMs } from '../webhook/inbox/redrive-policy.js';
import { handlerWorkId, inboxId } from '../webhook/inbox/redriving-webhook-inbox.js';
import type { WebhookInbox } from '../webhook/inbox/webhook-inbox.js';
import type { PortOneWebhookEvents } from '../webhook/portone-webhook-events.js';
import { describeThrown } from '../webhook/thrown.js';
import type { AnyWebhookEvent } from '../webhook/webhook-event.js';
import type { WorkResult } from '../webhook/webhook-queue.js';
import type { WebhookVerifier } from '../webhook/webhook-verifier.js';
import type { WebhookDispatcher } from '../webhook/webhook.dispatcher.js';
import { workerConnection, type OwnConnection } from './queue.connection.js';
import type { QueueSettings } from './queue.options.js';
import type { QueueOrder } from './queue.order.js';
import { deliveryOf, type QueuedJob, type QueuedJobData } from './queued-job.js';

/** What a worker needs of its account. */
export interface QueueAccountParts {
  readonly dispatcher: Pick<WebhookDispatcher, 'perform' | 'useQueue'>;
  readonly verifier: Pick<WebhookVerifier, 'parse'>;
  readonly events: Pick<PortOneWebhookEvents, 'publishExhausted'>;
  readonly inbox: WebhookInbox;
}

/** A job whose turn has not come looks again after this; mostly it is called before. */
const TURN_WAIT_MS = 1_000;
/** Milliseconds until a job is looked at again where the answer does not say. */
const RETRY_MS = 1_000;
/** And at the most: what the answer says is for PortOne, and a store is mostly back before that. */
const MAX_RETRY_MS = 5_000;
/** What the end of a job in hand takes after its handler's end. */
const END_TIMEOUT_MS = 1_000;
/** For the one step of taking a discarded job's work for done. */
const DISCARD_LEASE_MS = 10_000;
const MAX_REASON_LENGTH = 500;

/** Works on the jobs of an account's queue. */
export class QueueWorker {
  private readonly logger = new Logger('PortOneQueue');
  private readonly connection: OwnConnection;
  private readonly worker: Worker<QueuedJobData, string, string>;
  private readonly inHand = new Set<Promise<string>>();
  private lastError = '';

  constructor(
    settings: QueueSettings,
    private readonly account: QueueAccountParts,
    private readonly order: QueueOrder | undefined,
  ) {
    this.connection = workerConnection(settings.connection);
    this.worker = new Worker<QueuedJobData, string, string>(
      settings.name,
      (job, token) => this.tracked(this.process(job, token)),
      {
        connection: this.connection.options,
        prefix: settings.prefix,
        ...(settings.telemetry && { telemetry: settings.telemetry }),
        autorun: false,
        concurrency: settings.concurrency,
        lockDuration: settings.lockDurationMs,
        stalledInterval: settings.stalledIntervalMs,
        // A process that dies says nothing about the job; what a handler does wrong is counted in attempts.
        maxStalledCount: Number.MAX_SAFE_INTEGER,
        settings: { backoffStrategy: (attempts) => redriveDelayMs(attempts, settings.redrive) },
      },
    );
    this.worker.on('error', (error) => this.report(error));
    this.worker.on('active', () => (this.lastError = ''));
    this.worker.on('stalled', (id) => this.logger.warn(`Job ${id} lost its process; it is taken up again.`));
    this.worker.on('completed', (job) => void this.over(job));
    this.worker.on('failed', (job) => void (job && this.failed(job)));
  }

  start(): void {
    this.worker.run().catch((error: unknown) => this.report(error));
  }

  /** Takes no more jobs; those in hand go on. */
  stop(): void {
    this.worker.pause(true).catch((error: unknown) => this.report(error));
  }

  /**
   * Waits for the ends of what is in hand: the handlers have had their time. What does not end is left to whoever finds it
   * when its lock runs out.
   *
   * @param connected whether Redis is there to be told
   */
  async end(connected: boolean): Promise<void> {
    await Promise.race([Promise.allSettled(this.inHand), pause(END_TIMEOUT_MS)]);
    const force = this.inHand.size > 0 || !connected;
    // BullMQ 5 throws into the void when it is closed before it is ready.
    if (connected) await Promise.race([this.worker.waitUntilReady().catch(() => {}), pause(END_TIMEOUT_MS)]);
    await Promise.race([this.worker.close(force), pause(END_TIMEOUT_MS)]);
    this.connection.end();
  }

  private async tracked(work: Promise<string>): Promise<string> {
    this.inHand.add(work);
    try {
      return await work;
    } finally {
      this.inHand.delete(work);
    }
  }

  private async process(job: QueuedJob, token: string | undefined): Promise<string> {
    const { data } = job;
    const delivery = deliveryOf(job);
    const event = this.account.verifier.parse(delivery.rawBody);
    if (data.discarded) return this.discard(job, token);
    if (this.order !== undefined && !(await this.hasTurn(job, event))) return later(job, token, TURN_WAIT_MS);
    const { dispatcher } = this.account;
    const { answer, errors } = await dispatcher.perform(event, delivery, data.handler, data.carrier);
    if (answer.status === 200) return String(answer.body['status']);
    if (answer.status !== 503) throw failureOf(data.handler, errors);
    const seconds = Number(answer.headers['retry-after']);
    return later(job, token, seconds > 0 ? Math.min(seconds * 1_000, MAX_RETRY_MS) : RETRY_MS);
  }

  private async hasTurn(job: QueuedJob, event: AnyWebhookEvent): Promise<boolean> {
    try {
      return await this.order!.enter(job.id!, job.data, event);
    } catch (error) {
      // Redis is away: no turn can be had, and none is lost.
      this.report(error);
      return false;
    }
  }

  /** Whoever sends the delivery again is to find it done. */
  private async discard(job: QueuedJob, token: string | undefined): Promise<string> {
    const { account, deliveryId, handler } = job.data;
    const { inbox } = this.account;
    const key = handlerWorkId(inboxId(account, deliveryId), handler);
    const claim = await inbox.claim(key, DISCARD_LEASE_MS);
    if (claim.state === 'claimed') await inbox.complete(key, claim.token);
    else if (claim.state !== 'done') return later(job, token, claim.retryAfterMs);
    return 'discarded';
  }

  private async failed(job: QueuedJob): Promise<void> {
    const attempts = job.attemptsMade;
    if (attempts < (job.opts.attempts ?? 1)) return;
    const { deliveryId, handler } = job.data;
    this.logger.error(
      `${job.name} ${deliveryId}: ${handler} failed ${attempts} times and is not tried any more. See PortOneQueueAdmin.`,
    );
    const delivery = deliveryOf(job);
    const event = this.account.verifier.parse(delivery.rawBody);
    this.account.events.publishExhausted({ event, delivery, attempts });
    await this.over(job);
  }

  private async over(job: QueuedJob): Promise<void> {
    try {
      const event = this.account.verifier.parse(deliveryOf(job).rawBody);
      await this.order?.leave(job.id!, job.data, event);
    } catch (error) {
      // The next one of its line looks by itself, only later.
      this.report(error);
    }
  }

  /** While Redis is away, the same is said many times a second. */
  private report(error: unknown): void {
    const text = describeThrown(error);
    if (text === this.lastError) return;
    this.lastError = text;
    this.logger.error('The queue has trouble; there is another try.', text);
  }
}

/** The job is looked at again; that it was looked at now does not count. */
async function later(job: QueuedJob, token: string | undefined, milliseconds: number): Promise<never> {
  await job.moveToDelayed(Date.now() + milliseconds, token);
  throw new DelayedError();
}

/** What is kept with the job. By a class of our own: BullMQ takes some errors, by name or message, for orders. */
function failureOf(handler: string, errors: WorkResult['errors']): Error {
  const error = errors?.get(handler);
  const text = error instanceof Error ? error.message : describeThrown(error);
  return new Error(`${handler}: ${text}`.slice(0, MAX_REASON_LENGTH));
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds).unref());
}
