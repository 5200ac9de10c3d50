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

/** Compares two digests in a time that depends on their lengths alone. */
export function equalDigests(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
