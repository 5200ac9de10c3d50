import { Logger } from '@nestjs/common';

import type { WebhookClaim, WebhookInbox } from './inbox/webhook-inbox.js';
import type { PortOneWebhookEvents } from './portone-webhook-events.js';
import type { ScopedHandlers } from './scoped-handlers.js';
import { describeThrown } from './thrown.js';
import { HANDLED, HANDLER_FAILED, stillAtWork } from './webhook-answer.js';
import type { WebhookDelivery } from './webhook-delivery.js';
import type { AnyWebhookEvent } from './webhook-event.js';
import type { WorkResult } from './webhook-queue.js';
import { WebhookAttempt } from './webhook.attempt.js';
import type { WebhookHandler } from './webhook.routes.js';
import type { WebhookTimers } from './webhook.timers.js';

/** By the timers' clock, until when a claim holds at the least: a lease that long counts from when it was asked for. */
export interface HeldUntil {
  readonly heldUntil: number;
}

export type Claimed = Extract<WebhookClaim, { state: 'claimed' }> & HeldUntil;

/** A store that does not answer is a store that is away: with the handlers' 25 s this stays below PortOne's 30. */
const STORE_TIMEOUT_MS = 4_000;

/** What handlers have to come to an end once the application is to end. */
const GRACE_MS = 1_000;

/** Of a failure in a list: what a handler throws may be long. */
const MAX_FAILURE_LENGTH = 500;

/** A delivery that is to be worked on. */
export interface WorkItem {
  /** What the inbox knows the work by. */
  readonly key: string;
  /** What the inbox knows the delivery by: the same, unless the work is one handler of it. */
  readonly deliveryKey: string;
  readonly event: AnyWebhookEvent;
  readonly delivery: WebhookDelivery;
  readonly handlers: readonly WebhookHandler[];
}

/** By the timers' clock. */
export interface WorkTimes {
  /** When somebody wants to know. */
  readonly answerBy: number;
  /** When the handlers are told to end. */
  readonly abortAt: number;
  /** How errors call that time: `25000 ms (webhook.handlerTimeoutMs)`. */
  readonly limit: string;
}

/** Runs the handlers of deliveries that were claimed, keeps the claims meanwhile, and notes what became of them. */
export class WebhookWork {
  private readonly logger = new Logger('PortOneWebhook');
  /** The attempts of this process that have time left and whose end is not noted yet, and that end. */
  private readonly inHand = new Map<WebhookAttempt, Promise<void>>();

  constructor(
    private readonly inbox: WebhookInbox,
    private readonly events: PortOneWebhookEvents,
    private readonly leaseMs: number,
    private readonly scoped: ScopedHandlers,
    private readonly timers: WebhookTimers,
  ) {}

  /** Resolves when the handlers are through and that is noted, or when the answer is due. */
  async run(item: WorkItem, claim: Claimed, times: WorkTimes): Promise<WorkResult> {
    if (this.timers.now() >= claim.heldUntil) return this.giveBack(item, claim);
    const attempt = new WebhookAttempt(item, claim, this.inbox, {
      handlerCompleted: (handler) => this.noteHandler(item, claim, handler),
      handlerDiscarded: ({ id: handler }, reason) =>
        this.events.publishDiscarded({ event: item.event, delivery: attempt.delivery, handler, reason }),
    });
    const outcome = this.outcome(item, claim, attempt, times);
    if (times.answerBy >= times.abortAt) return outcome;
    const inTime = await this.timers.within(outcome, times.answerBy - this.timers.now());
    if (inTime !== undefined) return inTime;
    outcome.catch((error: unknown) => this.notNoted(attempt, error));
    return { answer: stillAtWork(this.leaseMs) };
  }

  /** Resolves once the end of every attempt is noted, or cannot be. */
  async ended(): Promise<void> {
    while (this.inHand.size > 0) await Promise.all(this.inHand.values());
  }

  /** Tells what is in hand to end. What does not is not given back: it may still be at work. */
  async abort(): Promise<void> {
    const noted = Promise.all(this.inHand.values()).then(() => true);
    for (const attempt of this.inHand.keys()) attempt.giveUp('did not end before the application did');
    await this.timers.within(noted, GRACE_MS);
  }

