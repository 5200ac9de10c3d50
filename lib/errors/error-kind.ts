import { isKnownErrorType } from './error-status.js';
import { isPortOneApiError, type PortOneApiError, type PortOneErrorData } from './is-portone-api-error.js';

/** A class for `instanceof` and `@Catch()` alone: abstract, no error is made of it. */
export type ErrorKind<T extends string> = (abstract new () => PortOneApiError<PortOneErrorData<T>>) & {
  [Symbol.hasInstance](error: unknown): error is PortOneApiError<PortOneErrorData<T>>;
};

/** The kind of all errors that PortOne answered with this type, of whichever operation. */
export function errorKind<const T extends string>(type: T): ErrorKind<T> {
  return kindOf<T>((error) => isPortOneApiError(error, type));
}

/** The kind of all error answers whose type this version does not know. */
export function unknownErrorKind(): ErrorKind<string> {
  return kindOf<string>((error) => isPortOneApiError(error) && !isKnownErrorType(String(error.data.type)));
}

function kindOf<T extends string>(includes: (error: unknown) => boolean): ErrorKind<T> {
  abstract class Kind {
    static [Symbol.hasInstance](error: unknown): boolean {
      return includes(error);
    }
  }
  return Kind as unknown as ErrorKind<T>;
}
