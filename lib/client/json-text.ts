/**
 * The JSON of a body. `JSON.stringify` writes `null` for NaN, the infinities and invalid dates, and PortOne takes an
 * amount that is `null` as one that was not given: a refund of a number that could not be computed would be a refund of
 * everything.
 *
 * @param call - the operation, for the error
 * @throws TypeError naming the field of such a value, or for what is no JSON at all: a bigint, a circle, a function
 */
export function jsonText(call: string, body: unknown): string {
  const text = stringify(call, body);
  if (text === undefined) throw new TypeError(`${call}: the body must be something that JSON has, got ${typeof body}.`);
  // Only a text with a null can hide one; the others do not pay for the search.
  if (text.includes('null')) refuseHiddenNulls(call, body);
  return text;
}

function stringify(call: string, body: unknown): string | undefined {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new TypeError(`${call}: the body cannot be written as JSON: ${(cause as Error | undefined)?.message}`, {
      cause,
    });
  }
}

function refuseHiddenNulls(call: string, body: unknown): void {
  JSON.stringify(body, function (this: Record<string, unknown>, field: string, value: unknown) {
    const given = this[field];
    const isHidden = (value === null && given !== null) || (typeof value === 'number' && !Number.isFinite(value));
    if (!isHidden) return value;
    const shown = typeof value === 'number' ? String(value) : 'no valid value';
    throw new TypeError(`${call}: ${field || 'the body'} is ${shown}, so null would be sent in its place.`);
  });
}
