import { Logger } from '@nestjs/common';

import { observeHandler } from '../observability/observe-delivery.js';
import { LazySignal } from './lazy-signal.js';
import type { ScopedHandlers } from './scoped-handlers.js';
import { describeThrown } from './thrown.js';
import { APPROVED, confirmRefused, type WebhookAnswer } from './webhook-answer.js';
import { TakenUpDelivery, type WebhookDelivery } from './webhook-delivery.js';
import type { AnyWebhookEvent } from './webhook-event.js';
import { isRejection } from './webhook-refusals.js';
import type { WebhookHandler } from './webhook.routes.js';
import type { WebhookTimers } from './webhook.timers.js';

/** PortOne waits 10 s for the verdict. */
const CONFIRM_TIMEOUT_MS = 9_000;

/** What the buyer reads when it is not for the shop to say why. */
const UNAVAILABLE = '지금은 결제를 승인할 수 없습니다. 잠시 후 다시 시도해 주세요.';

/**
 * Answers PortOne's question before an approval. Fails closed: only a handler that returns, in time, approves. It goes
 * past the inbox, since a verdict of an earlier question says nothing about this one.
 */
export class ConfirmDispatcher {
  private readonly logger = new Logger('PortOneWebhook');

  constructor(
    private readonly scoped: ScopedHandlers,
    private readonly timers: WebhookTimers,
  ) {}

  async ask(
    handler: WebhookHandler | undefined,
    event: AnyWebhookEvent,
    question: WebhookDelivery,
  ): Promise<WebhookAnswer> {
    if (handler === undefined) {
      this.logger.error(
        `Transaction.Confirm ${question.id}: no @PortOneConfirm handler, so the payment was refused. Add one, or remove confirmUrl from the payment request.`,
      );
      return confirmRefused(UNAVAILABLE);
    }
    const abort = new LazySignal();
    const delivery = new TakenUpDelivery(question, 1, abort);
    const observed = observeHandler(handler.id, event, delivery);
    const ask = async (): Promise<unknown> => await handler.invoke(event, delivery, this.scoped.resolver(question));
    const answer = await this.timers.within(
      this.verdict(handler, delivery, observed === undefined ? ask : () => observed.run(ask)),
      CONFIRM_TIMEOUT_MS,
    );
    if (answer !== undefined) return answer;
    observed?.overdue();
    abort.abort(new Error(`The verdict did not come within ${CONFIRM_TIMEOUT_MS} ms.`));
    this.logger.error(
      `Transaction.Confirm ${question.id}: ${handler.id} gave no verdict within ${CONFIRM_TIMEOUT_MS} ms, so the payment was refused.`,
    );
    return confirmRefused(UNAVAILABLE);
  }

  private async verdict(
    handler: WebhookHandler,
    delivery: WebhookDelivery,
    ask: () => Promise<unknown>,
  ): Promise<WebhookAnswer> {
    try {
      const returned = await ask();
      if (returned === undefined) return APPROVED;
      this.logger.error(
        `Transaction.Confirm ${delivery.id}: ${handler.id} returned a value, so the payment was refused. Return nothing to approve; throw new ConfirmRejection('…') to refuse.`,
      );
    } catch (error) {
      if (isRejection(error)) return confirmRefused(messageFor(error.errorMessage));
      this.logger.error(
        `Transaction.Confirm ${delivery.id}: ${handler.id} failed, so the payment was refused.`,
        describeThrown(error),
      );
    }
    return confirmRefused(UNAVAILABLE);
  }
}

/** Plain JavaScript may reject with no text at all; the buyer still reads one. */
function messageFor(errorMessage: unknown): string {
  return typeof errorMessage === 'string' && errorMessage !== '' ? errorMessage : UNAVAILABLE;
}
