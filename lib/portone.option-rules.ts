/** What the one error of wrong options says of each: what was expected and how to mend it. */
export interface OptionRule {
  readonly expected: string;
  readonly fix?: string;
  /** The value is never shown. */
  readonly secret?: true;
}

const CONSOLE = 'PortOne console > 결제 연동 > 연동 정보';

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
    fix: 'with NODE_ENV=production there is no default: say whether this deployment takes real money',
  },
  timeoutMs: { expected: 'a whole number of milliseconds, 1 or more', fix: 'PortOne recommends at least 60000' },
  baseUrl: {
    expected: 'an http(s) URL without credentials, query or fragment',
    fix: 'leave it out for https://api.portone.io',
  },
  auth: { expected: "'api-secret' or 'access-token'" },
  retry: { expected: 'false or an object', fix: 'such as { maxAttempts: 3, baseDelayMs: 500, maxDelayMs: 8000 }' },
  'retry.maxAttempts': { expected: 'a whole number from 1 to 20', fix: 'use retry: false for a single attempt' },
  'retry.baseDelayMs': { expected: 'a whole number of milliseconds, 0 or more' },
  'retry.maxDelayMs': { expected: 'a whole number of milliseconds, 0 or more' },
  maxConnections: { expected: 'a whole number, 1 or more' },
  dispatcher: { expected: "an undici Dispatcher, such as new ProxyAgent('http://proxy:3128')" },
  webhook: { expected: 'an object', fix: "such as { secrets: ['whsec_…'] }" },
  'webhook.secrets': {
    expected: 'a list of base64 secrets, with or without whsec_',
    fix: `copy each active one from ${CONSOLE} > 결제알림(Webhook) 관리`,
    secret: true,
  },
  'webhook.toleranceSeconds': { expected: 'a whole number of seconds, 1 or more' },
  'webhook.handlerTimeoutMs': {
    expected: 'a whole number of milliseconds, 1 or more',
    fix: 'PortOne waits 30000 for an answer',
  },
  'webhook.leaseMs': { expected: 'a whole number of milliseconds, 1 or more' },
  'webhook.maxBodyBytes': { expected: 'a whole number of bytes, 1 or more' },
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
};

export const DEFAULT_ENV_PREFIX = 'PORTONE_';

/** Set on options that were read from variables with another prefix, so that an error names the right ones. */
export const ENV_PREFIX = Symbol.for('nestjs-portone.env-prefix');

export function envPrefixOf(options: object): string {
  const prefix: unknown = ENV_PREFIX in options ? options[ENV_PREFIX] : undefined;
  return typeof prefix === 'string' ? prefix : DEFAULT_ENV_PREFIX;
}
