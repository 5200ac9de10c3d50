import { DELIVERY_FAULTS, CONFIRM_FAULTS, type DeliveryFault } from '../faults/faults.js';
import { Refusal } from '../http/refusal.js';
import type { Sdk } from '../../sdk.types.js';
import type { Desk } from '../state/desk.js';
import { millisecondsOf } from '../time/duration.js';
import type { WebhookEvent } from '../../webhook/webhook-event.js';
import { Deliverer } from './deliverer.js';
import type { Outcome } from './post.js';
import { WebhookHistory } from './webhook-history.js';
import {
  subjectOf,
  type ConfirmVerdict,
  type SandboxDelivery,
  type SandboxWebhookTarget,
  type Webhook,
  type WebhookContext,
} from './webhook.js';

const NO_ANSWER_MS = 30_000;
const NO_VERDICT_MS = 10_000;
const RESEND_MINUTES = [1, 4, 16, 64, 256] as const;
const MOST_MANUAL = 5;
// Whoever asks for a re-send waits for its answer.
const MANUAL_FAULTS = DELIVERY_FAULTS.filter((fault) => fault !== 'reorder' && fault !== 'delay');
const UNORDERED_FAULTS = DELIVERY_FAULTS.filter((fault) => fault !== 'reorder');

/** Sends the events of one store, and sends again what was not acknowledged. */
export class WebhookSender {
  readonly #deliverer: Deliverer;
  readonly #history = new WebhookHistory();
  /** How many events each payment and billing key had: ids are drawn for it. */
  readonly #told = new Map<string, number>();
  /** Sends what the fault `reorder` holds back. */
  #held: (() => void) | undefined;

  constructor(private readonly desk: Desk) {
    this.#deliverer = new Deliverer(desk);
  }

  get deliveries(): readonly SandboxDelivery[] {
    return this.#deliverer.deliveries;
  }

  get target(): SandboxWebhookTarget | undefined {
    return this.#deliverer.target;
  }

  set target(target: SandboxWebhookTarget | undefined) {
    this.#deliverer.target = target;
  }

  /** Sends the event now, to each of `noticeUrls` or else to the configured URL; nowhere without a secret to sign it. */
  send(event: WebhookEvent, context: WebhookContext): void {
    if (this.target === undefined) return;
    const triggeredAt = this.desk.clock.now().toISOString();
    const release = this.#held;
    this.#held = undefined;
    const { url: own } = this.target;
    const urls = context.noticeUrls.length > 0 || own === undefined ? context.noticeUrls : [own];
    for (const url of urls) {
      const webhook: Webhook = { id: this.#nextId(event), event, url, context, triggeredAt };
      void this.#attempt(webhook, 1, release === undefined).then(release);
    }
  }

  /**
   * Asks the merchant's server, once, whether a payment may be approved. Without a secret to sign with, nobody is asked
   * and it may. The status decides; of a refusal the body's `errorMessage` is handed on.
   */
  async ask(event: WebhookEvent<'Transaction.Confirm'>, url: string): Promise<ConfirmVerdict> {
    if (this.target === undefined) return { approved: true };
    const fault = this.#strike(CONFIRM_FAULTS, event)?.fault;
    const outcome = await this.#deliverer.deliver(
      { id: this.#nextId(event), event, url, attempt: 1, manual: false, fault },
      NO_VERDICT_MS,
    );
    if (isAccepted(outcome, this.desk.undocumented.confirmedBy)) return { approved: true };
    const errorMessage = 'body' in outcome ? errorMessageOf(outcome.body) : undefined;
    return { approved: false, ...(errorMessage !== undefined && { errorMessage }) };
  }

  /** What was sent about a payment, oldest first, as PortOne shows it in `payment.webhooks`. */
  historyOf(paymentId: string): Sdk.Payment.PaymentWebhook[] {
    return this.#history.of(paymentId);
  }

  /**
   * Sends one again, once, and waits for its answer. What waits to be sent again by itself is left alone.
   *
   * @param webhookId - absent: the payment's latest
   * @throws Refusal `WEBHOOK_NOT_FOUND`; `MAX_WEBHOOK_RETRY_COUNT_REACHED` after five of one id
   */
  async resend(paymentId: string, webhookId?: string): Promise<Sdk.Payment.PaymentWebhook> {
    const found = this.#history.find(paymentId, webhookId);
    if (!found) {
      const message = webhookId === undefined ? 'has no webhook' : `has no webhook ${webhookId}`;
      throw new Refusal('WEBHOOK_NOT_FOUND', { message: `Payment ${paymentId} ${message}.` });
    }
    const { webhook, id, manualCount } = found;
    if (manualCount >= MOST_MANUAL) {
      throw new Refusal('MAX_WEBHOOK_RETRY_COUNT_REACHED', {
        message: `Webhook ${id} was re-sent ${MOST_MANUAL} times.`,
      });
    }
    const fault = this.#strike(MANUAL_FAULTS, webhook.event)?.fault;
    return (await this.#deliver(webhook, { id, attempt: manualCount + 1, manual: true, fault })).shown;
  }

  /** Resolves when no attempt is under way; those that wait for their time to be sent again do not count. */
  settled(): Promise<void> {
    return this.desk.underWay.idle();
  }

  /** Ends every attempt under way; what waits to be sent again sits in the clock. */
  abort(): void {
    this.#held = undefined;
    this.#deliverer.abort();
  }

  /** {@link abort}, and forgets the attempts. */
  clear(): void {
    this.abort();
    this.#deliverer.deliveries.length = 0;
    this.#history.clear();
    this.#told.clear();
  }

  #nextId(event: WebhookEvent): string {
    const subject = JSON.stringify(subjectOf(event));
    const before = this.#told.get(subject) ?? 0;
    this.#told.set(subject, before + 1);
    return this.desk.random.uuid('webhook', subject, before);
  }

  #strike<F extends DeliveryFault['fault']>(kinds: readonly F[], event: WebhookEvent) {
    return this.desk.faults.strike(kinds, { operation: event.type, ...subjectOf(event) });
  }

