/**
 * What became of a call that brought no usable answer: `not-sent` never left this process, `unknown` may have been
 * carried out. An `unknown` call can be made again with the same idempotency key within PortOne's three hours.
 */
export type CallOutcome = 'unknown' | 'not-sent';

/** What every error of a call says of it. */
export interface CallFailure {
  /** The operation's dotted name, `payment.cancelPayment`; for `request()` its method and path. */
  readonly operation: string;
  readonly outcome: CallOutcome;
  /** The key that the call was sent with; absent on GET, which has none. */
  readonly idempotencyKey?: string | undefined;
}
