import { isPortOneApiError } from '../errors/is-portone-api-error.js';
import type { Sdk } from '../sdk.types.js';
import { cancellableAmount } from './own-cancellation.js';
import type { RefundRecord } from './refund-journal.js';

/** Answers given in front of the operation: they say nothing of what an earlier request of the key has done. */
export const GATE_STATUSES: readonly unknown[] = [401, 403, 429];

/** Whether the payment was refused because of a change that this read does not show. */
export function isBehind(payment: Sdk.Payment.Payment, { request }: RefundRecord, error: unknown): boolean {
  const left = cancellableAmount(payment);
  if (isPortOneApiError(error, 'PAYMENT_ALREADY_CANCELLED')) return left > 0;
  return isPortOneApiError(error, 'CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN') && left === request.currentCancellableAmount;
}

/**
 * Money was given back behind the reading that this request was made of. It may have been by the request that was refused
 * before, with other terms: that one is what is looked for next.
 */
export function refusedRecord({ refusedRequest, ...record }: RefundRecord, error: unknown): RefundRecord {
  const isBroken = isPortOneApiError(error, 'PAYMENT_ALREADY_CANCELLED', 'CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN');
  const request = isBroken && refusedRequest !== undefined ? refusedRequest : record.request;
  return { ...record, request, state: 'REFUSED' };
}
