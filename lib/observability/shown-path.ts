/** The one value in a path that is shown: shops look for it, and it opens nothing. A billing key is money. */
const SHOWN = 'paymentId';
const HIDDEN = 'REDACTED';

/** `['/payments/', 'paymentId', '/cancel']` as `/payments/{paymentId}/cancel`. */
export function templateOf(path: readonly string[]): string {
  return path.map((part, index) => (index % 2 === 0 ? part : `{${part}}`)).join('');
}

/**
 * A request's path without its query and without its values.
 *
 * @param path as it goes over the wire
 * @param parts the operation's: literal text and names by turns; absent for an endpoint that is not in the table, of
 * whose path only plain words are shown
 */
export function shownPath(path: string, parts: readonly string[] | undefined): string {
  const end = path.indexOf('?');
  const segments = (end === -1 ? path : path.slice(0, end)).split('/');
  const names = parts && templateOf(parts).split('/');
  return segments
    .map((segment, index) => {
      const name = names?.[index];
      const isShown = name === undefined ? /^[a-z]*(-[a-z]+)*$/.test(segment) : !isHidden(name);
      return isShown ? segment : HIDDEN;
    })
    .join('/');
}

function isHidden(name: string): boolean {
  return name.startsWith('{') && name !== `{${SHOWN}}`;
}
