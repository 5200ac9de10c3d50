import type { Sdk } from '../../sdk.types.js';
import type { Desk } from '../state/desk.js';
import { act } from './actions.js';

type PaidPayment = Sdk.Payment.PaidPayment;

/** The payment provider, and the delivery of escrow goods: what happens behind PortOne, in its own time. */
export class SandboxProvider {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /**
   * Settles a cancel that is `REQUESTED`. One that succeeds sends its webhook, one that fails sends none, and what it
   * asked for can be cancelled again.
   *
   * @param options - `cancellationId`: the one requested first, unless given; `as`: `SUCCEEDED`, unless given
   * @throws Error with `data.type` `PAYMENT_CANCELLATION_NOT_FOUND` or `PAYMENT_CANCELLATION_NOT_PENDING`
   */
  settleCancellation(
    paymentId: string,
    options: { cancellationId?: string; as?: 'SUCCEEDED' | 'FAILED' } = {},
  ): Promise<Sdk.Payment.SucceededPaymentCancellation | Sdk.Payment.FailedPaymentCancellation> {
    return act(this.#desk, 'provider/settle-cancellation', { ...options, paymentId });
  }

  /**
   * Settles a payment that is `PAY_PENDING`.
   *
   * @throws TypeError for one in another state
   */
  settlePayment(
    paymentId: string,
    options: { as?: 'PAID' | 'FAILED' } = {},
  ): Promise<PaidPayment | Sdk.Payment.FailedPayment> {
    return act(this.#desk, 'provider/settle-payment', { ...options, paymentId });
  }

  /**
   * Takes the money of a `FAILED` attempt after all, as some providers do: `PAID`.
   *
   * @param options - `transactionId`: that of the attempt; the latest that failed, unless given
   * @throws Error with `data.type` `ALREADY_PAID` where another attempt has succeeded
   */
  succeedLate(paymentId: string, options: { transactionId?: string } = {}): Promise<PaidPayment> {
    return act(this.#desk, 'provider/succeed-late', { ...options, paymentId });
  }

  /** A dispute of a payment that is `PAID`; webhook `Transaction.DisputeCreated`. */
  openDispute(paymentId: string, options: { reason?: string } = {}): Promise<PaidPayment> {
    return act(this.#desk, 'provider/open-dispute', { ...options, paymentId });
  }

  /** Ends the dispute that was opened first; webhook `Transaction.DisputeResolved`. */
  resolveDispute(paymentId: string): Promise<PaidPayment> {
    return act(this.#desk, 'provider/resolve-dispute', { paymentId });
  }

  /**
   * What became of goods in escrow: delivered, refused by the buyer, the refusal accepted, or confirmed because the
   * time was over.
   *
   * @throws TypeError where the escrow is not so far
   */
  settleEscrow(
    paymentId: string,
    options: { as: 'DELIVERED' | 'CONFIRMED' | 'REJECTED' | 'REJECT_CONFIRMED' },
  ): Promise<PaidPayment | Sdk.Payment.PartialCancelledPayment> {
    return act(this.#desk, 'provider/settle-escrow', { ...options, paymentId });
  }
}
