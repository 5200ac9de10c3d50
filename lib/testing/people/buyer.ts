import type { Sdk } from '../../sdk.types.js';
import type { Desk } from '../state/desk.js';
import { act } from './actions.js';
import type { SandboxPaymentToken, SandboxPayOptions } from './buyer-payment.js';

/** The person in front of the payment window. Over HTTP the same is `POST /_sandbox/buyer/pay`. */
export class SandboxBuyer {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /**
   * Opens the payment window and pays: webhooks `Transaction.Ready`, then `Transaction.Paid`, or `Transaction.Failed`
   * for a declined card. They are under way, not yet delivered, when this resolves: `await sandbox.settled()`.
   *
   * @param paymentId - the merchant's
   * @param options - with `approval: 'manual'` the payment stays `READY` until the server confirms the `paymentToken`
   * @returns the payment as `getPayment` now shows it, `PAID` or `FAILED`
   * @throws TypeError for an invalid card or option, or another amount than was pre-registered
   * @throws Error with `data.type` `ALREADY_PAID` …, as PortOne would refuse
   */
  pay(paymentId: string, options: SandboxPayOptions & { approval: 'manual' }): Promise<SandboxPaymentToken>;
  pay(
    paymentId: string,
    options?: SandboxPayOptions & { approval?: 'automatic' },
  ): Promise<Sdk.Payment.PaidPayment | Sdk.Payment.FailedPayment>;
  pay(paymentId: string, options: object = {}): Promise<unknown> {
    return act(this.#desk, 'buyer/pay', { ...options, paymentId });
  }
}
