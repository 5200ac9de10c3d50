import { header, literal } from './source-text.js';

/** lib/client/operations.generated.ts: one row an operation. */
export function operationsFile(rows) {
  return `${header}import type { Operation } from './operation.js';

/** The ${rows.length} operations of @portone/server-sdk, in its order. */
export const OPERATIONS: readonly Operation[] = [
${rows.map((row) => `  ${literal(row)},`).join('\n')}
];
`;
}

/** lib/errors/sdk-areas.generated.ts: a loader for each sub-path of the SDK that holds error classes of operations. */
export function sdkAreasFile(rows) {
  const areas = [...new Set(rows.map((row) => row.errorFrom))].sort();
  return `${header}/** The sub-paths of the SDK that export the error classes of operations. */
export type SdkArea =
${areas.map((area) => `  | ${literal(area)}`).join('\n')};

/** Loads a sub-path of the SDK. The specifiers are literal, so that the CommonJS build requires them. */
export const SDK_AREAS: { readonly [area in SdkArea]: () => Promise<object> } = {
${areas.map((area) => `  ${literal(area)}: () => import(${literal(`@portone/server-sdk/${area}`)}),`).join('\n')}
};
`;
}
