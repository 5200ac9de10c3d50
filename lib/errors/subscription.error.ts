/** Why a subscription cannot be done what was asked for. */
export type SubscriptionErrorReason =
  /** There is none of this id. */
  | 'SUBSCRIPTION_NOT_FOUND'
  /** There is one of this id, with other terms or cancelled. */
  | 'SUBSCRIPTION_EXISTS'
  /** PortOne refused the first charge, so that it did not begin. */
  | 'SUBSCRIPTION_REFUSED'
  /** Not in its present status. */
  | 'SUBSCRIPTION_STATUS';

/** What was asked of a subscription cannot be done; nothing was scheduled or charged. */
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
