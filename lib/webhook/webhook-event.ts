import type { Sdk } from '../sdk.types.js';

/** Every event type that this version knows, `Transaction.Confirm` included. */
export type WebhookEventType = Extract<Sdk.Webhook.Webhook['type'], string>;

/**
 * An event, as PortOne sends it in version 2024-04-25: the official SDK's own type, by its `type`.
 *
 * @example
 * onPaid(event: WebhookEvent<'Transaction.Paid'>) { event.data.paymentId }
 */
export type WebhookEvent<T extends WebhookEventType = WebhookEventType> = Extract<Sdk.Webhook.Webhook, { type: T }>;

/** Any event, those newer than this version included: narrow by `type` before you read its `data`. */
export type AnyWebhookEvent = Sdk.Webhook.Webhook;

/** The question before an approval has a decorator of its own, `@PortOneConfirm`. */
type RoutedEventType = Exclude<WebhookEventType, 'Transaction.Confirm'>;

/** What `@PortOneWebhook` takes: a type, every type of a group, or everything. */
export type WebhookPattern = RoutedEventType | 'Transaction.*' | 'BillingKey.*' | '*';

/** The event that a handler of the pattern is given. `'*'` also gets those newer than this version. */
export type WebhookEventOf<P extends WebhookPattern> = P extends '*'
  ? Exclude<AnyWebhookEvent, WebhookEvent<'Transaction.Confirm'>>
  : P extends `${infer Group}.*`
    ? WebhookEvent<Extract<RoutedEventType, `${Group}.${string}`>>
    : P extends RoutedEventType
      ? WebhookEvent<P>
      : never;

// A record, so that the compiler misses none and takes none too many.
const KNOWN: Record<WebhookEventType, true> = {
  'Transaction.Ready': true,
  'Transaction.Paid': true,
  'Transaction.VirtualAccountIssued': true,
  'Transaction.PartialCancelled': true,
  'Transaction.Cancelled': true,
  'Transaction.Failed': true,
  'Transaction.PayPending': true,
  'Transaction.CancelPending': true,
  'Transaction.DisputeCreated': true,
  'Transaction.DisputeResolved': true,
  'Transaction.Confirm': true,
  'BillingKey.Ready': true,
  'BillingKey.Issued': true,
  'BillingKey.Failed': true,
  'BillingKey.Deleted': true,
  'BillingKey.Updated': true,
};

export const CONFIRM_TYPE = 'Transaction.Confirm';

/** The types that handlers are routed by. */
export const ROUTED_EVENT_TYPES: readonly string[] = Object.keys(KNOWN).filter((type) => type !== CONFIRM_TYPE);
