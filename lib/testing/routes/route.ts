import type { Sdk } from '../../sdk.types.js';
import type { Desk } from '../state/desk.js';
import type { Input } from '../http/input.js';
import type { Merchants } from '../http/merchants.js';
import type { Merchant } from '../http/merchant.js';

/** What an operation is run with. */
export interface Call {
  /** Path parameters, query fields and JSON fields together, named as in the SDK's options. */
  readonly input: Input;
  /** The store that the request names, else the merchant's first. */
  readonly desk: Desk;
  readonly merchant: Merchant;
  readonly merchants: Merchants;
}

type At<Client, Name extends string> = Name extends `${infer Area}.${infer Rest}`
  ? Area extends keyof Client
    ? At<Client[Area], Rest>
    : never
  : Name extends keyof Client
    ? Client[Name]
    : never;

/** What the SDK promises of the operation `payment.getPayment`; nothing fits a name that it does not have. */
type AnswerOf<Name extends string> =
  At<Sdk.PortOneClient, Name> extends infer Method extends (...args: never[]) => Promise<unknown>
    ? [Method] extends [never]
      ? never
      : Awaited<ReturnType<Method>>
    : never;

/** An operation, by the SDK's name; the operation table knows its method, path and fields. */
export interface Route {
  readonly operation: string;
  readonly run: (call: Call) => unknown;
}

/** Holds what `run` answers to the SDK's type. */
export function route<Name extends string>(
  operation: Name,
  run: (call: Call) => AnswerOf<Name> | Promise<AnswerOf<Name>>,
): Route {
  return { operation, run };
}
