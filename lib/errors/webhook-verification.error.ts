import { UnauthorizedException } from '@nestjs/common';

/** The five reasons of the official SDK's `WebhookVerificationError`. */
export type WebhookVerificationFailureReason =
  | 'MISSING_REQUIRED_HEADERS'
  | 'NO_MATCHING_SIGNATURE'
  | 'INVALID_SIGNATURE'
  | 'TIMESTAMP_TOO_OLD'
  | 'TIMESTAMP_TOO_NEW';

const MESSAGES: Record<WebhookVerificationFailureReason, string> = {
  MISSING_REQUIRED_HEADERS: 'webhook-id, webhook-timestamp and webhook-signature must each be present exactly once.',
  NO_MATCHING_SIGNATURE: 'No signature matches the body.',
  INVALID_SIGNATURE: 'webhook-timestamp is not a number of seconds.',
  TIMESTAMP_TOO_OLD: 'webhook-timestamp is too far in the past.',
  TIMESTAMP_TOO_NEW: 'webhook-timestamp is too far in the future.',
};

/**
 * The delivery was not signed by PortOne, or too long ago. A 401 by itself, without any filter. Says nothing about the
 * signature that would have been right.
 */
export class WebhookVerificationError extends UnauthorizedException {
  override name = 'WebhookVerificationError';

  constructor(readonly reason: WebhookVerificationFailureReason) {
    super({ statusCode: 401, type: reason, message: MESSAGES[reason] });
  }
}
