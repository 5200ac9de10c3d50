import { Logger } from '@nestjs/common';

import { ConfirmDispatcher } from './confirm.dispatcher.js';
import type { WebhookClaim, WebhookInbox } from './inbox/webhook-inbox.js';
import type { PortOneWebhookEvents } from './portone-webhook-events.js';
import type { ScopedHandlers } from './scoped-handlers.js';
import { describeThrown } from './thrown.js';
import { DUPLICATE, HANDLED, HANDLER_FAILED, tryLater, type WebhookAnswer } from './webhook-answer.js';
import type { WebhookDelivery } from './webhook-delivery.js';
import { CONFIRM_TYPE, type AnyWebhookEvent } from './webhook-event.js';
import { WebhookAttempt } from './webhook.attempt.js';
import { WebhookRoutes, type WebhookHandler } from './webhook.routes.js';
import type { WebhookSettings } from './webhook.settings.js';
import { WebhookTimers } from './webhook.timers.js';

type Claimed = Extract<WebhookClaim, { state: 'claimed' }>;

/** A store that does not answer is a store that is away: with the handlers' 25 s this stays below PortOne's 30. */
const STORE_TIMEOUT_MS = 4_000;

/** How often a delivery that another process holds is looked at again. */
const POLL_MS = 500;
const MIN_POLL_MS = 50;

/**
 * Takes a verified event through the inbox to its handlers and says what to answer. The endpoint uses it; a route of
 * one's own does the same with what `@VerifiedWebhook()` gives.
 */
export class WebhookDispatcher {
  private readonly logger = new Logger('PortOneWebhook');
  private readonly timers = new WebhookTimers();
  private readonly confirmations: ConfirmDispatcher;
  /** What this process is at work on, by inbox id. */
  private readonly running = new Map<string, Promise<WebhookAnswer>>();
  private routes = new WebhookRoutes();

  constructor(
    private readonly inbox: WebhookInbox,
    private readonly events: PortOneWebhookEvents,
    private readonly settings: Pick<WebhookSettings, 'handlerTimeoutMs' | 'leaseMs'>,
    private readonly scoped: ScopedHandlers,
  ) {
    this.confirmations = new ConfirmDispatcher(scoped, this.timers);
  }

  /** @internal The module sets the table once all providers exist. */
  useRoutes(routes: WebhookRoutes): void {
    this.routes = routes;
  }

  /**
   * Runs every matching handler, each to its end, and resolves what to answer. Never rejects.
   *
   * @param event a verified event
   * @param delivery what `@VerifiedWebhook()` gave beside it
   */
  async dispatch(event: AnyWebhookEvent, delivery: WebhookDelivery): Promise<WebhookAnswer> {
    const type: string = event.type as string;
    if (type === CONFIRM_TYPE) return this.confirmations.ask(this.routes.confirmHandler, event, delivery);
    const handlers = this.routes.handlersFor(type);
    if (handlers.length === 0) {
      this.events.publishHandled({ event, delivery });
      return HANDLED;
    }
    const key = `${delivery.account ?? ''}/${delivery.id}`;
    const first = this.running.get(key);
    if (first !== undefined) {
      return (await this.timers.within(first, this.settings.handlerTimeoutMs)) ?? stillAtWork(POLL_MS);
    }
    const answer = this.handle(key, event, delivery, handlers);
    this.running.set(key, answer);
    try {
      return await answer;
    } finally {
      this.running.delete(key);
    }
  }

  private async handle(
    key: string,
    event: AnyWebhookEvent,
    delivery: WebhookDelivery,
    handlers: readonly WebhookHandler[],
  ): Promise<WebhookAnswer> {
    // One deadline for waiting and working: PortOne hangs up after 30 s, however they were spent.
    const deadline = this.timers.now() + this.settings.handlerTimeoutMs;
    try {
      const claim = await this.claim(key, deadline);
      if (!('state' in claim)) return claim;
      const attempt = new WebhookAttempt(event, delivery, claim, handlers, {
        handlerCompleted: (handler) => this.noteHandler(key, claim, delivery, handler),
        handlerDiscarded: (handler, reason) =>
          this.events.publishDiscarded({ event, delivery, handler: handler.id, reason }),
      });
      return await this.work(key, claim, attempt, attempt.run(this.scoped.resolver(delivery)), deadline);
    } catch (error) {
      this.logger.error(
        `The webhook inbox cannot be reached; delivery ${delivery.id} was answered with 503.`,
        describeThrown(error),
      );
      return tryLater('WEBHOOK_INBOX_UNAVAILABLE', 'The delivery cannot be recorded now; send it again.', 30_000);
    }
  }

