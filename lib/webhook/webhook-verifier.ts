import { BadRequestException } from '@nestjs/common';

import { WebhookVerificationError } from '../errors/webhook-verification.error.js';
import { HmacSha256 } from './hmac-sha256.js';
import type { AnyWebhookEvent } from './webhook-event.js';
import { sameDigest, webhookKey } from './webhook-secret.js';

/** The headers of a delivery: Node's, Fetch's `Headers`, or any record of them. Names in any case. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** What is taken from a delivery's headers. */
export interface SignedHeaders {
  readonly id: string;
  readonly timestamp: Date;
}

/**
 * Verifies deliveries by Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, in constant time, against every
 * active secret. Needs no Nest and no HTTP, so it also serves queues, lambdas and tests.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export class WebhookVerifier {
  /** Not a private property of TypeScript's, which whoever logs the verifier would log. */
  readonly #keys: readonly HmacSha256[];
  private readonly toleranceSeconds: number;

  /**
   * @param options `secrets`: every active one, with or without `whsec_`; `toleranceSeconds`: 300 unless given
   * @throws {TypeError} on a secret that is not base64, and on a tolerance that would tolerate everything
   */
  constructor(options: { secrets: readonly string[]; toleranceSeconds?: number }) {
    this.#keys = options.secrets.map((secret, index) => {
      const key = typeof secret === 'string' ? webhookKey(secret) : undefined;
      if (key === undefined)
        throw new TypeError(`Webhook secret number ${index + 1} is not base64. Copy it from PortOne's console.`);
      return new HmacSha256(key);
    });
    this.toleranceSeconds = options.toleranceSeconds ?? 300;
    if (!Number.isInteger(this.toleranceSeconds) || this.toleranceSeconds < 1) {
      throw new TypeError(
        `toleranceSeconds must be a whole number of seconds, 1 or more, got ${String(this.toleranceSeconds)}.`,
      );
    }
  }

  /**
   * The event in a delivery.
   *
   * @param rawBody the exact bytes of the body; a body that was parsed and written again does not verify
   * @param headers the delivery's headers
   * @throws {WebhookVerificationError} 401: a header is missing, the timestamp is off, or no signature matches
   * @throws {BadRequestException} 400: signed, but not an event: no JSON, or the old version 2024-01-01
   * @throws {TypeError} when `rawBody` is neither text nor bytes
   */
  verify(rawBody: string | Uint8Array, headers: WebhookHeaders): AnyWebhookEvent {
    this.verifySignature(rawBody, headers);
    return this.parse(rawBody);
  }

  /** @internal The signature alone. */
  verifySignature(rawBody: string | Uint8Array, headers: WebhookHeaders): SignedHeaders {
    if (typeof rawBody !== 'string' && !isBytes(rawBody)) {
      throw new TypeError('rawBody must be the exact text or bytes of the body; a parsed body cannot be verified.');
    }
    const {
      'webhook-id': id,
      'webhook-signature': signatures,
      'webhook-timestamp': timestamp,
    } = signedHeadersOf(headers);
    if (!id || !signatures || !timestamp) throw new WebhookVerificationError('MISSING_REQUIRED_HEADERS');
    const seconds = this.checkTimestamp(timestamp);

    const given = signatures.split(' ').flatMap(v1Signature);
    const head = `${id}.${timestamp}.`;
    const matches = this.#keys.some((key) => {
      const expected = key.digest(head, rawBody);
      return given.some((signature) => sameDigest(signature, expected));
    });
    if (!matches) throw new WebhookVerificationError('NO_MATCHING_SIGNATURE');
    return { id, timestamp: new Date(seconds * 1000) };
  }

  /** @internal What a verified body says. */
  parse(rawBody: string | Uint8Array): AnyWebhookEvent {
    return parseEvent(rawBody);
  }

  /** The header, not the body's `timestamp`, which stays the same over re-sends. */
  private checkTimestamp(header: string): number {
    const seconds = Number.parseInt(header, 10);
    if (Number.isNaN(seconds)) throw new WebhookVerificationError('INVALID_SIGNATURE');
    const now = Math.floor(Date.now() / 1000);
    if (now - seconds > this.toleranceSeconds) throw new WebhookVerificationError('TIMESTAMP_TOO_OLD');
    if (seconds - now > this.toleranceSeconds) throw new WebhookVerificationError('TIMESTAMP_TOO_NEW');
    return seconds;
  }
}

/** By shape: another realm's `Uint8Array` is none of ours. */
function isBytes(value: unknown): boolean {
  return ArrayBuffer.isView(value) && (value as Partial<Uint8Array>).BYTES_PER_ELEMENT === 1;
}

/** One of the space-separated signatures: `v1,<base64>`. Other versions are for other readers. */
function v1Signature(versioned: string): string[] {
  if (!versioned.startsWith('v1,')) return [];
  const end = versioned.indexOf(',', 3);
  return [end === -1 ? versioned.slice(3) : versioned.slice(3, end)];
}

const SIGNED_HEADERS = ['webhook-id', 'webhook-signature', 'webhook-timestamp'] as const;
type SignedHeader = (typeof SIGNED_HEADERS)[number];

/** The three headers' values, in one pass. A header given twice has none: which was signed cannot be known. */
function signedHeadersOf(headers: WebhookHeaders): Partial<Record<SignedHeader, string | null>> {
  const found: Partial<Record<SignedHeader, string | null>> = {};
  if (typeof headers !== 'object' || headers === null) return found;
  if (isFetchHeaders(headers)) {
    for (const name of SIGNED_HEADERS) found[name] = headers.get(name);
    return found;
  }
  for (const key of Object.keys(headers)) {
    const name = SIGNED_HEADERS.find((one) => one.length === key.length && one === key.toLowerCase());
    if (name === undefined) continue;
    const values: unknown = headers[key];
    for (const value of (Array.isArray(values) ? values : [values]) as unknown[]) {
      if (value === undefined || value === null) continue;
      found[name] = typeof value === 'string' && !(name in found) ? value : null;
    }
  }
  return found;
}

function isFetchHeaders(headers: WebhookHeaders): headers is Headers {
  return typeof Headers === 'function' && headers instanceof Headers;
}

/** What a verified body says. Only now is it parsed: an unsigned body is nobody's word. */
function parseEvent(rawBody: string | Uint8Array): AnyWebhookEvent {
  const text =
    typeof rawBody === 'string'
      ? rawBody
      : Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength).toString();
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    if (isOldFields(Object.fromEntries(new URLSearchParams(text)))) throw oldVersion();
    throw new BadRequestException({
      statusCode: 400,
      type: 'WEBHOOK_NOT_JSON',
      message: 'The body is signed but is not JSON.',
    });
  }
  if (isOldFields(event)) throw oldVersion();
  if (typeof event === 'object' && event !== null && 'type' in event && typeof event.type === 'string') {
    return event as unknown as AnyWebhookEvent;
  }
  throw new BadRequestException({
    statusCode: 400,
    type: 'WEBHOOK_NOT_AN_EVENT',
    message: 'The body is signed JSON but no event: an object with a text `type` was expected.',
  });
}

/** The body of webhook version 2024-01-01: `{ payment_id, tx_id, status }`. */
function isOldFields(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'payment_id' in body && !('type' in body);
}

function oldVersion(): BadRequestException {
  return new BadRequestException({
    statusCode: 400,
    type: 'WEBHOOK_VERSION_NOT_SUPPORTED',
    message:
      "This webhook has version 2024-01-01. Choose version 2024-04-25 for it in PortOne's console (결제 연동 > 연동 정보 > 결제알림(Webhook) 관리).",
  });
}
