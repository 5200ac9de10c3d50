import { errorKind, unknownErrorKind } from './error-kind.js';

export * from './error-kinds.generated.js';

/**
 * `IDEMPOTENCY_OUTSTANDING_REQUEST`, HTTP 409: the first request with this idempotency key is still at work. The client
 * asks again by itself, so this is thrown only when that took longer than `timeoutMs`. PortOne documents the type with
 * its idempotency keys; its API description does not have it.
 *
 * @see https://developers.portone.io/api/rest-v2/overview (멱등 키)
 */
export abstract class IdempotencyOutstandingRequestError extends errorKind('IDEMPOTENCY_OUTSTANDING_REQUEST') {}

/** An error answer whose type is newer than this version: no other kind is true of it. */
export abstract class UnknownError extends unknownErrorKind() {}
