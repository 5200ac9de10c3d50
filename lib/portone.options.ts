import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import type { Dispatcher } from 'undici';

import type { PortOneEnvironment } from './client/client.settings.js';
import { webhookKey } from './webhook/webhook-secret.js';

/** How failed attempts are repeated. Which are, is said in the README's table of retries. */
export class PortOneRetryOptions {
  /**
   * Attempts in all, the first included.
   * @default 3
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(20)
  maxAttempts?: number | undefined;

  /**
   * Milliseconds: the upper bound of the first wait. The bound doubles with each attempt; the wait is drawn at random
   * between zero and the bound (full jitter).
   * @default 500
   */
  @IsOptional()
  @IsInt()
  @Min(0)
  baseDelayMs?: number | undefined;

  /**
   * Milliseconds: the upper bound of any wait, a `Retry-After` of the server included.
   * @default 8000
   */
  @IsOptional()
  @IsInt()
  @Min(0)
  maxDelayMs?: number | undefined;
}

/** How webhooks are received. */
export class PortOneWebhookReceiverOptions {
  /**
   * Every active webhook secret, with or without `whsec_`. During a rotation PortOne has two; give both.
   * Environment: `PORTONE_WEBHOOK_SECRET`, comma-separated. Required when a handler exists.
   */
  @IsOptional()
  @ValidateBy({ name: 'webhookSecrets', validator: { validate: areWebhookSecrets } })
  secrets?: readonly string[] | undefined;

  /**
   * Seconds that the `webhook-timestamp` header may be off, either way.
   * @default 300
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  toleranceSeconds?: number | undefined;

  /**
   * Milliseconds that all handlers of a delivery have together. PortOne waits 30 s. Then `delivery.signal` aborts, the
   * answer is 500, and the lease is no longer renewed.
   * @default 25000
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(2 ** 31 - 1)
  handlerTimeoutMs?: number | undefined;

  /**
   * Milliseconds that the handlers have when nobody waits for them: an inbox that finishes work itself takes a delivery
   * up, or a queue's worker does. With such an inbox this holds for deliveries of PortOne's too: after `handlerTimeoutMs`
   * the answer is 503, and the handlers go on, their lease renewed, until this time is up.
   * @default `handlerTimeoutMs`
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(2 ** 31 - 1)
  backgroundTimeoutMs?: number | undefined;

  /**
   * Milliseconds that a dead process holds a delivery; a living one renews its lease while its handlers run.
   * @default 20000
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(2 ** 31 - 1)
  leaseMs?: number | undefined;

  /**
   * Bytes that a body may have; more is 413 and read no further.
   * @default 262144
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  maxBodyBytes?: number | undefined;
}

/** What `createPortOneClient` and every account of the module need. */
export class PortOneClientOptions {
  /** The V2 API secret of PortOne's console. Environment: `PORTONE_API_SECRET`. Required. */
  @IsString()
  @IsNotEmpty()
  @ValidateBy({ name: 'headerSafe', validator: { validate: isHeaderSafe } })
  apiSecret!: string;

  /**
   * Added to every operation that takes a `storeId` and was given none, exactly where the official SDK adds its own.
   * Environment: `PORTONE_STORE_ID`.
   */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  storeId?: string | undefined;

  /**
   * `verifyPayment` accepts TEST channels in `sandbox` only, LIVE ones in `production` only.
   * Environment: `PORTONE_ENV`.
   * @default 'sandbox'; none with `NODE_ENV=production`, where it must be said
   */
  @ValidateIf((options: PortOneClientOptions) => options.environment !== undefined || isProduction())
  @IsIn(['sandbox', 'production'])
  environment?: PortOneEnvironment | undefined;

  /**
   * Milliseconds for one attempt, from connecting to the last byte. PortOne recommends at least 60 s; less is accepted
   * with one warning at start. Environment: `PORTONE_TIMEOUT_MS`.
   * @default 60000
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(2 ** 31 - 1)
  timeoutMs?: number | undefined;

  /**
   * Where the API is. Environment: `PORTONE_BASE_URL`.
   * @default 'https://api.portone.io'
   */
  @IsOptional()
  @ValidateBy({ name: 'baseUrl', validator: { validate: isBaseUrl } })
  baseUrl?: string | undefined;

  /**
   * `'api-secret'` sends the secret with each call. `'access-token'` logs in with it, then sends a token, refreshed
   * before it expires. Environment: `PORTONE_AUTH`.
   * @default 'api-secret'
   */
  @IsOptional()
  @IsIn(['api-secret', 'access-token'])
  auth?: 'api-secret' | 'access-token' | undefined;

  /**
   * `false` turns retries off.
   * @default { maxAttempts: 3, baseDelayMs: 500, maxDelayMs: 8000 }
   */
  @ValidateIf((options: PortOneClientOptions) => options.retry !== false && options.retry !== undefined)
  @IsObject()
  @ValidateNested()
  retry?: false | PortOneRetryOptions | undefined;

  /**
   * Connections per origin.
   * @default 64
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  maxConnections?: number | undefined;

  /** An undici `Dispatcher` to send through (a corporate proxy, a mock). Whoever made it closes it. */
  @IsOptional()
  @ValidateBy({ name: 'dispatcher', validator: { validate: isDispatcher } })
  dispatcher?: Dispatcher | undefined;

  /**
   * The time that flows go by: when a subscription's next payment is due, how old a journalled refund is. Timeouts and
   * the tolerance of webhooks go by the machine's clock all the same.
   *
   * @default the machine's clock
   * @example
   * now: () => sandbox.clock.now() // a year of subscriptions in a test
   */
  @IsOptional()
  @ValidateBy({ name: 'now', validator: { validate: (value: unknown) => typeof value === 'function' } })
  now?: (() => Date) | undefined;
}

/** The options of `PortOneModule.forRoot` and of what `forRootAsync` resolves. */
export class PortOneModuleOptions extends PortOneClientOptions {
  /** How webhooks are received. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  webhook?: PortOneWebhookReceiverOptions | undefined;

  /**
   * Whether every `Transaction.*` event but `Confirm` is a reason to sync its payment: a handler like any other, with the
   * inbox's promises. Needs an `@OnPaymentSync` method. Environment: `PORTONE_SYNC_ON_WEBHOOK` (`true` or `false`).
   * @default false
   */
  @IsOptional()
  @IsBoolean()
  syncOnWebhook?: boolean | undefined;
}

/** Makes the options of an account: the class given to `forRootAsync({ useClass | useExisting })`. */
export interface PortOneOptionsFactory {
  createPortOneOptions(): PortOneModuleOptions | Promise<PortOneModuleOptions>;
}

/** Whether this process runs with `NODE_ENV=production`. */
export function isProduction(): boolean {
  return process.env['NODE_ENV'] === 'production';
}

function areWebhookSecrets(value: unknown): boolean {
  return (
    Array.isArray(value) && value.every((secret) => typeof secret === 'string' && webhookKey(secret) !== undefined)
  );
}

function isHeaderSafe(value: unknown): boolean {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}

function isBaseUrl(value: unknown): boolean {
  // By the parser that the transport uses too; a container's name (`http://portone_mock:8080`) is a host to it.
  if (typeof value !== 'string' || /[\s?#]/.test(value) || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}

function isDispatcher(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'dispatch' in value && typeof value.dispatch === 'function';
}
