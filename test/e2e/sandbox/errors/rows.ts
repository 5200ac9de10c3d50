import type { Bench } from './bench.js';

type Options = Readonly<Record<string, unknown>>;

/** Makes an operation fail, in a sandbox that nothing was done in yet. */
export type Provoke = (bench: Bench, call: (options?: Options) => Promise<unknown>) => Promise<unknown>;

interface ErrorClass {
  new (data: never): { readonly data: { readonly type: string | symbol } };
}

/** The error types that the SDK's class of an operation lists; a row for each, no more and no fewer. */
type Rows<E extends ErrorClass> = Record<Extract<InstanceType<E>['data']['type'], string>, Provoke>;

export interface OperationErrors {
  readonly error: ErrorClass;
  /** What the operation is called with unless a row says otherwise. */
  readonly options: Options;
  readonly rows: Readonly<Record<string, Provoke>>;
}

export function errorsOf<E extends ErrorClass>(error: E, options: Options, rows: Rows<E>): OperationErrors {
  return { error, options, rows };
}

/** As it is: an empty sandbox is enough. */
export const asItIs: Provoke = (_, call) => call();

/** With other options, `undefined` to leave one out. */
export function having(options: Options): Provoke {
  return (_, call) => call(options);
}

/** After something was done. */
export function after(work: (bench: Bench) => unknown, options: Options = {}): Provoke {
  return async (bench, call) => {
    await work(bench);
    return call(options);
  };
}

/** With options that something that was done gives. */
export function using(work: (bench: Bench) => Promise<Options>): Provoke {
  return async (bench, call) => call(await work(bench));
}

/** The test calls these rows with another API secret. */
export const UNAUTHORIZED: { UNAUTHORIZED: Provoke } = { UNAUTHORIZED: asItIs };

/** What nearly every operation answers. */
export const ACCESS: { UNAUTHORIZED: Provoke; FORBIDDEN: Provoke } = {
  ...UNAUTHORIZED,
  FORBIDDEN: having({ storeId: 'store-of-somebody-else' }),
};

/** The payment provider says no, on demand. */
export const PG_PROVIDER: Provoke = after(({ sandbox }) => sandbox.faults.add({ fault: 'pg-error' }));
