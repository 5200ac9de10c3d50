import { Logger } from '@nestjs/common';

import { endOf } from '../discovery/end-of.js';
import { StalePaymentReadError } from '../errors/stale-payment-read.error.js';
import { observeHandler, type ObservedHandler } from '../observability/observe-delivery.js';
import type { WebhookInbox } from './inbox/webhook-inbox.js';
import { LazySignal } from './lazy-signal.js';
import { describeThrown } from './thrown.js';
import { TakenUpDelivery } from './webhook-delivery.js';
import type { AnyWebhookEvent } from './webhook-event.js';
import { isDiscard } from './webhook-refusals.js';
import type { ResolveScoped, WebhookHandler } from './webhook.routes.js';
import type { Claimed, WorkItem } from './webhook.work.js';

// One for all: there is an attempt for every delivery.
const logger = new Logger('PortOneWebhook');

/** What an attempt tells while it runs. */
export interface AttemptListener {
  /** A handler is through while others may not be. */
  handlerCompleted(handler: WebhookHandler): Promise<void>;
  handlerDiscarded(handler: WebhookHandler, reason: string): void;
}

/** One attempt at a delivery: runs the handlers that were not through before and knows how each ended. */
export class WebhookAttempt {
  private readonly abort = new LazySignal();
  private readonly pending: readonly WebhookHandler[];
  private readonly unfinished: Set<WebhookHandler>;
  readonly event: AnyWebhookEvent;
  readonly delivery: TakenUpDelivery;
  private readonly deliveryKey: string;
  private toEnd!: (isThrough: boolean) => void;
  /** Resolves `true` once every handler is through, or `false` when they are given up before that. */
  readonly end = new Promise<boolean>((resolve) => (this.toEnd = resolve));
  /** Of the handlers, those that somebody looks on. */
  private observed: Map<WebhookHandler, ObservedHandler> | undefined;
  /** What the failed handlers threw, by their ids. */
  readonly errors = new Map<string, unknown>();

  constructor(
    { event, delivery, deliveryKey, handlers }: WorkItem,
    claim: Claimed,
    private readonly inbox: Pick<WebhookInbox, 'inTransaction'>,
    private readonly listener: AttemptListener,
  ) {
    this.event = event;
    this.deliveryKey = deliveryKey;
    const completed = new Set(claim.completedHandlers);
    this.pending = completed.size === 0 ? handlers : handlers.filter(({ id }) => !completed.has(id));
    this.unfinished = new Set(this.pending);
    this.delivery = new TakenUpDelivery(delivery, claim.attempt, this.abort);
  }

  /** Runs every handler to its end. */
  async run(resolve: ResolveScoped): Promise<void> {
    await Promise.all(this.pending.map((handler) => this.runHandler(handler, resolve)));
    this.toEnd(true);
  }

  /** The lease is lost: what the handlers still do may be done again. */
  leaseLost(): void {
    logger.warn(`The lease of delivery ${this.delivery.id} was lost: another process may take it up.`);
    this.abort.abort(new Error('The lease of this delivery was lost.'));
  }

  /** The handlers are told to end. They go on, since nobody can stop them, and count as failed until they end. */
  giveUp(why: string): void {
    this.abort.abort(new Error(`The handlers of this delivery ${why}.`));
    for (const handler of this.unfinished) {
      const { id } = handler;
      this.observed?.get(handler)?.overdue();
      const error = new Error(`${id} ${why}.`);
      this.errors.set(id, error);
      logger.error(`${this.name}: ${error.message}`);
    }
    this.toEnd(false);
  }

  private get name(): string {
    return `${String(this.event.type)} ${this.delivery.id}`;
  }

  private async runHandler(handler: WebhookHandler, resolve: ResolveScoped): Promise<void> {
    try {
      const observed = observeHandler(handler.id, this.event, this.delivery);
      if (observed === undefined) await this.invoke(handler, resolve);
      else {
        (this.observed ??= new Map()).set(handler, observed);
        await observed.run(() => this.invoke(handler, resolve));
      }
    } catch (error) {
      if (!isDiscard(error)) {
        this.unfinished.delete(handler);
        this.errors.set(handler.id, error);
        const failure = `${this.name}: ${handler.id} failed.`;
        // PortOne's next attempt mends it, and nobody has to.
        if (error instanceof StalePaymentReadError) logger.warn(`${failure} ${error.message}`);
        else logger.error(failure, describeThrown(error));
        return;
      }
      logger.warn(`${this.name}: ${handler.id} discarded it: ${error.reason}`);
      this.listener.handlerDiscarded(handler, error.reason);
    }
    this.unfinished.delete(handler);
    this.errors.delete(handler.id);
    // The end of the only one is noted with the delivery's.
    if (this.pending.length > 1) await this.listener.handlerCompleted(handler);
  }

  private invoke(handler: WebhookHandler, resolve: ResolveScoped): Promise<unknown> {
    if (handler.transactional) return this.runInTransaction(handler, resolve);
    return endOf(handler.invoke(this.event, this.delivery, resolve));
  }

  /** That it is through is noted with its own writes; noting it once more changes nothing. */
  private async runInTransaction(handler: WebhookHandler, resolve: ResolveScoped): Promise<void> {
    await this.inbox.inTransaction!(this.deliveryKey, handler.id, async (transaction) => {
      await endOf(handler.invoke(this.event, this.delivery.within(transaction), resolve));
    });
  }
}
