import type { PaymentId, ScheduleId } from '../payment-id.js';
import type { SubscriptionEvent } from './subscription-events.js';

/** What becomes of an attempt. */
export type AttemptChange =
  /** PortOne has a schedule. */
  | { readonly type: 'scheduled'; readonly paymentId: PaymentId; readonly scheduleId: ScheduleId }
  /** Its time has come without a schedule: it is paid now. */
  | { readonly type: 'past-due'; readonly paymentId: PaymentId }
  /** It is sent once more. */
  | { readonly type: 'sending'; readonly paymentId: PaymentId }
  /** Nothing of it is at PortOne, and the idempotency key's life is over: it begins anew. */
  | { readonly type: 'renewed'; readonly paymentId: PaymentId }
  /** PortOne refused for good; nothing was scheduled or charged. */
  | { readonly type: 'refused'; readonly paymentId: PaymentId; readonly reason: string }
  /** The provider refused, and whether it charged all the same cannot be seen yet. */
  | { readonly type: 'in-doubt'; readonly paymentId: PaymentId; readonly reason: string }
  /** The revocation came too late: the charge is made or under way. */
  | { readonly type: 'processed'; readonly paymentId: PaymentId }
  | { readonly type: 'paid'; readonly paymentId: PaymentId }
  | { readonly type: 'failed'; readonly paymentId: PaymentId; readonly reason: string }
  | { readonly type: 'revoked'; readonly paymentId: PaymentId }
  /** Looked at, and there is nothing new. */
  | { readonly type: 'looked'; readonly paymentId: PaymentId };

/** All that can happen to a subscription. */
export type SubscriptionChange =
  | AttemptChange
  /** The next attempt to charge the present cycle is made. */
  | { readonly type: 'attempt' }
  | { readonly type: 'told'; readonly event: SubscriptionEvent }
  /** A surplus payment was given back, or its provider would not. */
  | { readonly type: 'refunded'; readonly paymentId: PaymentId; readonly refund: 'SUCCEEDED' | 'FAILED' }
  /** The billing key is gone, or is not to be deleted any more. */
  | { readonly type: 'key-settled'; readonly billingKey: string }
  /** Going on failed, or there was nothing to be done yet. */
  | { readonly type: 'setback' }
  /** There is nothing to be done now, and `checkAt` is to say so. */
  | { readonly type: 'rest' }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  | { readonly type: 'cancel'; readonly deleteBillingKey: boolean }
  | { readonly type: 'change-billing-key'; readonly billingKey: string; readonly deleteOld: boolean };
