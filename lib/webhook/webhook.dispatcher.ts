import { Logger } from '@nestjs/common';

import { observeDelivery } from '../observability/observe-delivery.js';
import { ConfirmDispatcher } from './confirm.dispatcher.js';
import { handlerWorkId, inboxId, isRedriving, type DueDelivery } from './inbox/redriving-webhook-inbox.js';
import type { KeptDelivery, WebhookInbox } from './inbox/webhook-inbox.js';
import type { PortOneWebhookEvents } from './portone-webhook-events.js';
import type { ScopedHandlers } from './scoped-handlers.js';
import { describeThrown } from './thrown.js';
import { HANDLED, HANDLER_FAILED, QUEUED, stillAtWork, tryLater, type WebhookAnswer } from './webhook-answer.js';
import { ReceivedDelivery, toKept, type WebhookDelivery } from './webhook-delivery.js';
import { CONFIRM_TYPE, type AnyWebhookEvent } from './webhook-event.js';
import type { WebhookQueue, WorkResult } from './webhook-queue.js';
import { WebhookClaims } from './webhook.claims.js';
import { WebhookRoutes } from './webhook.routes.js';
import type { WebhookSettings } from './webhook.settings.js';
import { WebhookTimers } from './webhook.timers.js';
import { WebhookWork, withinStoreTime, type HeldUntil, type WorkItem, type WorkTimes } from './webhook.work.js';

/**
 * Takes a verified event through the inbox to its handlers, or to the queue, and says what to answer. The endpoint uses
 * it; a route of one's own does the same with what `@VerifiedWebhook()` gives.
 */
export class WebhookDispatcher {
  private readonly logger = new Logger('PortOneWebhook');
  private readonly timers = new WebhookTimers();
  private readonly confirmations: ConfirmDispatcher;
  private readonly claims: WebhookClaims;
  private readonly work: WebhookWork;
  /** What this process is at work on, by inbox id. */
  private readonly running = new Map<string, Promise<WorkResult>>();
  private routes = new WebhookRoutes();
  private queue: WebhookQueue | undefined;
  private ending = false;

  constructor(
    private readonly inbox: WebhookInbox,
    private readonly events: PortOneWebhookEvents,
    private readonly settings: Pick<WebhookSettings, 'handlerTimeoutMs' | 'backgroundTimeoutMs' | 'leaseMs'>,
    scoped: ScopedHandlers,
  ) {
    this.confirmations = new ConfirmDispatcher(scoped, this.timers);
    this.claims = new WebhookClaims(inbox, settings.leaseMs, this.timers, () => this.ending);
    this.work = new WebhookWork(inbox, events, settings.leaseMs, scoped, this.timers);
  }

  /** @internal The module sets the table once all providers exist. */
  useRoutes(routes: WebhookRoutes): void {
    this.routes = routes;
  }

  /** @internal Deliveries go there from now on, instead of to the handlers at once. */
  useQueue(queue: WebhookQueue): void {
    this.queue = queue;
  }

  /** @internal From now on every new delivery is answered 503. */
  refuseNew(): void {
    this.ending = true;
  }

  /** @internal Waits for what is in hand, as long as PortOne waits for handlers, then tells the rest to end. */
  async end(): Promise<void> {
    const ended = this.ended().then(() => true);
    if (!(await this.timers.within(ended, this.settings.handlerTimeoutMs))) await this.work.abort();
  }

  /**
   * Runs every matching handler, each to its end, and resolves what to answer. Never rejects.
   *
   * @param event a verified event
   * @param delivery what `@VerifiedWebhook()` gave beside it
   */
  dispatch(event: AnyWebhookEvent, delivery: WebhookDelivery): Promise<WebhookAnswer> {
    const observed = observeDelivery('http', event, delivery);
    if (observed === undefined) return this.answerTo(event, delivery);
    return observed.run(
      () => this.answerTo(event, delivery, observed.carrier),
      (answer) => answer,
    );
  }

  private async answerTo(
    event: AnyWebhookEvent,
    delivery: WebhookDelivery,
    carrier?: Readonly<Record<string, string>>,
  ): Promise<WebhookAnswer> {
    const type: string = event.type as string;
    if (type === CONFIRM_TYPE) return this.confirmations.ask(this.routes.confirmHandler, event, delivery);
    const handlers = this.routes.handlersFor(type);
    if (handlers.length === 0) {
      this.events.publishHandled({ event, delivery });
      return HANDLED;
    }
    if (this.ending) return ENDING;
    if (this.queue !== undefined) return this.enqueue(this.queue, event, delivery, carrier);
    const key = inboxId(delivery.account ?? '', delivery.id);
    const first = this.running.get(key);
    if (first !== undefined) {
      const outcome = await this.timers.within(first, this.settings.handlerTimeoutMs);
      return outcome?.answer ?? stillAtWork(this.settings.leaseMs);
    }
    const answerBy = this.timers.now() + this.settings.handlerTimeoutMs;
    const kept = isRedriving(this.inbox) && this.inbox.redrive ? toKept(delivery, event.type as string) : undefined;
    const item = { key, deliveryKey: key, event, delivery, handlers };
    return (await this.track(key, this.handle(item, answerBy, kept))).answer;
  }

  /** @internal For the re-driver: works on a delivery that it has taken up. Never rejects. */
  async takeUp(due: TakenUp, event: AnyWebhookEvent): Promise<WorkResult> {
    const { deliveryId: id, account } = due.delivery;
    const observed = observeDelivery('redrive', event, account === '' ? { id } : { id, account });
    const work = (): Promise<WorkResult> => this.workOn(due, event);
    return this.track(due.id, observed === undefined ? work() : observed.run(work, answerOf));
  }

