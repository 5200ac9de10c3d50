// The SDK's own `isUnrecognized…` functions are the only place at run time that lists the variants of its union types.
import { readFileSync } from 'node:fs';
import * as sdk from '@portone/server-sdk';

const COMPARISON = /\.(type|status) !== "([^"]+)"/g;

/** The values of `type` and of `status` by which the SDK tells the variants of its answers and events apart. */
export function knownVariants() {
  const types = new Set(cashReceiptTypes());
  const statuses = new Set();
  for (const source of unrecognizedSources(sdk)) {
    for (const [, field, value] of source.matchAll(COMPARISON)) (field === 'type' ? types : statuses).add(value);
  }
  if (!types.has('Transaction.Paid') || !statuses.has('PAID')) throw new Error('The SDK lists its variants no more.');
  return { types: [...types], statuses: [...statuses] };
}

function unrecognizedSources(namespace, seen = new Set()) {
  if (seen.has(namespace)) return [];
  seen.add(namespace);
  return Object.entries(namespace).flatMap(([name, value]) => {
    if (typeof value === 'function') return name.startsWith('isUnrecognized') ? [value.toString()] : [];
    return typeof value === 'object' && value !== null ? unrecognizedSources(value, seen) : [];
  });
}

/** Cash receipts are told apart by their status, yet have a `type` as well: known ones must not pass for news. */
function cashReceiptTypes() {
  const declaration = new URL('generated/common/CashReceiptType.d.ts', import.meta.resolve('@portone/server-sdk'));
  return [...readFileSync(declaration, 'utf8').matchAll(/"([A-Z_]+)"/g)].map(([, value]) => value);
}
