import type { Dispatcher } from 'undici';

/** How failed attempts are repeated. */
export interface RetrySettings {
  /** Attempts in all, the first included. */
  readonly maxAttempts: number;
  /** Milliseconds: the upper bound of the first wait; it doubles with each attempt. */
  readonly baseDelayMs: number;
  /** Milliseconds: the upper bound of any wait, a `Retry-After` of the server included. */
  readonly maxDelayMs: number;
}

/** TEST channels are accepted in `sandbox` only, LIVE ones in `production` only. */
export type PortOneEnvironment = 'sandbox' | 'production';

/** Validated options with every default filled in: what client and services are made of. */
export interface ClientSettings {
  readonly apiSecret: string;
  readonly storeId: string | undefined;
  readonly environment: PortOneEnvironment;
  readonly timeoutMs: number;
  /** An absolute http(s) URL. */
  readonly baseUrl: string;
  readonly auth: 'api-secret' | 'access-token';
  readonly retry: false | RetrySettings;
  readonly maxConnections: number;
  readonly dispatcher: Dispatcher | undefined;
  /** The time that flows go by: when a schedule is due, how old a record is. */
  readonly now: () => Date;
}
