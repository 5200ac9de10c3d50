import { createHash } from 'node:crypto';

/**
 * The idempotency key of an approval, made of all that is sent: the token from the browser is good for one approval, so
 * the same one called again, also after a crash, is answered with what became of the first.
 */
export function approvalKey(operation: string, body: object): string {
  const hash = createHash('sha256').update(JSON.stringify([operation, body]));
  return `approval-${hash.digest('hex')}`;
}
