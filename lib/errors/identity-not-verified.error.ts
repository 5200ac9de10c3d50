/** One thing that an identity verification lacks. It has no personal data: it may be logged. */
export interface IdentityProblem {
  /** The path in PortOne's identity verification: `status`, `channel.type`, `verifiedCustomer.phoneNumber` … */
  readonly field: string;
  /**
   * - `missing`: it is not there; some providers do not give it, or not without a contract.
   * - `differs`: it is another than the expected.
   * - `expired`: the verification is older than `maxAgeMinutes`.
   * - `too-young`: the customer has not reached `minimumAge`.
   */
  readonly problem: 'missing' | 'differs' | 'expired' | 'too-young';
  /** What is there and what was expected, in words; absent where that would be personal. */
  readonly detail?: string;
}

/** The identity is not verified as it has to be. Lists everything that is missing or differs, without personal data. */
export class IdentityNotVerifiedError extends Error {
  override name = 'IdentityNotVerifiedError';

  constructor(
    readonly identityVerificationId: string,
    readonly problems: readonly IdentityProblem[],
  ) {
    const list = problems.map(({ field, problem, detail }) => `${field} ${problem}${detail ? ` (${detail})` : ''}`);
    super(`Identity verification ${JSON.stringify(identityVerificationId)} does not do: ${list.join('; ')}.`);
  }
}
