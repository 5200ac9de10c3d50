import type { Sdk } from '../sdk.types.js';
import type { WebhookEventOf } from '../webhook/webhook-event.js';
import { compareInstants, looselyOf, type LoosePayment } from './payment-state.js';

/** An event of a payment. */
export type PaymentWebhookEvent = WebhookEventOf<'Transaction.*'>;

/** What a list shows of a payment. */
export interface ListedPayment {
  readonly paymentId: string;
  /** That of an entry of the payments' list. */
  readonly statusChangedAt?: string | undefined;
  /** What an entry of the events' list says that happened. */
  readonly status?: string | undefined;
  /** How much of the payment was cancelled by then. */
  readonly cancelled?: number | undefined;
}

/**
 * The order in which an attempt may come by its states. A failed one may still turn out paid; what stands later says
 * that what stands before is past.
 */
const RANK: Readonly<Record<string, number>> = {
  READY: 0,
  PAY_PENDING: 1,
  VIRTUAL_ACCOUNT_ISSUED: 2,
  FAILED: 3,
  PAID: 4,
  PARTIAL_CANCELLED: 5,
  CANCELLED: 6,
};

const ANNOUNCED_STATUS: Partial<Readonly<Record<PaymentWebhookEvent['type'], string>>> = {
  'Transaction.Ready': 'READY',
  'Transaction.PayPending': 'PAY_PENDING',
  'Transaction.VirtualAccountIssued': 'VIRTUAL_ACCOUNT_ISSUED',
  'Transaction.Failed': 'FAILED',
  'Transaction.Paid': 'PAID',
  'Transaction.PartialCancelled': 'PARTIAL_CANCELLED',
  'Transaction.Cancelled': 'CANCELLED',
};

/** Whether the read shows what the event announced, or something later: an event may be told before reads know of it. */
export function showsAnnounced(payment: Sdk.Payment.Payment, event: PaymentWebhookEvent): boolean {
  const read = looselyOf(payment);
  const rank = RANK[read.status ?? ''];
  // A status newer than this version has no place in the order: nothing says that it is old.
  if (rank === undefined) return true;
  if (read.transactionId !== event.data.transactionId) return isLaterAttempt(read, rank, event);
  switch (event.type) {
    case 'Transaction.CancelPending':
      return hasCancellation(read, event.data.cancellationId);
    case 'Transaction.PartialCancelled':
    case 'Transaction.Cancelled':
      return rank >= rankOf(event) && hasCancellation(read, event.data.cancellationId, 'SUCCEEDED');
    // Only a paid one shows its disputes: not one that was cancelled since, in part or as a whole.
    case 'Transaction.DisputeCreated':
      return rank > rankOf(event) || (read.disputes ?? []).length > 0;
    case 'Transaction.DisputeResolved':
      return rank > rankOf(event) || (read.disputes ?? []).some(({ status }) => status === 'RESOLVED');
    default:
      return rank >= rankOf(event);
  }
}

/** Whether the read shows what a list showed, or something later: a list may know more than a read. */
export function showsListed(
  read: LoosePayment,
  { statusChangedAt = '', status = '', cancelled = 0 }: ListedPayment,
): boolean {
  if (compareInstants(read.statusChangedAt ?? '', statusChangedAt) < 0) return false;
  const [rank, listed] = [RANK[read.status ?? ''], RANK[status]];
  if (rank === undefined || listed === undefined) return true;
  const isCancelled = read.amount?.['cancelled'];
  return rank >= listed && (typeof isCancelled !== 'number' || isCancelled >= cancelled);
}

/** Of the attempts of a payment one may succeed, and then it stays; else the time tells which is the later. */
function isLaterAttempt(read: LoosePayment, rank: number, event: PaymentWebhookEvent): boolean {
  if (rank >= RANK['PAID']!) return rankOf(event) < RANK['PAID']!;
  return compareInstants(read.updatedAt ?? '', event.timestamp) > 0;
}

function rankOf({ type }: PaymentWebhookEvent): number {
  return RANK[ANNOUNCED_STATUS[type] ?? 'PAID']!;
}

/** An event that names no cancellation is shown by the status alone. */
function hasCancellation({ cancellations = [] }: LoosePayment, id: string | undefined, wanted?: string): boolean {
  if (id === undefined) return true;
  return cancellations.some((one) => one.id === id && (wanted === undefined || one.status === wanted));
}
