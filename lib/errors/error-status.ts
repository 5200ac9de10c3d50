import { DESCRIBED_ERROR_STATUS } from './error-status.generated.js';

/**
 * The HTTP status of every error type that is known: the 184 of PortOne's API description, and
 * `IDEMPOTENCY_OUTSTANDING_REQUEST`, which PortOne documents with its idempotency keys but leaves out of the description.
 */
export const ERROR_STATUS = { ...DESCRIBED_ERROR_STATUS, IDEMPOTENCY_OUTSTANDING_REQUEST: 409 } as const;

/** A `data.type` of PortOne's error answers that this version knows. */
export type PortOneErrorType = keyof typeof ERROR_STATUS;

/** Whether this version knows the type, and with it its HTTP status. */
export function isKnownErrorType(type: string): type is PortOneErrorType {
  return Object.hasOwn(ERROR_STATUS, type);
}
