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
    const list = mismatches.map((m) => `${m.field}: expected ${show(m.expected)}, got ${show(m.actual)}`).join('; ');
    super(`Payment ${JSON.stringify(paymentId)} does not match: ${list}.`);
  }
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
