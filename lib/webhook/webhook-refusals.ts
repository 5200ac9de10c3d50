import { propertyOf } from './thrown.js';

/**
 * Thrown by a handler: this event can never be handled, so asking again is of no use. The delivery is answered with
 * 200, logged, and published on `PortOneWebhookEvents.discarded$`.
 */
export class WebhookDiscard extends Error {
  override name = 'WebhookDiscard';

  /** @param reason why, for the log */
  constructor(readonly reason: string) {
    super(reason);
  }
}

/**
 * Thrown by a `@PortOneConfirm` handler: the payment is not approved, and the buyer is told why.
 *
 * @example
 * throw new ConfirmRejection('재고가 모두 소진되었습니다.');
 */
export class ConfirmRejection extends Error {
  override name = 'ConfirmRejection';

  /** @param errorMessage what PortOne shows the buyer */
  constructor(readonly errorMessage: string) {
    super(errorMessage);
  }
}

interface Refusals {
  WebhookDiscard: WebhookDiscard;
  ConfirmRejection: ConfirmRejection;
}

/** By name, so that it holds for the other module system's copy of the class too. */
export function isRefusal<N extends keyof Refusals>(error: unknown, name: N): error is Refusals[N] {
  return propertyOf(error, 'name') === name;
}
