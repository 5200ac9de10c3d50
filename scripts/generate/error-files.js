import { header, literal } from './source-text.js';

/** lib/errors/error-status.generated.ts */
export function errorStatusFile(table) {
  return `${header}/** The HTTP status of every error type in PortOne's API description (\`x-portone-status-code\`), newer ones than the SDK's too. */
export const DESCRIBED_ERROR_STATUS = {
${table.map(({ type, status }) => `  ${type}: ${status},`).join('\n')}
} as const;
`;
}

/** lib/errors/error-kinds.generated.ts */
export function errorKindsFile(table) {
  const kinds = table.map(
    ({ type, schema, status, inSdk }) => `
/** \`${type}\`, HTTP ${status}.${inSdk ? '' : ' Newer than the SDK.'} */
export abstract class ${schema} extends errorKind(${literal(type)}) {}`,
  );
  return `${header}import { errorKind } from './error-kind.js';
${kinds.join('\n')}
`;
}

/** lib/errors/known-variants.generated.ts */
export function knownVariantsFile({ types, statuses }, table) {
  const errorTypes = table.flatMap(({ type, inSdk }) => (inSdk ? [type] : []));
  const set = (values) =>
    `new Set([\n${[...new Set(values)]
      .sort()
      .map((value) => `  ${literal(value)},`)
      .join('\n')}\n])`;
  return `${header}/** Every \`type\` that the SDK's errors, webhook events and answers can have by its types. */
export const KNOWN_TYPES: ReadonlySet<string> = ${set([...types, ...errorTypes])};

/** Every \`status\` that tells the variants of an SDK type apart. */
export const KNOWN_STATUSES: ReadonlySet<string> = ${set(statuses)};
`;
}
