import type { Sdk } from '../sdk.types.js';
import { KNOWN_STATUSES, KNOWN_TYPES } from './known-variants.generated.js';

/** How the SDK types what it does not know yet: a member of the union whose discriminant is `Unrecognized`. */
type Newer = { readonly type: Sdk.Unrecognized } | { readonly status: Sdk.Unrecognized };

/**
 * Whether an answer, an event or an error's `data` is a variant newer than the SDK: its `type`, or without one its
 * `status`, is none that any type of the SDK has. Then nothing else that the types say of it can be relied on.
 *
 * The value does not tell which type it is of, so a word that is new for one type yet known from another is not
 * noticed; where that matters, the SDK has a function for each (`Payment.isUnrecognizedPayment` …).
 *
 * @example
 * const payment = await payments.getPayment({ paymentId });
 * if (isUnrecognized(payment)) return;
 * payment.amount.total; // every known variant has an amount
 */
export function isUnrecognized<T extends object>(value: T): value is Extract<T, Newer> {
  const { type, status } = value as { type?: unknown; status?: unknown };
  if (typeof type === 'string') return !KNOWN_TYPES.has(type);
  return typeof status === 'string' && !KNOWN_STATUSES.has(status);
}
