import type { Sdk } from '../sdk.types.js';
import type { PaymentService } from '../services/payment.service.js';
import { ReceivedDelivery } from '../webhook/webhook-delivery.js';
import { CONFIRM_TYPE } from '../webhook/webhook-event.js';
import type { WebhookVerifier } from '../webhook/webhook-verifier.js';
import type { WebhookDispatcher } from '../webhook/webhook.dispatcher.js';
import { inParallel } from '../in-parallel.js';
import { changedPayments, type StoreSpan } from './payment-sources.js';

/** What a webhook is brought to its handlers with. */
export interface RedeliveryMeans {
  readonly dispatcher: Pick<WebhookDispatcher, 'dispatch'>;
  readonly verifier: Pick<WebhookVerifier, 'parse'>;
  /** The account's name; none for the unnamed one. */
  readonly account: string | undefined;
}

/** What `redeliverFailed` did. */
export interface RedeliverySummary {
  /** Payments with a webhook that PortOne could not deliver. */
  readonly payments: number;
  /** Webhooks whose handlers are through, now or before. */
  readonly handled: number;
  /** Webhooks whose handlers failed again, and those whose event could not be read. */
  readonly failed: readonly { readonly paymentId: string; readonly webhookId: string }[];
}

const FAILED: readonly Sdk.Payment.PaymentWebhookStatus[] = ['FAILED_NOT_OK_RESPONSE', 'FAILED_UNEXPECTED_ERROR'];

/** Brings the webhooks that failed to their handlers, those of one payment one after another. */
export async function redeliver(
  payments: PaymentService,
  means: RedeliveryMeans,
  span: StoreSpan,
  concurrency: number,
): Promise<RedeliverySummary> {
  const failed: { paymentId: string; webhookId: string }[] = [];
  const found = new Set<string>();
  let handled = 0;
  for (const webhookStatus of FAILED) {
    await inParallel(changedPayments(payments, span, { webhookStatus }), concurrency, async (listed) => {
      const { id: paymentId } = listed;
      // At the edges of pages one comes twice.
      if (found.has(paymentId)) return;
      found.add(paymentId);
      for (const webhook of undelivered(
        listed.webhooks ?? (await webhooksOf(payments, { paymentId, storeId: span.storeId })),
      )) {
        if (await isHandled(webhook, means)) handled += 1;
        else failed.push({ paymentId, webhookId: webhook.id });
      }
    });
  }
  return { payments: found.size, handled, failed };
}

async function webhooksOf(
  payments: PaymentService,
  which: { paymentId: string; storeId: string },
): Promise<readonly Sdk.Payment.PaymentWebhook[]> {
  const { webhooks } = (await payments.getPayment(which)) as Sdk.Payment.PaidPayment;
  return webhooks ?? [];
}

/** Those that failed and were not delivered by another attempt either, in the order in which they were told. */
function undelivered(webhooks: readonly Sdk.Payment.PaymentWebhook[]): Sdk.Payment.PaymentWebhook[] {
  const delivered = new Set(webhooks.filter(({ status }) => status === 'SUCCEEDED').map(({ id }) => id));
  const failed = webhooks.filter(({ id, status }) => status !== undefined && !delivered.has(id));
  const byId = new Map(failed.map((webhook) => [webhook.id, webhook]));
  return [...byId.values()].sort((a, b) => Date.parse(a.triggeredAt ?? '') - Date.parse(b.triggeredAt ?? '') || 0);
}

/** By PortOne's own word, fetched with our secret: it needs no signature. */
async function isHandled(webhook: Sdk.Payment.PaymentWebhook, means: RedeliveryMeans): Promise<boolean> {
  const { request, triggeredAt } = webhook;
  if (request === undefined) return false;
  const rawBody = Buffer.from(request.body);
  const event = parsed(rawBody, means);
  if (event === undefined) return false;
  // The question before an approval has had its answer long since.
  if ((event.type as string) === CONFIRM_TYPE) return true;
  const toldAt = new Date(request.requestedAt ?? triggeredAt ?? Date.now());
  const delivery = new ReceivedDelivery(idOf(webhook), toldAt, rawBody, means.account, {});
  return (await means.dispatcher.dispatch(event, delivery)).status === 200;
}

function parsed(rawBody: Buffer, { verifier }: RedeliveryMeans): ReturnType<WebhookVerifier['parse']> | undefined {
  try {
    return verifier.parse(rawBody);
  } catch {
    return undefined;
  }
}

/** The `webhook-id` that the endpoint was sent, by which the inbox knows it: as the header says, where it is shown. */
function idOf({ id, request }: Sdk.Payment.PaymentWebhook): string {
  return /webhook-id["']?\s*[:=]\s*["'[]*([^\s"',;\]}]+)/i.exec(request?.header ?? '')?.[1] ?? id;
}
