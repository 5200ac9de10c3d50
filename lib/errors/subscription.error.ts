/** Why a subscription cannot be done what was asked for. */
export type SubscriptionErrorReason =
  /** There is none of this id. */
  | 'SUBSCRIPTION_NOT_FOUND'
  /** There is one of this id, with other terms. */
  | 'SUBSCRIPTION_EXISTS'
  /** Not in its present status. */
  | 'SUBSCRIPTION_STATUS'
  /** Schedules that are not this subscription's use the billing key, so it is not deleted. */
  | 'BILLING_KEY_IN_USE';

/** A subscription cannot be done what was asked for; nothing was changed. */
export class SubscriptionError extends Error {
  override name = 'SubscriptionError';

  constructor(
    readonly reason: SubscriptionErrorReason,
    readonly subscriptionId: string,
    message: string,
  ) {
    super(message);
  }
}
