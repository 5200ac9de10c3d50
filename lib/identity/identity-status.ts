import type { Sdk } from '../sdk.types.js';

/** Where an identity verification stands. It has no personal data. */
export interface IdentityStatus {
  /** `READY`: begun, or the code is sent. Another text is newer than this version. */
  readonly status: 'READY' | 'VERIFIED' | 'FAILED' | (string & {});
  readonly requestedAt?: string | undefined;
  readonly verifiedAt?: string | undefined;
  /** Why it failed, in the provider's words. */
  readonly failure?: Sdk.IdentityVerification.IdentityVerificationFailure | undefined;
}

export function identityStatus(verification: Sdk.IdentityVerification.IdentityVerification): IdentityStatus {
  const { status, requestedAt, verifiedAt, failure } = verification as IdentityStatus;
  return {
    status,
    ...(requestedAt !== undefined && { requestedAt }),
    ...(verifiedAt !== undefined && { verifiedAt }),
    ...(failure !== undefined && { failure }),
  };
}
