import type { Sdk } from '../../sdk.types.js';
import { EXCERPT_CHARACTERS } from './deliverer.js';
import { bodyOf } from './forgery.js';
import type { Outcome } from './post.js';
import { subjectOf, type Sending, type Webhook } from './webhook.js';

interface Entry {
  readonly webhook: Webhook;
  shown: Sdk.Payment.PaymentWebhook;
}

/**
 * What was sent about each payment, as PortOne shows it: an entry per `webhook-id`, which its latest attempt stands in,
 * and another for those attempts of it that were asked for by hand.
 */
export class WebhookHistory {
  readonly #entries = new Map<string, Entry[]>();

  clear(): void {
    this.#entries.clear();
  }

  of(paymentId: string): Sdk.Payment.PaymentWebhook[] {
    return (this.#entries.get(paymentId) ?? []).map(({ shown }) => shown);
  }

  /** @returns the latest without an id */
  find(paymentId: string, webhookId?: string): { webhook: Webhook; id: string; manualCount: number } | undefined {
    const entries = this.#entries.get(paymentId) ?? [];
    const sent = entries.filter(({ shown }) => shown.trigger !== 'MANUAL');
    const found = webhookId === undefined ? sent.at(-1) : sent.find(({ shown }) => shown.id === webhookId);
    if (!found) return undefined;
    const { id } = found.shown;
    const manual = entries.find(({ shown }) => shown.id === id && shown.trigger === 'MANUAL');
    return { webhook: found.webhook, id, manualCount: manual?.shown.currentExecutionCount ?? 0 };
  }

  /** An attempt begins. @returns ends it, with what PortOne then shows */
  begin(
    webhook: Webhook,
    sending: Sending,
    maxExecutionCount: number,
    now: () => string,
  ): (outcome: Outcome, acknowledged: boolean) => Sdk.Payment.PaymentWebhook {
    const { paymentStatus, trigger } = webhook.context;
    const requestedAt = now();
    const begun: Sdk.Payment.PaymentWebhook = {
      ...(paymentStatus && { paymentStatus }),
      id: sending.id,
      url: sending.url,
      isAsync: trigger !== undefined,
      currentExecutionCount: sending.attempt,
      maxExecutionCount,
      ...(sending.manual ? { trigger: 'MANUAL' } : trigger && { trigger }),
      request: {
        // Without time and signature: PortOne's own header text is not documented, and runs of one seed are to agree.
        header: `content-type: application/json\nwebhook-id: ${sending.id}`,
        body: bodyOf(sending.event, sending.fault),
        requestedAt,
      },
      triggeredAt: sending.manual ? requestedAt : webhook.triggeredAt,
    };
    const entry = this.#put(webhook, begun);
    return (outcome, acknowledged) => {
      entry.shown = { ...begun, ...resultOf(outcome, acknowledged, now()) };
      return entry.shown;
    };
  }

  #put(webhook: Webhook, shown: Sdk.Payment.PaymentWebhook): Entry {
    const subject = subjectOf(webhook.event);
    const entry: Entry = { webhook, shown };
    // PortOne shows none for a billing key.
    if (!('paymentId' in subject)) return entry;
    const entries = this.#entries.get(subject.paymentId) ?? [];
    const same = entries.findIndex(
      (other) => other.shown.id === shown.id && (other.shown.trigger === 'MANUAL') === (shown.trigger === 'MANUAL'),
    );
    entries.splice(same === -1 ? entries.length : same, 1, entry);
    this.#entries.set(subject.paymentId, entries);
    return entry;
  }
}

function resultOf(
  outcome: Outcome,
  acknowledged: boolean,
  respondedAt: string,
): Pick<Sdk.Payment.PaymentWebhook, 'status' | 'response'> {
  if ('error' in outcome) return { status: 'FAILED_UNEXPECTED_ERROR' };
  return {
    status: acknowledged ? 'SUCCEEDED' : 'FAILED_NOT_OK_RESPONSE',
    response: {
      code: String(outcome.status),
      header: outcome.contentType && `content-type: ${outcome.contentType}`,
      body: outcome.body.slice(0, EXCERPT_CHARACTERS),
      respondedAt,
    },
  };
}
