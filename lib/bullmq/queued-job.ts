import { createHash } from 'node:crypto';

import type { Job, Queue } from 'bullmq';

import { ReceivedDelivery, type WebhookDelivery } from '../webhook/webhook-delivery.js';
import type { QueuedWebhook } from '../webhook/webhook-queue.js';

/** What a job holds: one handler's work on one delivery. */
export interface QueuedJobData {
  /** The account's name, `''` for the unnamed one. */
  readonly account: string;
  /** The `webhook-id`. */
  readonly deliveryId: string;
  /** The handler's id. */
  readonly handler: string;
  /** When PortOne signed it, and when it came here first: ISO 8601. */
  readonly timestamp: string;
  readonly receivedAt: string;
  /** The exact bytes, in base64. */
  readonly rawBody: string;
  /**
   * What an instrumentation put in the delivery's `carrier` (the diagnostics channel `nestjs-portone:delivery`), and finds there
   * again in the attempts at the job: the trace context, by the names of W3C Trace Context.
   */
  readonly carrier?: Readonly<Record<string, string>>;
  /** An operator takes it for done: the handler is not called. */
  readonly discarded?: true;
}

/** A job of such a queue; its name is the event's type. */
export type QueuedJob = Job<QueuedJobData, string, string>;

/** Such a queue, as `@InjectQueue()` gives it. */
export type PortOneQueue = Queue<QueuedJobData, string, string>;

/** The id of a job: the same whenever, and wherever, the delivery comes again. BullMQ takes no `:` in it. */
export function jobIdOf(account: string, deliveryId: string, handler: string): string {
  return createHash('sha256')
    .update(JSON.stringify([account, deliveryId, handler]))
    .digest('hex');
}

export function jobDataOf(
  { delivery, event, carrier = {} }: Pick<QueuedWebhook, 'delivery' | 'event' | 'carrier'>,
  handler: string,
): { id: string; name: string; data: QueuedJobData } {
  const { account = '', id: deliveryId, timestamp, receivedAt, rawBody } = delivery;
  return {
    id: jobIdOf(account, deliveryId, handler),
    name: event.type as string,
    data: {
      account,
      deliveryId,
      handler,
      timestamp: timestamp.toISOString(),
      receivedAt: receivedAt.toISOString(),
      rawBody: rawBody.toString('base64'),
      ...(Object.keys(carrier).length > 0 && { carrier }),
    },
  };
}

export function deliveryOf({ name: type, data }: Pick<QueuedJob, 'name' | 'data'>): WebhookDelivery {
  const { account, deliveryId, timestamp, receivedAt, rawBody } = data;
  return ReceivedDelivery.ofKept({
    account,
    deliveryId,
    type,
    timestamp: new Date(timestamp),
    receivedAt: new Date(receivedAt),
    rawBody: Buffer.from(rawBody, 'base64'),
  });
}
