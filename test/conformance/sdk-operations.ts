import { PortOneClient, type PortOneClientInit } from '@portone/server-sdk';

export type SdkOperation = (options?: unknown) => Promise<unknown>;

/** The SDK's functions by dotted name. */
export function sdkOperations(init: PortOneClientInit): Map<string, SdkOperation> {
  return new Map(functionsOf(PortOneClient(init)));
}

function functionsOf(area: object, prefix = ''): [string, SdkOperation][] {
  return Object.entries(area).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'function'
      ? [[prefix + key, value as SdkOperation] as [string, SdkOperation]]
      : functionsOf(value as object, `${prefix}${key}.`),
  );
}
