import { timingSafeEqual } from 'node:crypto';

const PREFIX = 'whsec_';

/** A text that `atob` reads as the official SDK does: standard base64, padding optional, ASCII whitespace ignored. */
export function decodeBase64(text: string): Buffer | undefined {
  // The usual case, without atob's slow loop: `Buffer.from` alone would let other alphabets and stray characters pass.
  if (text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) return Buffer.from(text, 'base64');
  try {
    return Buffer.from(atob(text), 'latin1');
  } catch {
    return undefined;
  }
}

/** The key of a webhook secret, with or without its `whsec_`; `undefined` when it is empty or not base64. */
export function webhookKey(secret: string): Buffer | undefined {
  const key = decodeBase64(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret);
  return key !== undefined && key.length > 0 ? key : undefined;
}

/**
 * Compares a signature with the digest it should be, both in base64, in a time that tells nothing of where they differ.
 * A signature may be written in other ways than we write it (no padding, spaces): then its bytes are compared.
 */
export function sameDigest(signature: string, digest: string): boolean {
  if (sameBytes(Buffer.from(signature), Buffer.from(digest))) return true;
  const bytes = decodeBase64(signature);
  return bytes !== undefined && sameBytes(bytes, Buffer.from(digest, 'base64'));
}

function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
