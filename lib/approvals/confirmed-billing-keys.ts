import { BillingKeyNotConfirmedError } from '../errors/billing-key-not-confirmed.error.js';

/** What stands in place of a billing key until its issue is approved. */
const NEEDS_CONFIRMATION = 'NEEDS_CONFIRMATION';

interface WithKey {
  readonly billingKey?: unknown;
}

/**
 * The answer of an operation, of a list without the entries whose billing key is none.
 *
 * @throws BillingKeyNotConfirmedError for an answer whose billing key is none
 */
export function withConfirmedKeys<A>(answer: A, operation: string): A {
  if (typeof answer !== 'object' || answer === null) return answer;
  const { billingKeyInfo, items, ...own } = answer as WithKey & { billingKeyInfo?: WithKey; items?: unknown };
  if (isUnconfirmed(own) || isUnconfirmed(billingKeyInfo)) throw new BillingKeyNotConfirmedError(operation);
  if (!Array.isArray(items) || !items.some(isUnconfirmed)) return answer;
  return { ...answer, items: items.filter((item) => !isUnconfirmed(item)) };
}

function isUnconfirmed(value: unknown): boolean {
  return (value as WithKey | null | undefined)?.billingKey === NEEDS_CONFIRMATION;
}
