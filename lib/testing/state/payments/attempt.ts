import type { Sdk } from '../../../sdk.types.js';
import type { Fields } from '../../http/input.js';
import type { RequestedCancel } from './cancels.js';
import type { PaymentRequest } from './payment-request.js';
import type { Tender } from './tender.js';

/** A payment in one of the states that the SDK knows. */
export type KnownPayment = Extract<Sdk.Payment.Payment, { status: string }>;
export type PaymentIn<Status extends KnownPayment['status']> = Extract<KnownPayment, { status: Status }>;

/** One try to pay; of the tries of one payment id at most one succeeds. */
export interface Attempt {
  payment: KnownPayment;
  readonly request: PaymentRequest;
  /** What the payment window was opened with, while the buyer has done nothing in it. */
  window?: Fields;
  /** The buyer's part is done, the merchant's server has yet to approve it. */
  awaitingApproval?: { readonly token: string; readonly tender: Tender };
  /** Takes the end of its virtual account off the clock. */
  keepAccount?: () => void;
  captured?: true;
  /** Promotions: the discount that stands once all requested cancels are done, and how partial cancels treat it. */
  discount?: { readonly left: number; readonly retain?: boolean } | undefined;
  /** Those that are `REQUESTED`, by their ids. */
  cancels?: Map<string, RequestedCancel>;
}

/** All tries of one payment id. */
export interface PaymentRecord {
  readonly createdAtMs: number;
  readonly attempts: Attempt[];
  /** The one that PortOne shows as the payment: that which succeeded, or waits for money, else the latest. */
  shown: Attempt;
  /** What reads still show, and how many of them. */
  stale?: { readonly payment: KnownPayment; readonly reads: number };
}

/** Whether another try is refused: money came, or is awaited. */
export function isTaken({ status }: KnownPayment): boolean {
  return status !== 'READY' && status !== 'FAILED';
}
