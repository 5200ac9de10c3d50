import type { WebhookEvent, WebhookEventType } from '../webhook/webhook-event.js';

const payment = { paymentId: 'payment-1', storeId: 'store-sandbox', transactionId: 'transaction-1' };
const cancelled = { ...payment, cancellationId: 'cancellation-1' };
const billing = { billingKey: 'billing-key-1', storeId: 'store-sandbox' };

/** The data of an event of each type. */
export const SAMPLE_DATA: { readonly [T in WebhookEventType]: WebhookEvent<T>['data'] } = {
  'Transaction.Ready': payment,
  'Transaction.Paid': payment,
  'Transaction.VirtualAccountIssued': payment,
  'Transaction.PartialCancelled': cancelled,
  'Transaction.Cancelled': cancelled,
  'Transaction.Failed': payment,
  'Transaction.PayPending': payment,
  'Transaction.CancelPending': cancelled,
  'Transaction.DisputeCreated': payment,
  'Transaction.DisputeResolved': payment,
  'Transaction.Confirm': { ...payment, totalAmount: 1000 },
  'BillingKey.Ready': billing,
  'BillingKey.Issued': billing,
  'BillingKey.Failed': billing,
  'BillingKey.Deleted': billing,
  'BillingKey.Updated': billing,
};

export function isKnownType(type: string): type is WebhookEventType {
  return Object.hasOwn(SAMPLE_DATA, type);
}