  /** Claims the delivery, waiting for another process that holds it. */
  private async claim(key: string, deadline: number): Promise<Claimed | WebhookAnswer> {
    for (;;) {
      const claim = await this.reached(this.inbox.claim(key, this.settings.leaseMs));
      if (claim.state === 'claimed') return claim;
      if (claim.state === 'done') return DUPLICATE;
      if (claim.state === 'full') {
        const message = 'Too many deliveries are unfinished; send it again later.';
        return tryLater('WEBHOOK_INBOX_FULL', message, claim.retryAfterMs);
      }
      if (claim.state !== 'in-progress' || !Number.isFinite(claim.retryAfterMs)) {
        throw new Error(`claim() answered ${JSON.stringify(claim)}.`);
      }
      const left = deadline - this.timers.now();
      if (left <= 0) return stillAtWork(claim.retryAfterMs);
      // A store may round a lease that is about to end down to nothing; it is not asked without a pause for that.
      await this.timers.pause(Math.min(Math.max(claim.retryAfterMs, MIN_POLL_MS), POLL_MS, left));
    }
  }

  /** Keeps the lease while the handlers run, a third of it at a time, and answers when they are through or late. */
  private async work(
    key: string,
    claim: Claimed,
    attempt: WebhookAttempt,
    run: Promise<true>,
    deadline: number,
  ): Promise<WebhookAnswer> {
    const { leaseMs, handlerTimeoutMs } = this.settings;
    const stopRenewing = this.timers.every(
      Math.max(1, leaseMs / 3),
      () => void this.renew(key, claim, attempt, stopRenewing),
    );
    const through = await this.timers.within(run, deadline - this.timers.now()).finally(stopRenewing);
    if (through) return this.settle(key, claim, attempt);
    // Until the lease runs out nobody else starts the handlers again, and whatever becomes of them is noted.
    attempt.timeUp(handlerTimeoutMs);
    const { event, delivery, errors } = attempt;
    this.events.publishFailed({ event, delivery, errors: new Map(errors) });
    void run.then(
      () => this.settleLate(key, claim, attempt),
      (error: unknown) => this.logger.error(`Delivery ${delivery.id} came to no end.`, describeThrown(error)),
    );
    return HANDLER_FAILED;
  }

  private async renew(key: string, { token }: Claimed, attempt: WebhookAttempt, stop: () => void): Promise<void> {
    try {
      if (await this.inbox.renew(key, token, this.settings.leaseMs)) return;
      stop();
      attempt.leaseLost();
    } catch {
      // The store is away; while the lease still holds there is another try, and after it `complete` says so.
    }
  }

  private async noteHandler(
    key: string,
    claim: Claimed,
    delivery: WebhookDelivery,
    { id }: WebhookHandler,
  ): Promise<void> {
    try {
      await this.reached(this.inbox.completeHandler(key, claim.token, id));
    } catch (error) {
      const message = `${id} is through with delivery ${delivery.id}, which the inbox could not note.`;
      this.logger.error(message, describeThrown(error));
    }
  }

  /** Notes the outcome. 200 only once it is noted: else the delivery would be handled again on PortOne's next word. */
  private async settle(key: string, { token }: Claimed, attempt: WebhookAttempt): Promise<WebhookAnswer> {
    const { event, delivery, errors } = attempt;
    if (errors.size > 0) {
      await this.reached(this.inbox.release(key, token));
      this.events.publishFailed({ event, delivery, errors });
      return HANDLER_FAILED;
    }
    if (!(await this.reached(this.inbox.complete(key, token)))) {
      this.logger.warn(`Delivery ${delivery.id} was handled, but its lease was lost before that could be noted.`);
      return stillAtWork(this.settings.leaseMs);
    }
    this.events.publishHandled({ event, delivery });
    return HANDLED;
  }

  private async settleLate(key: string, claim: Claimed, attempt: WebhookAttempt): Promise<void> {
    try {
      await this.settle(key, claim, attempt);
    } catch (error) {
      this.logger.error(`The end of delivery ${attempt.delivery.id} could not be noted.`, describeThrown(error));
    }
  }

  private async reached<T>(operation: Promise<T>): Promise<T> {
    const outcome = await this.timers.within(operation, STORE_TIMEOUT_MS);
    if (outcome === undefined) throw new Error(`The webhook inbox gave no answer within ${STORE_TIMEOUT_MS} ms.`);
    return outcome;
  }
}

function stillAtWork(retryAfterMs: number): WebhookAnswer {
  return tryLater(
    'WEBHOOK_IN_PROGRESS',
    'This delivery is still being handled; ask again for its outcome.',
    retryAfterMs,
  );
}
