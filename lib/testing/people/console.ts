import type { Sdk } from '../../sdk.types.js';
import type { Desk } from '../state/desk.js';
import { act } from './actions.js';
import type { SandboxCancelOptions } from './console-payment.js';

/** The merchant's staff, in PortOne's console. */
export class SandboxConsole {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /**
   * Cancels a payment, as a whole or in part: `trigger` is `CONSOLE`.
   *
   * @throws Error with `data.type` `PAYMENT_NOT_PAID` …, as PortOne would refuse
   */
  cancel(paymentId: string, options: SandboxCancelOptions = {}): Promise<Sdk.Payment.PaymentCancellation> {
    return act(this.#desk, 'console/cancel', { ...options, paymentId });
  }
}
