import type { Operation } from '../client/operation.js';
import { markApiError } from './is-portone-api-error.js';
import { SDK_AREAS } from './sdk-areas.generated.js';

/**
 * The error that the official SDK throws for this operation and this answer, of the very class that the application
 * imports. The SDK's area is loaded here, at the first error of it: 60 to 75 ms that no start and no success pays.
 *
 * @param row - the operation that was answered with an error
 * @param data - the parsed answer; an object, as the SDK's constructors look into it
 */
export async function buildApiError(row: Pick<Operation, 'error' | 'errorFrom'>, data: object): Promise<Error> {
  const area = (await SDK_AREAS[row.errorFrom]()) as Record<string, new (data: object) => Error>;
  const ErrorClass = area[row.error];
  if (ErrorClass === undefined) {
    throw new TypeError(
      `@portone/server-sdk/${row.errorFrom} has no ${row.error}: its version does not fit this package.`,
    );
  }
  const error = new ErrorClass(data);
  markApiError(error);
  return error;
}
