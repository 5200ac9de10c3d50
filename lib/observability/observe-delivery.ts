import { HttpException } from '@nestjs/common';

import type { ExhaustedWebhook } from '../webhook/portone-webhook-events.js';
import type { WebhookAnswer } from '../webhook/webhook-answer.js';
import type { WebhookDelivery } from '../webhook/webhook-delivery.js';
import type { AnyWebhookEvent } from '../webhook/webhook-event.js';
import { isDiscard, isRejection } from '../webhook/webhook-refusals.js';
import type { ReceivedWebhook } from '../webhook/webhook.receiver.js';
import { DELIVERY, EXHAUSTED, HANDLER, REFUSED, VERIFIED } from './channels.js';
import { errorTypeOf } from './error-type.js';
import type {
  PortOneDeliveryMessage,
  PortOneDeliveryName,
  PortOneDeliveryVia,
  PortOneExhaustedMessage,
  PortOneHandlerMessage,
  PortOneRefusedMessage,
  PortOneVerifiedMessage,
} from './messages.js';
import { Observation } from './observation.js';

type Named = Pick<WebhookDelivery, 'id' | 'account'>;

/** A delivery that somebody looks on; `undefined` when nobody does. */
export function observeDelivery(
  via: PortOneDeliveryVia,
  event: AnyWebhookEvent,
  delivery: Named,
  carrier: Readonly<Record<string, string>> = {},
): ObservedDelivery | undefined {
  return DELIVERY.hasSubscribers ? new ObservedDelivery(via, event, delivery, carrier) : undefined;
}

export class ObservedDelivery {
  private readonly observation: Observation<PortOneDeliveryMessage>;

  constructor(
    via: PortOneDeliveryVia,
    event: AnyWebhookEvent,
    delivery: Named,
    carrier: Readonly<Record<string, string>>,
  ) {
    this.observation = new Observation(DELIVERY, { ...nameOf(event, delivery), via, carrier: { ...carrier } });
  }

  /** What subscribers want to find again in the delivery's jobs. */
  get carrier(): Readonly<Record<string, string>> {
    return this.observation.message.carrier;
  }

  run<R>(work: () => Promise<R>, answerOf: (result: R) => WebhookAnswer): Promise<R> {
    return this.observation.run(
      work,
      (result) => answered(answerOf(result)),
      (error) => ({ errorType: errorTypeOf(error) }),
    );
  }
}

/** An attempt of a handler that somebody looks on; `undefined` when nobody does. */
export function observeHandler(
  handler: string,
  event: AnyWebhookEvent,
  delivery: Pick<WebhookDelivery, 'id' | 'account' | 'attempt'>,
): ObservedHandler | undefined {
  return HANDLER.hasSubscribers ? new ObservedHandler(handler, event, delivery) : undefined;
}

export class ObservedHandler {
  private readonly observation: Observation<PortOneHandlerMessage>;

  constructor(handler: string, event: AnyWebhookEvent, delivery: Pick<WebhookDelivery, 'id' | 'account' | 'attempt'>) {
    this.observation = new Observation(HANDLER, { ...nameOf(event, delivery), handler, attempt: delivery.attempt });
  }

  run<R>(work: () => Promise<R>): Promise<R> {
    return this.observation.run(work, () => ({ outcome: 'completed' }), thrown);
  }

  /** Its time is up, and it is not known whether it ever ends. */
  overdue(): void {
    this.observation.end({ outcome: 'overdue', errorType: 'timeout' });
  }
}

/** Tells whether a request was let through. */
export function observeReceipt(account: string | undefined, receive: () => ReceivedWebhook): ReceivedWebhook {
  try {
    const received = receive();
    const { event, delivery } = received;
    const { deliveryId, eventType } = nameOf(event, delivery);
    const message: PortOneVerifiedMessage = {
      ...(account !== undefined && { account }),
      deliveryId,
      eventType,
      bytes: delivery.rawBody.length,
    };
    VERIFIED.publish(message);
    return received;
  } catch (error) {
    if (error instanceof HttpException) {
      const { type } = error.getResponse() as { type?: unknown };
      tellRefused(account, error.getStatus(), typeof type === 'string' ? type : errorTypeOf(error));
    } else tellRefused(account, 500, errorTypeOf(error));
    throw error;
  }
}

export function tellRefused(account: string | undefined, status: number, reason: string): void {
  if (!REFUSED.hasSubscribers) return;
  const message: PortOneRefusedMessage = { ...(account !== undefined && { account }), status, reason };
  REFUSED.publish(message);
}

export function tellExhausted(exhausted: ExhaustedWebhook): void {
  if (!EXHAUSTED.hasSubscribers) return;
  const { event, delivery, attempts } = exhausted;
  const message: PortOneExhaustedMessage = { ...nameOf(event, delivery), attempts };
  EXHAUSTED.publish(message);
}

export function isReceiptObserved(): boolean {
  return VERIFIED.hasSubscribers || REFUSED.hasSubscribers;
}

function nameOf(event: AnyWebhookEvent, { id, account }: Named): PortOneDeliveryName & { account?: string } {
  const { data } = event as { data?: { paymentId?: unknown } };
  const paymentId = data?.paymentId;
  return {
    ...(account !== undefined && { account }),
    deliveryId: id,
    eventType: event.type as string,
    ...(typeof paymentId === 'string' && { paymentId }),
  };
}

function answered({ status, body }: WebhookAnswer): Partial<PortOneDeliveryMessage> {
  // The question before an approval is answered with less: nothing, or what the buyer reads.
  const said = body['status'] ?? body['type'];
  const answer = typeof said === 'string' ? said : status === 200 ? 'approved' : 'rejected';
  const isFailure = status >= 500 && answer !== 'WEBHOOK_IN_PROGRESS';
  return { status, answer, ...(isFailure && { errorType: answer }) };
}

function thrown(error: unknown): Partial<PortOneHandlerMessage> {
  if (isDiscard(error)) return { outcome: 'discarded' };
  if (isRejection(error)) return { outcome: 'rejected' };
  return { outcome: 'failed', errorType: errorTypeOf(error) };
}
