/** What the one error of wrong options says of each: what was expected and how to mend it. */
export interface OptionRule {
  readonly expected: string;
  readonly fix: string;
  /** The value is never shown. */
  readonly secret?: true;
}

const CONSOLE = 'PortOne console > 결제 연동 > 연동 정보';

/** As long as a timer of Node can be. */
const WHOLE_MS = 'a whole number of milliseconds from 1 to 2147483647';

/** By the option's path, in the order of the README's table. */
export const OPTION_RULES: Readonly<Record<string, OptionRule>> = {
  apiSecret: {
    expected: 'the V2 API secret, a text without spaces',
    fix: `create one at ${CONSOLE} > V2 API Secret`,
    secret: true,
  },
  storeId: { expected: 'a store id such as "store-…"', fix: `copy it from ${CONSOLE}, or leave it out` },
  environment: {
    expected: "'sandbox' or 'production'",
    fix: "'sandbox' takes payments of TEST channels only, 'production' of LIVE ones; with NODE_ENV=production there is no default",
  },
  timeoutMs: { expected: WHOLE_MS, fix: 'PortOne recommends at least 60000' },
  baseUrl: {
    expected: 'an http(s) URL without credentials, query or fragment',
    fix: 'leave it out for https://api.portone.io',
  },
  auth: { expected: "'api-secret' or 'access-token'", fix: "leave it out for 'api-secret'" },
  retry: { expected: 'false or an object', fix: 'such as { maxAttempts: 3, baseDelayMs: 500, maxDelayMs: 8000 }' },
  'retry.maxAttempts': { expected: 'a whole number from 1 to 20', fix: 'use retry: false for a single attempt' },
  'retry.baseDelayMs': { expected: 'a whole number of milliseconds, 0 or more', fix: 'leave it out for 500' },
  'retry.maxDelayMs': { expected: 'a whole number of milliseconds, 0 or more', fix: 'leave it out for 8000' },
  maxConnections: { expected: 'a whole number, 1 or more', fix: 'leave it out for 64' },
  dispatcher: { expected: 'an undici Dispatcher', fix: "give one, such as new ProxyAgent('http://proxy:3128')" },
  now: { expected: 'a function that returns a Date', fix: "leave it out for the machine's clock" },
  webhook: { expected: 'an object', fix: "such as { secrets: ['whsec_…'] }" },
  'webhook.secrets': {
    expected: 'a list of base64 secrets, with or without whsec_',
    fix: `copy each active one from ${CONSOLE} > 결제알림(Webhook) 관리`,
    secret: true,
  },
  'webhook.toleranceSeconds': { expected: 'a whole number of seconds, 1 or more', fix: 'leave it out for 300' },
  'webhook.handlerTimeoutMs': {
    expected: WHOLE_MS,
    fix: 'PortOne waits 30000 for an answer',
  },
  'webhook.backgroundTimeoutMs': { expected: WHOLE_MS, fix: 'leave it out for webhook.handlerTimeoutMs' },
  'webhook.leaseMs': { expected: WHOLE_MS, fix: 'leave it out for 20000' },
  'webhook.maxBodyBytes': { expected: 'a whole number of bytes, 1 or more', fix: 'leave it out for 262144' },
  syncOnWebhook: { expected: 'true or false', fix: 'true needs an @OnPaymentSync method' },
};

/** The environment variable of an option, without its prefix. */
export const ENV_NAMES: Readonly<Record<string, string>> = {
  apiSecret: 'API_SECRET',
  storeId: 'STORE_ID',
  environment: 'ENV',
  timeoutMs: 'TIMEOUT_MS',
  baseUrl: 'BASE_URL',
  auth: 'AUTH',
  'webhook.secrets': 'WEBHOOK_SECRET',
  syncOnWebhook: 'SYNC_ON_WEBHOOK',
};

export const DEFAULT_ENV_PREFIX = 'PORTONE_';

/** Set on options that were read from variables with another prefix, so that an error names the right ones. */
export const ENV_PREFIX = Symbol.for('nestjs-portone.env-prefix');

/** The prefix of the variables that the options were read from, if they were. */
export function envPrefixOf(options: object): string | undefined {
  const prefix: unknown = ENV_PREFIX in options ? options[ENV_PREFIX] : undefined;
  return typeof prefix === 'string' ? prefix : undefined;
}
