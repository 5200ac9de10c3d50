import type { Dispatcher } from 'undici';

import { onAbort, untilAborted } from './abort.js';
import type { ClientSettings } from './client.settings.js';
import type { Clock } from './clock.js';
import { Deadlines } from './deadlines.js';
import { HttpAttempt, type AttemptEnd } from './http-attempt.js';
import type { HttpRequest } from './http-request.js';

export type TransportSettings = Pick<ClientSettings, 'baseUrl' | 'timeoutMs' | 'maxConnections' | 'dispatcher'>;

/** Longer than any network takes to connect; what is silent for so long is not there. */
const LONGEST_CONNECT_MS = 10_000;

/**
 * Puts requests on the wire and tells how each ended, always by resolving: timeout, abort and failure are outcomes here,
 * and what to make of them is decided elsewhere.
 *
 * The time of an attempt runs from connecting to the last byte. Waiting for one of `maxConnections` to become free is
 * bounded by the same number of milliseconds but not part of it: a request that waited for 59 of its 60 seconds would
 * be sent and cut off a second later, and a payment that was safely not sent would have become one that nobody knows of.
 * With a dispatcher of the application's own, whose connections cannot be counted here, connecting counts as waiting.
 */
export class HttpTransport {
  readonly #settings: TransportSettings;
  readonly #clock: Clock;
  readonly #origin: string;
  readonly #pathPrefix: string;
  readonly #deadlines: Deadlines;
  #dispatcher: Dispatcher | undefined;
  #loading: Promise<void> | undefined;
  #closeOwnPool: (() => Promise<void>) | undefined;
  #inFlight = 0;

  constructor(settings: TransportSettings, clock: Clock) {
    const { origin, pathname } = new URL(settings.baseUrl);
    this.#settings = settings;
    this.#clock = clock;
    this.#origin = origin;
    this.#pathPrefix = pathname.replace(/\/+$/, '');
    this.#deadlines = new Deadlines(clock);
    this.#dispatcher = settings.dispatcher;
  }

  /**
   * Makes one attempt.
   *
   * @param headers - names and values by turns
   */
  async send(
    request: HttpRequest,
    headers: string[],
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<AttemptEnd> {
    if (this.#dispatcher === undefined) {
      try {
        await untilAborted((this.#loading ??= this.#openPool()), signal);
      } catch (cause) {
        return { kind: signal?.aborted ? 'aborted' : 'connection', sent: false, cause };
      }
    }
    if (signal?.aborted) return { kind: 'aborted', sent: false, cause: signal.reason };
    return this.#dispatch(request, headers, timeoutMs, signal);
  }

  /** Cuts every connection of the pool. A dispatcher that was given belongs to its giver. */
  async close(): Promise<void> {
    await this.#closeOwnPool?.();
  }

  #dispatch(
    request: HttpRequest,
    headers: string[],
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<AttemptEnd> {
    return new Promise<AttemptEnd>((resolve) => {
      const mayWait = this.#closeOwnPool === undefined || this.#inFlight >= this.#settings.maxConnections;
      let stopListening: (() => void) | undefined;
      const attempt = new HttpAttempt(this.#clock, timeoutMs, mayWait, (ended, end) => {
        this.#inFlight--;
        this.#deadlines.forget(ended);
        stopListening?.();
        resolve(end);
      });
      this.#inFlight++;
      this.#deadlines.watch(attempt);
      if (signal) stopListening = onAbort(signal, () => attempt.abort(signal.reason));
      try {
        this.#dispatcher?.dispatch(
          {
            origin: this.#origin,
            path: this.#pathPrefix + request.path,
            method: request.method,
            headers,
            body: request.body ?? null,
            // The attempt has a deadline of its own, for a given dispatcher too.
            headersTimeout: 0,
            bodyTimeout: 0,
          },
          attempt,
        );
      } catch (cause) {
        attempt.fail(cause);
      }
    });
  }

  /** undici takes 70 ms to load, so it is loaded by the first call and not by the start of the application. */
  async #openPool(): Promise<void> {
    const { Pool } = await import('undici');
    const pool = new Pool(this.#origin, {
      connections: this.#settings.maxConnections,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: Math.min(this.#settings.timeoutMs, LONGEST_CONNECT_MS) },
    });
    this.#closeOwnPool = () => pool.destroy();
    this.#dispatcher = pool;
  }
}
