import type { WebhookDelivery } from './webhook-delivery.js';
import type { AnyWebhookEvent } from './webhook-event.js';
import type { WebhookAnswer } from './webhook-answer.js';

/** A verified delivery that is to be handled elsewhere. */
export interface QueuedWebhook {
  readonly event: AnyWebhookEvent;
  readonly delivery: WebhookDelivery;
  /** The ids of the handlers that the event is routed to: each is a piece of work of its own. */
  readonly handlers: readonly string[];
  /** What is to be found again by who works on it, such as the context of a trace: given to `perform` as it is. */
  readonly carrier?: Readonly<Record<string, string>>;
}

/** Where deliveries go instead of to their handlers at once. */
export interface WebhookQueue {
  /** Resolves once all of it is kept durably, in one step; rejects when nothing may be. PortOne is told 503 then. */
  add(queued: QueuedWebhook): Promise<void>;
}

/** What became of one handler of a delivery, for the queue that brought it. */
export interface WorkResult {
  /**
   * 200: done, now or before. 500: it failed or ran out of time. 503: another process is at work on it (`retry-after`
   * says for how long at the most), the inbox is away, or this process is ending.
   */
  readonly answer: WebhookAnswer;
  /** What the failed handlers threw, by their ids. */
  readonly errors?: ReadonlyMap<string, unknown>;
}
