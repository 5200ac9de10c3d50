import { shown } from './shown.js';

/** One difference between what was expected of a payment and what PortOne has. */
export interface PaymentMismatch {
  /** The path in PortOne's payment: `status`, `amount.total`, `channel.type` … */
  readonly field: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** The payment is not what the application expects; nothing may be fulfilled on it. Lists every difference. */
export class PaymentVerificationError extends Error {
  override name = 'PaymentVerificationError';

  constructor(
    readonly paymentId: string,
    readonly mismatches: readonly PaymentMismatch[],
  ) {
    super(`Payment ${JSON.stringify(paymentId)} does not match: ${describeMismatches(mismatches)}`);
  }
}

/** Every difference, and what is wrong where real money and a sandbox were taken for each other. */
export function describeMismatches(mismatches: readonly PaymentMismatch[]): string {
  const list = mismatches.map((m) => `${m.field}: expected ${shown(m.expected)}, got ${shown(m.actual)}`).join('; ');
  const { expected, actual } = mismatches.find(({ field }) => field === 'channel.type') ?? {};
  const [is, other] = expected === 'LIVE' ? ['production', 'sandbox'] : ['sandbox', 'production'];
  if (actual !== 'LIVE' && actual !== 'TEST') return `${list}.`;
  return `${list}. ${String(expected)} is what environment '${is}' (PORTONE_ENV) expects: set '${other}' where ${actual} payments are taken.`;
}
