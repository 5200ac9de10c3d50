import { randomUUID } from 'node:crypto';

const PRINTABLE_ASCII = /^[\x20-\x7e]{16,256}$/;

/** The key of a call that was given none; made once per call and sent with each of its attempts. */
export function newIdempotencyKey(): string {
  return randomUUID();
}

/**
 * @throws TypeError when PortOne would not take the key: 16 to 256 printable ASCII characters
 * @see https://developers.portone.io/api/rest-v2/overview (멱등 키)
 */
export function checkIdempotencyKey(operation: string, key: unknown): string {
  if (typeof key === 'string' && PRINTABLE_ASCII.test(key)) return key;
  const got =
    typeof key === 'string'
      ? `${key.length} characters${/^[\x20-\x7e]*$/.test(key) ? '' : ', not all of them printable ASCII'}`
      : typeof key;
  throw new TypeError(`${operation}: idempotencyKey must be 16 to 256 printable ASCII characters, got ${got}.`);
}

/** The header's value: an RFC 8941 string, in quotes, with `"` and `\` escaped. */
export function idempotencyKeyHeader(key: string): string {
  return `"${key.replace(/["\\]/g, '\\$&')}"`;
}
