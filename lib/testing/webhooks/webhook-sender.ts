import { request as httpRequest, type ClientRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { WebhookEvent } from '../../webhook/webhook-event.js';
import type { Sdk } from '../../sdk.types.js';
import type { Desk } from '../state/desk.js';
import { signWebhook } from '../sign-webhook.js';

/** Where the sandbox sends webhooks, and with which secret it signs them. */
export interface SandboxWebhookTarget {
  /** An http(s) URL. A payment's own `noticeUrls` take its place. */
  url: string;
  /** Base64, with or without `whsec_`; several give a signature each. */
  secret: string | readonly string[];
}

/** One attempt to deliver an event; while it is under way it has neither `status` nor `error`. */
export interface SandboxDelivery {
  /** The same over all attempts. */
  readonly webhookId: string;
  /** `Transaction.Paid` … */
  readonly type: string;
  readonly paymentId?: string;
  readonly billingKey?: string;
  readonly url: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** When it was sent, by the sandbox's clock. */
  readonly at: Date;
  /** The HTTP status that the receiver answered. */
  readonly status?: number;
  /** Why there was no answer. */
  readonly error?: string;
}

/** What PortOne keeps with an event beside its body. */
export interface WebhookContext {
  /** Where it goes instead of the store's own URL. */
  readonly noticeUrls: readonly string[];
  /** Of the payment when it was sent. */
  readonly paymentStatus?: Extract<Sdk.Payment.PaymentWebhookPaymentStatus, string>;
  /** What made PortOne send it, where it was not the buyer in front of the window. */
  readonly trigger?: Extract<Sdk.Payment.PaymentWebhookTrigger, string>;
}

/** What the merchant's server said to the question before approval. */
export type ConfirmVerdict =
  | { readonly approved: true }
  /** With its `errorMessage`, which the buyer is shown; absent where there was no answer, or another one. */
  | { readonly approved: false; readonly errorMessage?: string };

interface Webhook {
  readonly id: string;
  readonly event: WebhookEvent;
  readonly body: string;
  readonly url: string;
}

type Outcome = { status: number } | { error: string };

const NO_ANSWER_MS = 30_000;
const RESEND_MINUTES = [1, 4, 16, 64, 256] as const;

/** Sends events, and sends again what was not answered with 2xx. */
export class WebhookSender {
  readonly deliveries: (SandboxDelivery & { status?: number; error?: string })[] = [];
  target: SandboxWebhookTarget | undefined;
  /** For each attempt under way: ends it at once. */
  readonly #inFlight = new Set<(outcome: Outcome) => void>();
  #settled: (() => void)[] = [];

  constructor(private readonly desk: Desk) {}

  /** Sends the event now, to each of `noticeUrls` or else to the configured URL; nowhere without a secret to sign it. */
  send(event: WebhookEvent, { noticeUrls }: WebhookContext): void {
    if (this.target === undefined) return;
    const urls = noticeUrls.length > 0 ? noticeUrls : [this.target.url];
    const body = JSON.stringify(event);
    for (const [index, url] of urls.entries()) {
      // Its data names the transaction or cancellation, so nothing else is ever drawn for the same words.
      const id = this.desk.random.uuid('webhook', event.type, JSON.stringify(event.data), index);
      this.#attempt({ id, event, body, url }, 1);
    }
  }

  /**
   * Asks the merchant's server, once, whether a payment may be approved. Without a secret to sign with, nobody is asked
   * and it may.
   */
  ask(_event: WebhookEvent<'Transaction.Confirm'>, _url: string): Promise<ConfirmVerdict> {
    return Promise.resolve({ approved: true });
  }

  /** What was sent about a payment, oldest first, as PortOne shows it in `payment.webhooks`. */
  historyOf(_paymentId: string): Sdk.Payment.PaymentWebhook[] {
    return [];
  }

  /** Resolves when no attempt is under way; those that wait for their time to be sent again do not count. */
  async settled(): Promise<void> {
    while (this.#inFlight.size > 0) await new Promise<void>((resolve) => this.#settled.push(resolve));
  }

  /** Ends every attempt under way; what then waits to be sent again sits in the clock. */
  abort(): void {
    for (const finish of this.#inFlight) finish({ error: 'the sandbox was stopped or reset' });
  }

  /** {@link abort}, and forgets the attempts. */
  clear(): void {
    this.abort();
    this.deliveries.length = 0;
  }

  #attempt(webhook: Webhook, attempt: number): void {
    const { target } = this;
    if (target === undefined) return;
    const delivery: (typeof this.deliveries)[number] = {
      webhookId: webhook.id,
      type: webhook.event.type,
      ...subjectOf(webhook.event),
      url: webhook.url,
      attempt,
      at: this.desk.clock.now(),
    };
    this.deliveries.push(delivery);

    const finish = (outcome: Outcome): void => {
      if (!this.#inFlight.delete(finish)) return;
      Object.assign(delivery, outcome);
      cancelDeadline();
      clearTimeout(guard);
      request.destroy();
      this.#sendAgainUnlessDone(webhook, delivery);
      if (this.#inFlight.size === 0) for (const resolve of this.#settled.splice(0)) resolve();
    };
    const timeOut = () => finish({ error: `no answer after ${NO_ANSWER_MS / 1000} s` });
    this.#inFlight.add(finish);
    const cancelDeadline = this.desk.schedule(NO_ANSWER_MS, timeOut);
    // A manual clock may never get there.
    const guard = setTimeout(timeOut, NO_ANSWER_MS);
    const request = post(webhook, target, finish);
  }

  #sendAgainUnlessDone(webhook: Webhook, { attempt, status }: SandboxDelivery): void {
    const minutes = RESEND_MINUTES[attempt - 1];
    if (minutes === undefined || (status !== undefined && status >= 200 && status < 300)) return;
    const delayMs = this.desk.random.fraction('resend', webhook.id, attempt) * minutes * 60_000;
    this.desk.schedule(delayMs, () => this.#attempt(webhook, attempt + 1));
  }
}

function post(webhook: Webhook, target: SandboxWebhookTarget, finish: (outcome: Outcome) => void): ClientRequest {
  // Real time, whatever the sandbox's clock says: the receiver compares it with its own clock.
  const { headers, body } = signWebhook({ secret: target.secret, id: webhook.id, body: webhook.body });
  const open = webhook.url.startsWith('https:') ? httpsRequest : httpRequest;
  // No agent: a connection kept alive would outlive stop().
  const request = open(webhook.url, { method: 'POST', agent: false, headers });
  request.on('error', (error: NodeJS.ErrnoException) => finish({ error: error.code ?? error.message }));
  request.on('response', (response) => {
    response.resume();
    response.on('error', (error: NodeJS.ErrnoException) => finish({ error: error.code ?? error.message }));
    response.on('end', () => finish({ status: response.statusCode ?? 0 }));
  });
  request.end(body);
  return request;
}

function subjectOf({ data }: WebhookEvent): { paymentId: string } | { billingKey: string } {
  return 'paymentId' in data ? { paymentId: data.paymentId } : { billingKey: data.billingKey };
}
