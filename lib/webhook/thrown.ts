/**
 * What a handler threw, for the log. A handler may throw anything, also what has no text of its own, so this must not
 * throw in its turn: a delivery would hang on it.
 */
export function describeThrown(thrown: unknown): string {
  try {
    const stack: unknown =
      typeof thrown === 'object' && thrown !== null && 'stack' in thrown ? thrown.stack : undefined;
    const text = typeof stack === 'string' ? stack : String(thrown);
    return operationOf(thrown) + text;
  } catch {
    return 'something that cannot be printed';
  }
}

/** Which call failed, where it was one: "not authorized" alone reads as if the webhook were meant. */
function operationOf(thrown: unknown): string {
  const operation: unknown =
    typeof thrown === 'object' && thrown !== null && 'operation' in thrown ? thrown.operation : '';
  return typeof operation === 'string' && operation !== '' ? `${operation}: ` : '';
}

/** A property of what was thrown, whatever that is. */
export function propertyOf(thrown: unknown, name: symbol): unknown {
  try {
    return typeof thrown === 'object' && thrown !== null ? (thrown as Record<symbol, unknown>)[name] : undefined;
  } catch {
    return undefined;
  }
}
