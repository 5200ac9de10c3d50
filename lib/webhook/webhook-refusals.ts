import { propertyOf } from './thrown.js';

// Marks, and not `instanceof` or names: they hold for subclasses, and for the other module system's copy of the class.
const DISCARD = Symbol.for('nestjs-portone.webhook-discard');
const REJECTION = Symbol.for('nestjs-portone.confirm-rejection');

/**
 * Thrown by a handler: this event can never be handled, so asking again is of no use. The delivery is answered with
 * 200, logged, and published on `PortOneWebhookEvents.discarded$`.
 */
export class WebhookDiscard extends Error {
  override name = 'WebhookDiscard';
  /** @internal */
  readonly [DISCARD] = true;

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
  /** @internal */
  readonly [REJECTION] = true;

  /** @param errorMessage what PortOne shows the buyer */
  constructor(readonly errorMessage: string) {
    super(errorMessage);
  }
}

export function isDiscard(thrown: unknown): thrown is WebhookDiscard {
  return propertyOf(thrown, DISCARD) === true;
}

export function isRejection(thrown: unknown): thrown is ConfirmRejection {
  return propertyOf(thrown, REJECTION) === true;
}
