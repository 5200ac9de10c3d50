import type { Sdk } from '../../../sdk.types.js';
import type { WebhookEvent } from '../../../webhook/webhook-event.js';
import type { Attempt } from './attempt.js';
import type { Desk } from '../desk.js';

type TransactionType = Extract<WebhookEvent['type'], `Transaction.${string}`>;
type CancelType = 'Transaction.Cancelled' | 'Transaction.PartialCancelled' | 'Transaction.CancelPending';
type Trigger = Extract<Sdk.Payment.PaymentWebhookTrigger, string>;

/** Sends what happened to a payment; its status by then goes along. */
export function tellPayment(
  desk: Desk,
  type: Exclude<TransactionType, CancelType | 'Transaction.Confirm'>,
  attempt: Attempt,
  trigger?: Trigger,
): void {
  send(desk, { type, timestamp: desk.clock.now().toISOString(), data: subjectOf(desk, attempt) }, attempt, trigger);
}

export function tellCancellation(
  desk: Desk,
  type: CancelType,
  attempt: Attempt,
  cancellationId: string,
  trigger?: Trigger,
): void {
  const data = { ...subjectOf(desk, attempt), cancellationId };
  send(desk, { type, timestamp: desk.clock.now().toISOString(), data }, attempt, trigger);
}

/** The question whether it may be approved. */
export function confirmQuestion(desk: Desk, attempt: Attempt): WebhookEvent<'Transaction.Confirm'> {
  const data = { ...subjectOf(desk, attempt), totalAmount: attempt.payment.amount.total };
  return { type: 'Transaction.Confirm', timestamp: desk.clock.now().toISOString(), data };
}

function send(desk: Desk, event: WebhookEvent, { payment, request }: Attempt, trigger: Trigger | undefined): void {
  const { noticeUrls } = request;
  desk.webhooks.send(event, { noticeUrls, paymentStatus: payment.status, ...(trigger && { trigger }) });
}

function subjectOf({ storeId }: Desk, { payment }: Attempt) {
  return { paymentId: payment.id, storeId, transactionId: payment.transactionId };
}
