import { createHmac } from 'node:crypto';

import { BadRequestException } from '@nestjs/common';
import { Webhook } from '@portone/server-sdk';

import { WebhookVerificationError } from '../../../lib/errors/webhook-verification.error.js';
import { WebhookVerifier, type WebhookHeaders } from '../../../lib/webhook/webhook-verifier.js';

/**
 * What became of a delivery: `signed` (whatever its body says), `bad-secret`, `bad-body` (not text), or the reason of
 * the refusal.
 */
export interface Verdict {
  readonly verdict: string;
  /** What was resolved, when something was. */
  readonly event?: unknown;
  /** Everything that the error shows. */
  readonly shown: string;
}

export function headersOf(id: string, timestamp: string, signature: string): Record<string, string> {
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
}

/** The base64 of the right signature, made without the code under test. */
export function sign(key: Uint8Array, id: string, timestamp: string, body: string): string {
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
}

/** The official SDK's verdict. */
export async function sdkVerdict(secret: string, body: unknown, headers: unknown): Promise<Verdict> {
  try {
    const event = await Webhook.verify(secret, body as string, headers as Record<string, string>);
    return { verdict: 'signed', event, shown: '' };
  } catch (error) {
    const shown = String(error);
    if (error instanceof Webhook.WebhookVerificationError) return { verdict: error.reason, shown };
    if (error instanceof Webhook.InvalidInputError)
      return { verdict: typeof body === 'string' ? 'bad-secret' : 'bad-body', shown };
    // It parses what it found signed, and passes on what `JSON.parse` throws.
    if (error instanceof SyntaxError) return { verdict: 'signed', shown };
    throw error;
  }
}

/** This library's verdict. */
export function ourVerdict(
  secrets: string | readonly string[],
  body: unknown,
  headers: unknown,
  toleranceSeconds?: number,
): Verdict {
  let verifier: WebhookVerifier;
  try {
    verifier = new WebhookVerifier({
      secrets: typeof secrets === 'string' ? [secrets] : secrets,
      ...(toleranceSeconds !== undefined && { toleranceSeconds }),
    });
  } catch (error) {
    if (error instanceof TypeError) return { verdict: 'bad-secret', shown: String(error) };
    throw error;
  }
  try {
    return { verdict: 'signed', event: verifier.verify(body as string, headers as WebhookHeaders), shown: '' };
  } catch (error) {
    if (error instanceof WebhookVerificationError)
      return { verdict: error.reason, shown: `${String(error)} ${JSON.stringify(error.getResponse())}` };
    if (error instanceof BadRequestException)
      return { verdict: 'signed', shown: `${String(error)} ${JSON.stringify(error.getResponse())}` };
    if (error instanceof TypeError) return { verdict: 'bad-body', shown: String(error) };
    throw error;
  }
}