  /**
   * @internal For the queue: works on one handler of a delivery.
   *
   * @param carrier what the delivery was queued with
   */
  perform(
    event: AnyWebhookEvent,
    delivery: WebhookDelivery,
    handlerId: string,
    carrier?: Readonly<Record<string, string>>,
  ): Promise<WorkResult> {
    const observed = observeDelivery('queue', event, delivery, carrier);
    const work = (): Promise<WorkResult> => this.workOnHandler(event, delivery, handlerId);
    return observed === undefined ? work() : observed.run(work, answerOf);
  }

  private async workOnHandler(
    event: AnyWebhookEvent,
    delivery: WebhookDelivery,
    handlerId: string,
  ): Promise<WorkResult> {
    if (this.ending) return { answer: ENDING };
    const handler = this.routes.handlers.find(({ id }) => id === handlerId);
    if (handler === undefined) {
      const error = new Error(`There is no handler ${handlerId} here. Is an older version of the application running?`);
      return { answer: HANDLER_FAILED, errors: new Map([[handlerId, error]]) };
    }
    const deliveryKey = inboxId(delivery.account ?? '', delivery.id);
    const key = handlerWorkId(deliveryKey, handlerId);
    const item = { key, deliveryKey, event, delivery, handlers: [handler] };
    return this.track(key, this.handle(item, undefined));
  }

  private async workOn(due: TakenUp, event: AnyWebhookEvent): Promise<WorkResult> {
    const { id: key, delivery: kept, token } = due;
    const delivery = ReceivedDelivery.ofKept(kept);
    const handlers = this.routes.handlersFor(kept.type);
    try {
      if (handlers.length > 0) {
        return await this.work.run({ key, deliveryKey: key, event, delivery, handlers }, due, this.unhurried());
      }
      // Another version of the application, running beside this one, may have it.
      await withinStoreTime(this.timers, this.inbox.release(key, token, `There is no handler of ${kept.type} here.`));
      return { answer: HANDLER_FAILED };
    } catch (error) {
      this.logger.error(`The end of delivery ${delivery.id} could not be noted.`, describeThrown(error));
      return { answer: stillAtWork(this.settings.leaseMs) };
    }
  }

  private async ended(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running.values());
    await this.work.ended();
  }

  private async track(key: string, result: Promise<WorkResult>): Promise<WorkResult> {
    this.running.set(key, result);
    try {
      return await result;
    } finally {
      if (this.running.get(key) === result) this.running.delete(key);
    }
  }

  private async enqueue(
    queue: WebhookQueue,
    event: AnyWebhookEvent,
    delivery: WebhookDelivery,
    carrier?: Readonly<Record<string, string>>,
  ): Promise<WebhookAnswer> {
    const handlers = this.routes.handlersFor(event.type as string).map(({ id }) => id);
    try {
      await withinStoreTime(
        this.timers,
        queue.add({ event, delivery, handlers, ...(carrier !== undefined && { carrier }) }).then(() => true),
      );
      return QUEUED;
    } catch (error) {
      return this.unavailable('queue', delivery, error);
    }
  }

  /** @param answerBy when PortOne wants its answer; `undefined` when nobody waits */
  private async handle(item: WorkItem, answerBy: number | undefined, kept?: KeptDelivery): Promise<WorkResult> {
    try {
      const claim = await this.claims.claim(item.key, answerBy ?? this.timers.now(), kept);
      if (!('state' in claim)) return { answer: claim };
      return await this.work.run(item, claim, this.timesFor(answerBy, kept));
    } catch (error) {
      return { answer: this.unavailable('inbox', item.delivery, error) };
    }
  }

  private timesFor(answerBy: number | undefined, kept: KeptDelivery | undefined): WorkTimes {
    const { handlerTimeoutMs, backgroundTimeoutMs } = this.settings;
    if (answerBy === undefined) return this.unhurried();
    // What the inbox finishes by itself may go on behind PortOne's back.
    if (kept !== undefined && backgroundTimeoutMs > handlerTimeoutMs) return { ...this.unhurried(), answerBy };
    // PortOne hangs up after 30 s, however they were spent: one deadline for waiting and working.
    return { answerBy, abortAt: answerBy, limit: `${handlerTimeoutMs} ms (webhook.handlerTimeoutMs)` };
  }

  private unhurried(): WorkTimes {
    const { backgroundTimeoutMs } = this.settings;
    const abortAt = this.timers.now() + backgroundTimeoutMs;
    return { answerBy: abortAt, abortAt, limit: `${backgroundTimeoutMs} ms (webhook.backgroundTimeoutMs)` };
  }

  private unavailable(what: 'inbox' | 'queue', { id }: WebhookDelivery, error: unknown): WebhookAnswer {
    this.logger.error(
      `The webhook ${what} cannot be reached; delivery ${id} was answered with 503.`,
      describeThrown(error),
    );
    const type = what === 'inbox' ? 'WEBHOOK_INBOX_UNAVAILABLE' : 'WEBHOOK_QUEUE_UNAVAILABLE';
    return tryLater(type, 'The delivery cannot be recorded now; send it again.', 30_000);
  }
}

type TakenUp = Extract<DueDelivery, { state: 'claimed' }> & HeldUntil;

const answerOf = ({ answer }: WorkResult): WebhookAnswer => answer;

const ENDING = tryLater('WEBHOOK_ENDING', 'This process is ending; send it again.', 1_000);
