import { inspect } from 'node:util';

const PLACEHOLDER = '[secret]';

/** The text without the secrets: a page of a proxy may show the request's headers. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) if (secret !== '') clean = clean.replaceAll(secret, PLACEHOLDER);
  return clean;
}

/**
 * The cause of a failure as it may be shown. Errors of undici and of most dispatchers hold no headers and are kept as
 * they are; one that holds a secret (undici's own mock puts all headers in its message) is replaced by its message.
 *
 * @param mayHoldTokens - the answer of a login is on its way: nothing of it is kept, as its secrets are not known yet
 */
export function safeCause(cause: unknown, secrets: readonly string[], mayHoldTokens: boolean): unknown {
  if (cause === undefined) return undefined;
  const shown = inspect(cause, { depth: 6, maxStringLength: Infinity, maxArrayLength: Infinity, showHidden: true });
  if (!mayHoldTokens && withoutSecrets(shown, secrets) === shown) return cause;
  const { message, code } = cause as { message?: unknown; code?: unknown };
  const safe = new Error(typeof message === 'string' ? withoutSecrets(message, secrets) : 'The cause held a secret.');
  return typeof code === 'string' ? Object.assign(safe, { code }) : safe;
}
