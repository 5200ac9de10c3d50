/** Fields whose values are members of an enum or tell the members of a union apart. */
const ENUM_FIELDS = new Set([
  'bank',
  'brand',
  'issuer',
  'method',
  'operator',
  'ownerType',
  'pgProvider',
  'productType',
  'provider',
  'publisher',
  'status',
  'trigger',
  'type',
  'version',
]);

/** A copy as a later PortOne might send it: every object has a field, and every enum a value, that no SDK knows. */
export function withUnknownValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknownValues);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [
    name,
    typeof inner === 'string' && ENUM_FIELDS.has(name) ? 'SANDBOX_UNKNOWN' : withUnknownValues(inner),
  ]);
  return { ...Object.fromEntries(entries), sandboxUnknownField: { type: 'SANDBOX_UNKNOWN' } };
}
