import type { SandboxDuration } from '../time/duration.js';

/** Which requests, or deliveries, a fault meets. What is absent does not restrict it. */
export interface FaultMatch {
  /** The SDK's name: `payment.cancelPayment`. For deliveries, the event's type: `Transaction.Paid`. */
  operation?: string;
  paymentId?: string;
  /** How often it strikes at most. @default no limit */
  count?: number;
  /** From 0 to 1, drawn from the seed. @default 1 */
  probability?: number;
}

/** What goes wrong with a request. */
export type RequestFault =
  /** The work is done, and answered, that much later, by the sandbox's clock: a manual one has to be advanced. */
  | { fault: 'latency'; delay: SandboxDuration }
  /**
   * Nothing is done; the connection ends, and for that long (real time) new ones to the whole sandbox are refused.
   * @default 1000
   */
  | { fault: 'refused'; forMs?: number }
  /** The connection is reset, and nothing was done. */
  | { fault: 'reset-before' }
  /** The work is done; then the connection is reset before a byte of the answer is sent. */
  | { fault: 'reset-after' }
  /** Nothing is done; a gateway answers 502 with a page of HTML. */
  | { fault: 'html-502' }
  /** Nothing is done; 503 without a body. */
  | { fault: 'unavailable' }
  /** Nothing is done; 429, with `Retry-After` in seconds. @default 1 */
  | { fault: 'rate-limited'; retryAfterSeconds?: number }
  /** The work is done; half of its answer is sent, as if it were the whole. */
  | { fault: 'truncated-json' }
  /** The work is done; the answer is `null`. */
  | { fault: 'null' }
  /**
   * The payment provider refuses: nothing is done, 502 `PG_PROVIDER`. Meets only operations that can answer this. As
   * every answer of PortOne's own it is stored under the request's idempotency key. A schedule whose time has come is
   * met as `payment.payWithBillingKey`, and fails.
   */
  | { fault: 'pg-error'; pgCode?: string; pgMessage?: string }
  /** The work is done; its answer has fields, and in `status`, `type` and other enums values, that no SDK knows. */
  | { fault: 'unknown-values' }
  /** `payment.cancelPayment` alone: the cancel is `REQUESTED`, until it settles by itself or `provider` settles it. */
  | { fault: 'cancel-requested'; settlesAs?: 'SUCCEEDED' | 'FAILED'; after?: SandboxDuration };

/** What goes wrong with the delivery of a webhook. */
export type DeliveryFault =
  /** It is sent twice at once, under one `webhook-id`. */
  | { fault: 'duplicate' }
  /** It is held back until the next event of the store has been answered. */
  | { fault: 'reorder' }
  /** It is sent that much later, by the sandbox's clock. */
  | { fault: 'delay'; delay: SandboxDuration }
  /** This sending never leaves; PortOne takes it for one without an answer, and sends again later. */
  | { fault: 'drop' }
  /** Its body is changed behind the signature. */
  | { fault: 'corrupt' }
  /** It is signed with another secret. */
  | { fault: 'wrong-signature' }
  /** Its type is one that no SDK knows. */
  | { fault: 'unknown-type' };

/** What a delivery can meet. */
export const DELIVERY_FAULTS = [
  'duplicate',
  'reorder',
  'delay',
  'drop',
  'corrupt',
  'wrong-signature',
  'unknown-type',
] as const satisfies readonly DeliveryFault['fault'][];

/** What the question before approval can meet: it is asked once, and at once. */
export const CONFIRM_FAULTS = ['drop', 'corrupt', 'wrong-signature'] as const;

export type SandboxFault = FaultMatch & (RequestFault | DeliveryFault);

/** A fault that was asked for. */
export interface ActiveFault {
  readonly id: number;
  readonly rule: SandboxFault;
  /** How often it struck. */
  readonly struck: number;
}

/** Faults on demand. Those that are added first are asked first; of a request's faults only one strikes. */
export interface SandboxFaults {
  /** @throws TypeError for a rule that does not fit, naming its field */
  add(rule: SandboxFault): ActiveFault;
  /** @returns whether it was there */
  remove(id: number): boolean;
  clear(): void;
  readonly active: readonly ActiveFault[];
}
