import type { Sdk } from '../../sdk.types.js';
import type { Desk } from '../state/desk.js';
import { act } from './actions.js';
import type { SandboxPromotionOptions } from './console-promotion.js';
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

  /**
   * Sends a webhook of a payment again, once, and waits for the answer to it.
   *
   * @param options - without a `webhookId`, the payment's latest
   * @returns what PortOne shows of it in `payment.webhooks`
   * @throws Error with `data.type` `PAYMENT_NOT_FOUND`, `WEBHOOK_NOT_FOUND`, or after five times of one id
   * `MAX_WEBHOOK_RETRY_COUNT_REACHED`
   */
  resendWebhook(paymentId: string, options: { webhookId?: string } = {}): Promise<Sdk.Payment.PaymentWebhook> {
    return act(this.#desk, 'console/resend-webhook', { ...options, paymentId });
  }

  /** Makes a promotion for the cards of one company. @throws TypeError for an option that does not fit */
  createPromotion(options: SandboxPromotionOptions): Promise<Sdk.Payment.Promotion.CardPromotion> {
    return act(this.#desk, 'console/create-promotion', options);
  }

  /**
   * Pauses a promotion, lets it go on, or ends it for good.
   *
   * @throws Error with `data.type` `PROMOTION_NOT_FOUND`
   */
  changePromotion(
    promotionId: string,
    options: { status: 'PAUSED' | 'IN_PROGRESS' | 'TERMINATED' },
  ): Promise<Sdk.Payment.Promotion.CardPromotion> {
    return act(this.#desk, 'console/change-promotion', { ...options, promotionId });
  }
}