  /** The answer to the claim came when it was over, or this process stood still: somebody else may have it by now. */
  private async giveBack({ key }: WorkItem, { token }: Claimed): Promise<WorkResult> {
    await withinStoreTime(this.timers, this.inbox.release(key, token, 'The claim was answered when it was over.'));
    return { answer: stillAtWork(this.leaseMs) };
  }

  /** Keeps the lease while the handlers run, until they are through or their time is up. */
  private async outcome(
    { key, delivery: cause }: WorkItem,
    claim: Claimed,
    attempt: WebhookAttempt,
    { abortAt, limit }: WorkTimes,
  ): Promise<WorkResult> {
    const stopRenewing = this.keepLease(key, claim, attempt);
    const stopTimer = this.timers.at(abortAt, () => attempt.giveUp(`did not end within ${limit}`));
    const settled = attempt.run(this.scoped.resolver(cause)).then(() => this.settle(key, claim, attempt));
    const forget = (): void => void this.inHand.delete(attempt);
    this.inHand.set(attempt, settled.then(forget, forget));
    const isThrough = await attempt.end;
    stopRenewing();
    stopTimer();
    if (isThrough) return settled;
    // Until the lease runs out nobody else starts the handlers again, and whatever becomes of them is noted.
    forget();
    settled.catch((error: unknown) => this.notNoted(attempt, error));
    const { event, delivery } = attempt;
    const errors = new Map(attempt.errors);
    this.events.publishFailed({ event, delivery, errors });
    return { answer: HANDLER_FAILED, errors };
  }

  /** Renews three times a lease. A store that is away cannot say when it is lost; then the process's own clock does. */
  private keepLease(key: string, { token, ...claim }: Claimed, attempt: WebhookAttempt): () => void {
    let { heldUntil } = claim;
    let over = false;
    const renew = async (): Promise<void> => {
      const askedAt = this.timers.now();
      try {
        const held = askedAt < heldUntil && (await this.inbox.renew(key, token, this.leaseMs));
        if (held) heldUntil = askedAt + this.leaseMs;
        else if (!over) {
          end();
          attempt.leaseLost();
        }
      } catch {
        // While the lease still holds there is another try.
      }
    };
    const stopTimer = this.timers.every(Math.max(1, this.leaseMs / 3), () => void renew());
    const end = (): void => {
      over = true;
      stopTimer();
    };
    return end;
  }

  private async noteHandler({ key, delivery }: WorkItem, claim: Claimed, { id }: WebhookHandler): Promise<void> {
    try {
      await withinStoreTime(this.timers, this.inbox.completeHandler(key, claim.token, id));
    } catch (error) {
      const message = `${id} is through with delivery ${delivery.id}, which the inbox could not note.`;
      this.logger.error(message, describeThrown(error));
    }
  }

  /** Notes the outcome. 200 only once it is noted: else the delivery would be handled again on PortOne's next word. */
  private async settle(key: string, { token }: Claimed, attempt: WebhookAttempt): Promise<WorkResult> {
    const { event, delivery, errors } = attempt;
    if (errors.size > 0) {
      await withinStoreTime(this.timers, this.inbox.release(key, token, failureLine(errors)));
      this.events.publishFailed({ event, delivery, errors });
      return { answer: HANDLER_FAILED, errors };
    }
    if (!(await withinStoreTime(this.timers, this.inbox.complete(key, token)))) {
      this.logger.warn(`Delivery ${delivery.id} was handled, but its lease was lost before that could be noted.`);
      return { answer: stillAtWork(this.leaseMs) };
    }
    this.events.publishHandled({ event, delivery });
    return { answer: HANDLED };
  }

  private notNoted(attempt: WebhookAttempt, error: unknown): void {
    this.logger.error(`The end of delivery ${attempt.delivery.id} could not be noted.`, describeThrown(error));
  }
}

/** What the store answers, unless that takes too long. */
export async function withinStoreTime<T>(timers: WebhookTimers, operation: Promise<T>): Promise<T> {
  const outcome = await timers.within(operation, STORE_TIMEOUT_MS);
  if (outcome === undefined) throw new Error(`The webhook inbox gave no answer within ${STORE_TIMEOUT_MS} ms.`);
  return outcome;
}

function failureLine(errors: ReadonlyMap<string, unknown>): string {
  const [[handler, error] = ['', undefined]] = errors;
  const text = error instanceof Error ? error.message : describeThrown(error);
  return `${handler}: ${text}`.slice(0, MAX_FAILURE_LENGTH);
}
