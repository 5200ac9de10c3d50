import { Logger } from '@nestjs/common';
import { isObservable, lastValueFrom } from 'rxjs';

import { ConfirmDispatcher } from './confirm.dispatcher.js';
import type { WebhookClaim, WebhookInbox } from './inbox/webhook-inbox.js';
import type { PortOneWebhookEvents } from './portone-webhook-events.js';
import type { ScopedHandlers } from './scoped-handlers.js';
import { describeThrown } from './thrown.js';
import { DUPLICATE, HANDLED, HANDLER_FAILED, tryLater, type WebhookAnswer } from './webhook-answer.js';
import type { WebhookDelivery } from './webhook-delivery.js';
import { CONFIRM_TYPE, type AnyWebhookEvent } from './webhook-event.js';
import { keepLease, pause, within } from './webhook.lease.js';
import { isDiscard } from './webhook-refusals.js';
import { WebhookRoutes, type WebhookHandler } from './webhook.routes.js';
import type { WebhookSettings } from './webhook.settings.js';

type Claimed = Extract<WebhookClaim, { state: 'claimed' }>;

/** One attempt at a delivery: what its handlers share. */
interface Attempt {
  readonly key: string;
  readonly claim: Claimed;
  readonly event: AnyWebhookEvent;
  readonly delivery: WebhookDelivery;
  /** Of the handlers that were not through before. */
  readonly unfinished: Set<WebhookHandler>;
  readonly errors: Map<string, unknown>;
}

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
  /** What this process is at work on, by inbox id. */
  private readonly running = new Map<string, Promise<WebhookAnswer>>();
  private readonly confirmations: ConfirmDispatcher;
  private routes = new WebhookRoutes();

  constructor(
    private readonly inbox: WebhookInbox,
    private readonly events: PortOneWebhookEvents,
    private readonly settings: Pick<WebhookSettings, 'handlerTimeoutMs' | 'leaseMs'>,
    private readonly scoped: ScopedHandlers,
  ) {
    this.confirmations = new ConfirmDispatcher(scoped);
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
    if (first !== undefined) return (await within(first, this.settings.handlerTimeoutMs)) ?? stillAtWork(POLL_MS);
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
    const deadline = Date.now() + this.settings.handlerTimeoutMs;
    try {
      const claim = await this.claim(key, deadline);
      if (!('state' in claim)) return claim;
      return await this.work({ key, event, delivery, claim, handlers, deadline });
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
      const claim = await reached(this.inbox.claim(key, this.settings.leaseMs));
      if (claim.state === 'claimed') return claim;
      if (claim.state === 'done') return DUPLICATE;
      if (claim.state === 'full') {
        return tryLater(
          'WEBHOOK_INBOX_FULL',
          'Too many deliveries are unfinished; send it again later.',
          claim.retryAfterMs,
        );
      }
      if (claim.state !== 'in-progress' || !Number.isFinite(claim.retryAfterMs))
        throw new Error(`claim() answered ${JSON.stringify(claim)}.`);
      const left = deadline - Date.now();
      if (left <= 0) return stillAtWork(claim.retryAfterMs);
      // A store may round a lease that is about to end down to nothing; it is not asked without a pause for that.
      await pause(Math.min(Math.max(claim.retryAfterMs, MIN_POLL_MS), POLL_MS, left));
    }
  }

  private async work(args: {
    key: string;
    event: AnyWebhookEvent;
    delivery: WebhookDelivery;
    claim: Claimed;
    handlers: readonly WebhookHandler[];
    deadline: number;
  }): Promise<WebhookAnswer> {
    const { key, event, claim, handlers } = args;
    const abort = new AbortController();
    const delivery: WebhookDelivery = { ...args.delivery, attempt: claim.attempt, signal: abort.signal };
    const pending = handlers.filter(({ id }) => !claim.completedHandlers.includes(id));
    const attempt: Attempt = { key, claim, event, delivery, unfinished: new Set(pending), errors: new Map() };
    const stopRenewing = keepLease(this.inbox, key, claim.token, this.settings.leaseMs, () => {
      this.logger.warn(`The lease of delivery ${delivery.id} was lost: another process may take it up.`);
      abort.abort(new Error('The lease of this delivery was lost.'));
    });
    const resolve = this.scoped.resolver(args.delivery);
    const run = Promise.all(pending.map((handler) => this.run(handler, attempt, resolve))).then(() => true);
    const through = await within(run, args.deadline - Date.now()).finally(stopRenewing);
    if (through) return this.settle(attempt);

    // The handlers go on: nobody can stop them. Until the lease runs out nobody else starts them again, and whatever
    // becomes of them in that time is noted.
    abort.abort(new Error(`The handlers of this delivery had ${this.settings.handlerTimeoutMs} ms.`));
    for (const { id } of attempt.unfinished) {
      const error = new Error(
        `${id} did not end within ${this.settings.handlerTimeoutMs} ms (webhook.handlerTimeoutMs).`,
      );
      attempt.errors.set(id, error);
      this.logger.error(`${String(event.type)} ${delivery.id}: ${error.message}`);
    }
    this.events.publishFailed({ event, delivery, errors: new Map(attempt.errors) });
    void run.then(
      () => this.settleLate(attempt),
      () => undefined,
    );
    return HANDLER_FAILED;
  }

  /** Runs one handler and notes how it ended. Never rejects. */
  private async run(
    handler: WebhookHandler,
    attempt: Attempt,
    resolve: ReturnType<ScopedHandlers['resolver']>,
  ): Promise<void> {
    const { event, delivery, unfinished, errors, claim, key } = attempt;
    const alone = unfinished.size === 1;
    try {
      const returned = handler.invoke(event, delivery, resolve);
      // Nest's own clients return observables, which do nothing until somebody subscribes.
      await (isObservable(returned) ? lastValueFrom(returned, { defaultValue: undefined }) : returned);
    } catch (error) {
      if (!isDiscard(error)) {
        unfinished.delete(handler);
        errors.set(handler.id, error);
        this.logger.error(`${String(event.type)} ${delivery.id}: ${handler.id} failed.`, describeThrown(error));
        return;
      }
      this.logger.warn(`${String(event.type)} ${delivery.id}: ${handler.id} discarded it: ${error.reason}`);
      this.events.publishDiscarded({ event, delivery, handler: handler.id, reason: error.reason });
    }
    unfinished.delete(handler);
    errors.delete(handler.id);
    if (alone) return; // `complete` says the same.
    await reached(this.inbox.completeHandler(key, claim.token, handler.id)).catch((error: unknown) => {
      this.logger.error(
        `${handler.id} is through with delivery ${delivery.id}, which the inbox could not note.`,
        describeThrown(error),
      );
    });
  }

  /** Notes the outcome. 200 only once it is noted: else the delivery would be handled again on PortOne's next word. */
  private async settle({ key, claim, event, delivery, errors }: Attempt): Promise<WebhookAnswer> {
    if (errors.size > 0) {
      await reached(this.inbox.release(key, claim.token));
      this.events.publishFailed({ event, delivery, errors });
      return HANDLER_FAILED;
    }
    if (!(await reached(this.inbox.complete(key, claim.token)))) {
      this.logger.warn(`Delivery ${delivery.id} was handled, but its lease was lost before that could be noted.`);
      return stillAtWork(this.settings.leaseMs);
    }
    this.events.publishHandled({ event, delivery });
    return HANDLED;
  }

  private async settleLate(attempt: Attempt): Promise<void> {
    try {
      await this.settle(attempt);
    } catch (error) {
      this.logger.error(`The end of delivery ${attempt.delivery.id} could not be noted.`, describeThrown(error));
    }
  }
}

async function reached<T>(operation: Promise<T>): Promise<T> {
  const outcome = await within(
    operation.then((value) => ({ value })),
    STORE_TIMEOUT_MS,
  );
  if (outcome === undefined) throw new Error(`The webhook inbox did not answer within ${STORE_TIMEOUT_MS} ms.`);
  return outcome.value;
}

function stillAtWork(retryAfterMs: number): WebhookAnswer {
  return tryLater(
    'WEBHOOK_IN_PROGRESS',
    'This delivery is still being handled; ask again for its outcome.',
    retryAfterMs,
  );
}
