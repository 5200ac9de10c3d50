import type { DeliveryFault } from '../faults/faults.js';
import type { Sdk } from '../../sdk.types.js';
import type { WebhookEvent } from '../../webhook/webhook-event.js';

/** Where the sandbox sends webhooks, and with which secret it signs them. */
export interface SandboxWebhookTarget {
  /**
   * An http(s) URL. A payment's own `noticeUrls` take its place.
   * @default none: only what has `noticeUrls` is sent
   */
  url?: string;
  /** Base64, with or without `whsec_`; several give a signature each. */
  secret: string | readonly string[];
}

/** One attempt to deliver an event; while it is under way it has neither `status` nor `error`. */
export interface SandboxDelivery {
  /** The same over all attempts, unless `undocumented.resentWebhookId` is `'new'`. */
  readonly webhookId: string;
  /** `Transaction.Paid` … also where a fault had it sent under another name. */
  readonly type: string;
  readonly paymentId?: string;
  readonly billingKey?: string;
  readonly url: string;
  /** 1 for the first. Re-sends that somebody asked for are counted by themselves. */
  readonly attempt: number;
  /** Whether somebody asked for it to be sent again. */
  readonly manual: boolean;
  /** When it was sent, by the sandbox's clock. */
  readonly at: Date;
  /** The fault that it met. */
  readonly fault?: DeliveryFault['fault'];
  /** The HTTP status that the receiver answered. */
  readonly status?: number;
  /** The beginning of the answer's body, at most 2000 characters. */
  readonly answer?: string;
  /** Why there was no answer. */
  readonly error?: string;
  /** How long the answer took, or how long it was waited for, by the sandbox's clock. */
  readonly durationMs?: number;
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

/** One event on its way to one URL, over all its attempts. */
export interface Webhook {
  /** Of its first attempt. */
  readonly id: string;
  readonly event: WebhookEvent;
  readonly url: string;
  readonly context: WebhookContext;
  /** When its first attempt was begun, by the sandbox's clock. */
  readonly triggeredAt: string;
}

/** One attempt. */
export interface Sending {
  /** Of this attempt. */
  readonly id: string;
  readonly event: WebhookEvent;
  readonly url: string;
  readonly attempt: number;
  readonly manual: boolean;
  readonly fault: DeliveryFault['fault'] | undefined;
}

/** Whose event it is. */
export function subjectOf({ data }: WebhookEvent): { paymentId: string } | { billingKey: string } {
  return 'paymentId' in data ? { paymentId: data.paymentId } : { billingKey: data.billingKey };
}