  /** Resolves when the attempt, which a fault may put off, has its answer. */
  async #attempt(webhook: Webhook, attempt: number, mayHold: boolean): Promise<void> {
    const kinds = mayHold && this.#held === undefined ? DELIVERY_FAULTS : UNORDERED_FAULTS;
    const struck = this.#strike(kinds, webhook.event);
    if (struck?.fault === 'reorder') await new Promise<void>((resolve) => (this.#held = resolve));
    if (struck?.fault === 'delay') {
      const delayMs = millisecondsOf(struck.delay, 'delay');
      await new Promise<void>((resolve) => this.desk.schedule(delayMs, resolve));
    }
    await this.#sendAndFollow(webhook, attempt, struck?.fault);
  }

  async #sendAndFollow(webhook: Webhook, attempt: number, fault: DeliveryFault['fault'] | undefined): Promise<void> {
    const { desk } = this;
    const renamed = attempt > 1 && desk.undocumented.resentWebhookId === 'new';
    const id = renamed ? desk.random.uuid('webhook', webhook.id, attempt) : webhook.id;
    const sending = { id, attempt, manual: false, fault };
    if (fault === 'duplicate') void this.#deliver(webhook, sending);
    const { outcome, acknowledged } = await this.#deliver(webhook, sending);
    const minutes = RESEND_MINUTES[attempt - 1];
    if (acknowledged || minutes === undefined || ('aborted' in outcome && outcome.aborted)) return;
    const delayMs = desk.random.fraction('resend', webhook.id, attempt) * minutes * 60_000;
    desk.schedule(delayMs, () => void this.#attempt(webhook, attempt + 1, true));
  }

  async #deliver(
    webhook: Webhook,
    how: { id: string; attempt: number; manual: boolean; fault: DeliveryFault['fault'] | undefined },
  ): Promise<{ outcome: Outcome; acknowledged: boolean; shown: Sdk.Payment.PaymentWebhook }> {
    const { event, url } = webhook;
    const sending = { ...how, event, url };
    const most = how.manual ? MOST_MANUAL : 1 + RESEND_MINUTES.length;
    const end = this.#history.begin(webhook, sending, most, () => this.desk.clock.now().toISOString());
    const outcome = await this.#deliverer.deliver(sending, NO_ANSWER_MS);
    const acknowledged = isAccepted(outcome, this.desk.undocumented.acknowledgedBy);
    return { outcome, acknowledged, shown: end(outcome, acknowledged) };
  }
}

function isAccepted(outcome: Outcome, by: 'any-2xx' | 'only-200'): boolean {
  if ('error' in outcome) return false;
  return by === 'only-200' ? outcome.status === 200 : outcome.status >= 200 && outcome.status < 300;
}

function errorMessageOf(body: string): string | undefined {
  try {
    const { errorMessage } = JSON.parse(body) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : undefined;
  } catch {
    return undefined;
  }
}
