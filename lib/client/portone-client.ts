import { PortOneConnectionError } from '../errors/portone-connection.error.js';
import { observeCall, type ObservedClient } from '../observability/observe-call.js';
import type { Sdk } from '../sdk.types.js';
import { buildRequest } from './build-request.js';
import { callOperation, type CallContext } from './call-operation.js';
import type { CallOptions } from './call-options.js';
import type { CallTarget } from './call-target.js';
import type { ClientSettings } from './client.settings.js';
import { systemClock, type Clock } from './clock.js';
import { AccessTokenCredentials, ApiSecretCredentials, type Credentials } from './credentials.js';
import { customRequest, type PortOneRequest } from './custom-request.js';
import type { HttpRequest } from './http-request.js';
import { HttpTransport } from './http-transport.js';
import type { Operation, OperationOptions } from './operation.js';
import { OPERATIONS } from './operations.generated.js';
import { tokenSource } from './token-source.js';

/** Every operation of an SDK client, with one more argument. */
export type WithCallOptions<C> = {
  [K in keyof C]: C[K] extends (...args: infer A) => infer R
    ? (...args: [...A, call?: CallOptions]) => R
    : WithCallOptions<C[K]>;
};

/** Gives the class below the SDK's shape; the areas themselves are put on each instance. */
const SdkShape = class {} as unknown as abstract new () => WithCallOptions<Sdk.PortOneClient>;

/**
 * PortOne's API in the shape of the official SDK's client: `client.payment.getPayment({ paymentId })`,
 * `client.payment.billingKey.getBillingKeyInfo(…)`, with the same parameters and results. Every operation takes
 * {@link CallOptions} as its last argument, and rejects with the SDK's own error class when PortOne answers with an
 * error, else with a `PortOneTimeoutError`, `PortOneConnectionError` or `PortOneUnexpectedResponseError`; wrong
 * arguments reject with a `TypeError` before anything is sent.
 *
 * Also the token to inject it by: `constructor(private readonly client: PortOneClient) {}`.
 */
export abstract class PortOneClient extends SdkShape {
  /**
   * Calls an endpoint that the SDK has not typed yet, with the same credentials, timeout, key and retries.
   *
   * @returns the JSON of the answer; its text where the content type is another; `undefined` when it is empty
   * @throws an `Error` that `isPortOneApiError` recognises when PortOne answers with an error; TypeError for a method or
   * path that is none
   */
  abstract request<T = unknown>(request: PortOneRequest, call?: CallOptions): Promise<T>;
}

/** A client with the means to end it. */
export type ClosablePortOneClient = PortOneClient & {
  /**
   * Waits for the calls in flight, their retries included, then closes the connections. A call made afterwards is
   * rejected. A dispatcher that was given stays open.
   */
  close(): Promise<void>;
};

/** Whose client it is, and what tests turn by hand. */
export interface ClientSurroundings {
  /** The account's name, for who looks on. */
  readonly account?: string | undefined;
  readonly clock?: Clock;
  /** As `Math.random`. */
  readonly random?: () => number;
}

/** Makes a client; cheap, as undici and the SDK are loaded when first needed. */
export function makeClient(settings: ClientSettings, surroundings: ClientSurroundings = {}): ClosablePortOneClient {
  return new ConnectedClient(settings, surroundings);
}

/** A node of the client's tree: operations and further areas. */
interface Area {
  [name: string]: Area | ((options?: OperationOptions, call?: CallOptions) => Promise<unknown>);
}

class ConnectedClient extends PortOneClient {
  readonly #storeId: string | undefined;
  readonly #context: CallContext;
  readonly #observed: ObservedClient;
  readonly #transport: HttpTransport;
  readonly #secret: Credentials;
  readonly #credentials: Credentials;
  #inFlight = 0;
  #closing: Promise<void> | undefined;
  #onLastEnd: (() => void) | undefined;

  constructor(settings: ClientSettings, { account, clock = systemClock, random = Math.random }: ClientSurroundings) {
    super();
    const { apiSecret } = settings;
    this.#storeId = settings.storeId;
    this.#observed = { account, baseUrl: settings.baseUrl };
    this.#transport = new HttpTransport(settings, clock);
    this.#context = { settings, transport: this.#transport, clock, random };
    this.#secret = new ApiSecretCredentials(apiSecret);
    const source = tokenSource((name, options, call) => this.#fetchToken(name, options, call), apiSecret);
    this.#credentials =
      settings.auth === 'api-secret' ? this.#secret : new AccessTokenCredentials(apiSecret, source, clock);
    for (const row of OPERATIONS) this.#addOperation(row);
  }

  override async request<T = unknown>(request: PortOneRequest, call?: CallOptions): Promise<T> {
    const target: CallTarget = { name: `${request.method} ${request.path}`, answer: 'any' };
    return (await this.#call(this.#credentials, target, customRequest(request), call)) as T;
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  #addOperation(row: Operation): void {
    const names = row.name.split('.');
    const method = names.pop() ?? '';
    let area = this as unknown as Area;
    for (const name of names) area = (area[name] ??= {}) as Area;
    const target: CallTarget = { name: row.name, answer: row.answer, sdkError: row, path: row.path };
    // The SDK calls these with the API secret, and a token must not be needed to get a token.
    const credentials = row.errorFrom === 'auth' ? this.#secret : this.#credentials;
    // The computed key gives the function its name, for stack traces.
    Object.assign(area, {
      [method]: async (options?: OperationOptions, call?: CallOptions) =>
        this.#call(credentials, target, buildRequest(row, options, this.#storeId), call),
    });
  }

  async #fetchToken(name: string, options: OperationOptions, call: CallOptions | undefined): Promise<unknown> {
    const row = OPERATIONS.find((operation) => operation.name === name);
    if (row === undefined) throw new TypeError(`The operation table has no ${name}.`);
    const target: CallTarget = { name, answer: row.answer, sdkError: row, path: row.path };
    // Not refused by a client that is closing: the calls it still waits for may need the token.
    return this.#track(this.#secret, target, buildRequest(row, options, undefined), call);
  }

  #call(
    credentials: Credentials,
    target: CallTarget,
    request: HttpRequest,
    call: CallOptions | undefined,
  ): Promise<unknown> {
    if (this.#closing) {
      const error = new PortOneConnectionError(
        `${target.name}: the client is closed, by its close() or by the application's shutdown. Nothing was sent.`,
        { operation: target.name, outcome: 'not-sent', attempts: 0 },
      );
      return Promise.reject(error);
    }
    return this.#track(credentials, target, request, call);
  }

  async #track(
    credentials: Credentials,
    target: CallTarget,
    request: HttpRequest,
    call: CallOptions | undefined,
  ): Promise<unknown> {
    this.#inFlight++;
    try {
      const observed = observeCall(this.#observed, target, request);
      const make = (): Promise<unknown> => callOperation(this.#context, credentials, target, request, call, observed);
      return await (observed === undefined ? make() : observed.run(make));
    } finally {
      if (--this.#inFlight === 0) this.#onLastEnd?.();
    }
  }

  async #close(): Promise<void> {
    if (this.#inFlight > 0) await new Promise<void>((resolve) => (this.#onLastEnd = resolve));
    await this.#transport.close();
  }
}
