import type { Sdk } from '../../sdk.types.js';
import type { Input } from '../http/input.js';
import { cancel as cancelPayment } from '../state/payments/cancels.js';
import { CANCEL_FIELDS, readCancel } from '../state/payments/cancel-input.js';
import type { Desk } from '../state/desk.js';

/** What `console.cancel` takes, named as in the API. */
export interface SandboxCancelOptions {
  /** @default all that is left */
  amount?: number;
  taxFreeAmount?: number;
  vatAmount?: number;
  /** @default '관리자 콘솔에서 취소' */
  reason?: string;
  promotionDiscountRetainOption?: 'RETAIN' | 'RELEASE';
  /** Needed for virtual accounts, and for mobile payments of an earlier month. */
  refundAccount?: { bank: string; number: string; holderName: string };
}

const FIELDS = CANCEL_FIELDS.filter((name) => name !== 'requester' && name !== 'skipWebhook');

/** Never `REQUESTED`: the fault for that is the API's. */
export function cancel(desk: Desk, input: Input): Exclude<Sdk.Payment.PaymentCancellation, { status: symbol }> {
  input.only(['paymentId', ...FIELDS]);
  const reason = input.optionalString('reason') ?? '관리자 콘솔에서 취소';
  return cancelPayment(desk, input.string('paymentId'), readCancel(input, reason, 'CONSOLE'));
}
