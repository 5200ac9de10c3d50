import { createHmac, randomUUID } from 'node:crypto';
import type { WebhookEvent, WebhookEventType } from '../webhook/webhook-event.js';
import { webhookKey } from '../webhook/webhook-secret.js';

/**
 * An event to sign: of a type that the SDK knows, exactly as the SDK types it; of any other type, whatever it holds, so
 * that a receiver can be tried with events newer than itself.
 */
export type SignableEvent<T extends string> = T extends WebhookEventType
  ? WebhookEvent<T>
  : { type: T } & Record<string, unknown>;

interface SigningOptions {
  /** The webhook secret, base64, with or without `whsec_`. Several, as during a rotation, give a signature each. */
  secret: string | readonly string[];
  /** The `webhook-id` header. @default a random one */
  id?: string;
  /** The `webhook-timestamp` header: a Date, or Unix time in seconds. @default now */
  timestamp?: Date | number;
}

/** What {@link signWebhook} takes for an event. */
export interface SignEventOptions<T extends string> extends SigningOptions {
  /** Sent as its JSON. */
  event: { type: T } & SignableEvent<T>;
}

/** What {@link signWebhook} takes for a body that is already text or bytes, JSON or not. */
export interface SignBodyOptions<B extends string | Buffer> extends SigningOptions {
  /** Signed and handed back as it is. */
  body: B;
}

/** A delivery ready to post: `fetch(url, { method: 'POST', ...signed })`. */
export interface SignedWebhook<B extends string | Buffer = string> {
  headers: {
    'content-type': 'application/json';
    'webhook-id': string;
    'webhook-timestamp': string;
    'webhook-signature': string;
  };
  body: B;
}

/**
 * Signs a delivery as PortOne does (Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, base64, behind `v1,`).
 *
 * @throws TypeError for a secret that is not base64, an `id` that is no header value, a `timestamp` that is not in
 * seconds, and unless exactly one of `event` and `body` is given; the secret is never part of the message
 */
export function signWebhook<T extends string>(options: SignEventOptions<T>): SignedWebhook;
export function signWebhook<B extends string | Buffer>(options: SignBodyOptions<B>): SignedWebhook<B>;
export function signWebhook(
  options: SigningOptions & { event?: unknown; body?: string | Buffer },
): SignedWebhook<string | Buffer> {
  const body = bodyOf(options);
  const id = idOf(options.id);
  const timestamp = secondsOf(options.timestamp);
  const secrets = typeof options.secret === 'string' ? [options.secret] : options.secret;
  if (!Array.isArray(secrets) || secrets.length === 0) {
    throw new TypeError('signWebhook: secret must be a string or a non-empty array of strings.');
  }
  const signatures = secrets.map((secret: unknown) => {
    const hmac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(body);
    return `v1,${hmac.digest('base64')}`;
  });
  return {
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatures.join(' '),
    },
    body,
  };
}

function bodyOf({ event, body }: { event?: unknown; body?: string | Buffer }): string | Buffer {
  if ((event === undefined) === (body === undefined)) {
    throw new TypeError('signWebhook: give either event or body.');
  }
  if (body !== undefined) {
    if (typeof body === 'string' || Buffer.isBuffer(body)) return body;
    throw new TypeError('signWebhook: body must be a string or a Buffer; an object goes in event.');
  }
  if (typeof event !== 'object' || event === null || typeof (event as { type?: unknown }).type !== 'string') {
    throw new TypeError('signWebhook: event must be an object with a type.');
  }
  return JSON.stringify(event);
}

function idOf(id: unknown): string {
  if (id === undefined) return `msg_${randomUUID()}`;
  if (typeof id === 'string' && /^[\x21-\x7e]+$/.test(id)) return id;
  throw new TypeError('signWebhook: id must be printable ASCII without spaces; it is sent as a header.');
}

// 1e11 seconds are the year 5138: a number from there on was meant in milliseconds.
const MILLISECONDS_FROM = 1e11;

function secondsOf(timestamp: unknown): string {
  if (timestamp === undefined) return secondsOf(Date.now() / 1000);
  // By shape: a Date of another realm (Jest's) is no `instanceof Date`.
  const isDate = Object.prototype.toString.call(timestamp) === '[object Date]';
  const seconds = isDate ? Number(timestamp) / 1000 : timestamp;
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds < MILLISECONDS_FROM)) {
    throw new TypeError('signWebhook: timestamp must be a valid Date or Unix time in seconds (not milliseconds).');
  }
  return String(Math.floor(seconds));
}

function keyOf(secret: unknown): Buffer {
  const key = typeof secret === 'string' ? webhookKey(secret) : undefined;
  if (key) return key;
  throw new TypeError("signWebhook: secret must be base64, as in PortOne's console, with or without whsec_.");
}
