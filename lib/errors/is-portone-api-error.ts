import type { Sdk } from '../sdk.types.js';
import type { PortOneErrorType } from './error-status.js';

type SdkErrorData = Sdk.RestError['data'];

/** What PortOne answers with an error of type `T`: as the SDK types it, or type and message where the SDK has none. */
export type PortOneErrorData<T extends string> =
  T extends Extract<SdkErrorData['type'], string>
    ? Extract<SdkErrorData, { type: T }>
    : { readonly type: T; readonly message?: string };

/** The data of an error of any type, one that is newer than this version included. */
export type AnyPortOneErrorData = PortOneErrorData<PortOneErrorType> | { readonly type: Sdk.Unrecognized };

/**
 * An error answer of PortOne: an instance of the SDK's class for the operation (`GetPaymentError` …), with what the
 * SDK does not keep. The last three are `undefined` on an error that the SDK's own client threw.
 */
export interface PortOneApiError<Data = AnyPortOneErrorData> extends Error {
  /** The parsed answer. */
  readonly data: Data;
  /** The HTTP status that PortOne answered with. */
  readonly status: number | undefined;
  /** The operation's dotted name, `payment.cancelPayment`; for `request()` its method and path. */
  readonly operation: string | undefined;
  /** The key that the call was sent with; `undefined` on GET, which has none. */
  readonly idempotencyKey: string | undefined;
}

/** Tells an error of this package's client where class names are gone, as in a minified bundle. */
const API_ERROR = Symbol.for('nestjs-portone.api-error');

/** Marks an error as an answer of PortOne; nothing that prints or compares errors sees the mark. */
export function markApiError(error: Error): void {
  Object.defineProperty(error, API_ERROR, { value: true });
}

/**
 * Whether PortOne answered with an error, of any type or of one of `types`; narrows `error.data`.
 *
 * Looks at the shape, not at the identity of a class: the SDK's ES module and CommonJS copies, and this package's own
 * two, are all recognised. An error is PortOne's when `data.type` is a string and it was made by this package's client
 * or descends from a class named `RestError`, as every error of the SDK does.
 *
 * @example
 * if (isPortOneApiError(error, 'PAYMENT_NOT_FOUND')) return null;
 */
export function isPortOneApiError(error: unknown): error is PortOneApiError;
export function isPortOneApiError<T extends PortOneErrorType | (string & {})>(
  error: unknown,
  ...types: [T, ...T[]]
): error is PortOneApiError<PortOneErrorData<T>>;
export function isPortOneApiError(error: unknown, ...types: string[]): boolean {
  if (!isObject(error) || !isObject(error['data'])) return false;
  const { type } = error['data'];
  if (typeof type !== 'string' || (types.length > 0 && !types.includes(type))) return false;
  return API_ERROR in error || descendsFromRestError(error);
}

function descendsFromRestError(error: object): boolean {
  for (let proto: unknown = Object.getPrototypeOf(error); isObject(proto); proto = Object.getPrototypeOf(proto)) {
    const { constructor } = proto;
    if (typeof constructor === 'function' && constructor.name === 'RestError') return true;
  }
  return false;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
