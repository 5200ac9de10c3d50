import fc from 'fast-check';

import { PortOneOptionsError, type OptionMistake } from '../../../lib/errors/portone-options.error.js';
import { OPTION_RULES } from '../../../lib/portone.option-rules.js';
import type { PortOneModuleOptions } from '../../../lib/portone.options.js';
import { resolveSettings, type PortOneSettings } from '../../../lib/portone.settings.js';
import { withEnvironment } from './environment.js';

const apiSecret = 'portone-v2-secret-0123456789';
const secret = Buffer.from('a webhook secret').toString('base64');

const resolve = (options: unknown): PortOneSettings =>
  resolveSettings(options as PortOneModuleOptions, 'PortOneModule');

function errorOf(options: unknown): PortOneOptionsError {
  try {
    resolve(options);
  } catch (error) {
    if (error instanceof PortOneOptionsError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(options)} has no mistake.`);
}

function only({ mistakes }: PortOneOptionsError): OptionMistake {
  expect(mistakes).toHaveLength(1);
  return mistakes[0]!;
}

const DEFAULTS: PortOneSettings = {
  apiSecret,
  storeId: undefined,
  environment: 'sandbox',
  timeoutMs: 60_000,
  baseUrl: 'https://api.portone.io',
  auth: 'api-secret',
  retry: { maxAttempts: 3, baseDelayMs: 500, maxDelayMs: 8000 },
  maxConnections: 64,
  dispatcher: undefined,
  webhook: {
    secrets: [],
    toleranceSeconds: 300,
    handlerTimeoutMs: 25_000,
    leaseMs: 20_000,
    maxBodyBytes: 262_144,
  },
};

describe('defaults', () => {
  it('are those of the table when only the secret is given', () => {
    expect(resolve({ apiSecret })).toEqual(DEFAULTS);
  });

  it.each([undefined, null])('stand for every option that is %s', (absent) => {
    // The environment has no `null`: NODE_ENV decides whether it may be absent, so it must be plainly absent.
    const options = Object.fromEntries(
      Object.keys(OPTION_RULES)
        .filter((name) => !name.includes('.') && !['apiSecret', 'environment', 'retry'].includes(name))
        .map((name) => [name, absent]),
    );
    expect(resolve({ ...options, apiSecret })).toStrictEqual(DEFAULTS);
    expect(resolve({ apiSecret, retry: undefined, environment: undefined })).toStrictEqual(DEFAULTS);
    expect(
      resolve({
        apiSecret,
        retry: { maxAttempts: absent, baseDelayMs: absent, maxDelayMs: absent },
        webhook: {
          secrets: absent,
          toleranceSeconds: absent,
          handlerTimeoutMs: absent,
          leaseMs: absent,
          maxBodyBytes: absent,
        },
      }),
    ).toStrictEqual(DEFAULTS);
  });

  it('give way to every option that is given', () => {
    const dispatcher = { dispatch: () => true };
    const given = {
      apiSecret,
      storeId: 'store-1',
      environment: 'production',
      timeoutMs: 70_000,
      baseUrl: 'http://127.0.0.1:8080/portone',
      auth: 'access-token',
      retry: { maxAttempts: 1, baseDelayMs: 0, maxDelayMs: 0 },
      maxConnections: 1,
      dispatcher,
      webhook: {
        secrets: [secret, `whsec_${secret}`],
        toleranceSeconds: 1,
        handlerTimeoutMs: 2,
        leaseMs: 3,
        maxBodyBytes: 4,
      },
    };
    const settings = resolve(given);
    expect(settings).toEqual(given);
    // Not a copy: a dispatcher is what it is.
    expect(settings.dispatcher).toBe(dispatcher);
    expect(resolve({ apiSecret, retry: { maxAttempts: 7 } }).retry).toEqual({
      maxAttempts: 7,
      baseDelayMs: 500,
      maxDelayMs: 8000,
    });
    expect(resolve({ apiSecret, retry: false }).retry).toBe(false);
  });

  it('leave the given options as they are', () => {
    const options = { apiSecret, retry: { maxAttempts: 2 }, webhook: { secrets: [secret] } };
    const before = structuredClone(options);
    resolve(Object.freeze(options));
    expect(options).toEqual(before);
  });

  it.each([
    'https://api.portone.io',
    'https://api.portone.io/',
    'http://localhost:3000',
    'http://127.0.0.1:1',
    'http://[::1]:8080',
    'http://portone_mock:8080',
    'https://gateway.example/portone/v2',
  ])('take the baseUrl %s', (baseUrl) => {
    expect(resolve({ apiSecret, baseUrl }).baseUrl).toBe(baseUrl);
  });
});

describe('a mistake', () => {
  it.each<[option: string, variable: string | undefined, got: string, options: object]>([
    ['apiSecret', 'PORTONE_API_SECRET', 'nothing', {}],
    ['apiSecret', 'PORTONE_API_SECRET', 'nothing', { apiSecret: '' }],
    ['apiSecret', 'PORTONE_API_SECRET', 'nothing', { apiSecret: null }],
    ['apiSecret', 'PORTONE_API_SECRET', 'a number', { apiSecret: 12345 }],
    ['apiSecret', 'PORTONE_API_SECRET', 'a text that does not fit', { apiSecret: `${apiSecret}\n` }],
    ['apiSecret', 'PORTONE_API_SECRET', 'a text that does not fit', { apiSecret: '비밀' }],
    ['storeId', 'PORTONE_STORE_ID', 'nothing', { apiSecret, storeId: '' }],
    ['storeId', 'PORTONE_STORE_ID', '7', { apiSecret, storeId: 7 }],
    ['environment', 'PORTONE_ENV', '"prod"', { apiSecret, environment: 'prod' }],
    ['environment', 'PORTONE_ENV', 'nothing', { apiSecret, environment: '' }],
    ['environment', 'PORTONE_ENV', 'nothing', { apiSecret, environment: null }],
    ['timeoutMs', 'PORTONE_TIMEOUT_MS', '0', { apiSecret, timeoutMs: 0 }],
    ['timeoutMs', 'PORTONE_TIMEOUT_MS', '"60000"', { apiSecret, timeoutMs: '60000' }],
    ['timeoutMs', 'PORTONE_TIMEOUT_MS', 'NaN', { apiSecret, timeoutMs: NaN }],
    ['timeoutMs', 'PORTONE_TIMEOUT_MS', 'Infinity', { apiSecret, timeoutMs: Infinity }],
    ['timeoutMs', 'PORTONE_TIMEOUT_MS', '0.5', { apiSecret, timeoutMs: 0.5 }],
    ['timeoutMs', 'PORTONE_TIMEOUT_MS', '2147483648', { apiSecret, timeoutMs: 2 ** 31 }],
    ['baseUrl', 'PORTONE_BASE_URL', '"api.portone.io"', { apiSecret, baseUrl: 'api.portone.io' }],
    ['baseUrl', 'PORTONE_BASE_URL', '"ftp://api.portone.io"', { apiSecret, baseUrl: 'ftp://api.portone.io' }],
    ['baseUrl', 'PORTONE_BASE_URL', '"//api.portone.io"', { apiSecret, baseUrl: '//api.portone.io' }],
    ['baseUrl', 'PORTONE_BASE_URL', '"https://api.portone.io "', { apiSecret, baseUrl: 'https://api.portone.io ' }],
    [
      'baseUrl',
      'PORTONE_BASE_URL',
      '"https://…@api.portone.io"',
      { apiSecret, baseUrl: 'https://me:pa/ss@api.portone.io' },
    ],
    [
      'baseUrl',
      'PORTONE_BASE_URL',
      '"https://…@api.portone.io"',
      { apiSecret, baseUrl: 'https://me:pass@api.portone.io' },
    ],
    [
      'baseUrl',
      'PORTONE_BASE_URL',
      '"https://api.portone.io/?…"',
      { apiSecret, baseUrl: 'https://api.portone.io/?key=pass' },
    ],
    [
      'baseUrl',
      'PORTONE_BASE_URL',
      '"https://api.portone.io?…"',
      { apiSecret, baseUrl: 'https://api.portone.io#pass' },
    ],
    ['auth', 'PORTONE_AUTH', '"token"', { apiSecret, auth: 'token' }],
    ['retry', undefined, 'true', { apiSecret, retry: true }],
    ['retry', undefined, 'nothing', { apiSecret, retry: null }],
    ['retry', undefined, '3', { apiSecret, retry: 3 }],
    ['retry', undefined, 'a list', { apiSecret, retry: [] }],
    ['retry', undefined, 'a list', { apiSecret, retry: [{ maxAttempts: 3 }] }],
    ['retry.maxAttempts', undefined, '0', { apiSecret, retry: { maxAttempts: 0 } }],
    ['retry.maxAttempts', undefined, '21', { apiSecret, retry: { maxAttempts: 21 } }],
    ['retry.baseDelayMs', undefined, '-1', { apiSecret, retry: { baseDelayMs: -1 } }],
    ['retry.maxDelayMs', undefined, '"1s"', { apiSecret, retry: { maxDelayMs: '1s' } }],
    ['maxConnections', undefined, '0', { apiSecret, maxConnections: 0 }],
    ['dispatcher', undefined, '"http://proxy:3128"', { apiSecret, dispatcher: 'http://proxy:3128' }],
    ['dispatcher', undefined, 'an object', { apiSecret, dispatcher: {} }],
    ['dispatcher', undefined, 'a function', { apiSecret, dispatcher: () => undefined }],
    ['webhook', undefined, '"whsec_"', { apiSecret, webhook: 'whsec_' }],
    ['webhook', undefined, 'a list', { apiSecret, webhook: [] }],
    ['webhook', undefined, 'a list', { apiSecret, webhook: [{ secrets: [secret] }] }],
    [
      'webhook.secrets',
      'PORTONE_WEBHOOK_SECRET',
      'a text that does not fit',
      { apiSecret, webhook: { secrets: secret } },
    ],
    [
      'webhook.secrets',
      'PORTONE_WEBHOOK_SECRET',
      'a list of 2 of which one does not fit',
      { apiSecret, webhook: { secrets: [secret, 'not base64!'] } },
    ],
    [
      'webhook.secrets',
      'PORTONE_WEBHOOK_SECRET',
      'a list of 1 of which one does not fit',
      { apiSecret, webhook: { secrets: [''] } },
    ],
    [
      'webhook.secrets',
      'PORTONE_WEBHOOK_SECRET',
      'a list of 1 of which one does not fit',
      { apiSecret, webhook: { secrets: ['whsec_'] } },
    ],
    [
      'webhook.secrets',
      'PORTONE_WEBHOOK_SECRET',
      'a list of 1 of which one does not fit',
      { apiSecret, webhook: { secrets: [null] } },
    ],
    ['webhook.toleranceSeconds', undefined, '0', { apiSecret, webhook: { toleranceSeconds: 0 } }],
    ['webhook.handlerTimeoutMs', undefined, '0', { apiSecret, webhook: { handlerTimeoutMs: 0 } }],
    ['webhook.leaseMs', undefined, '1.5', { apiSecret, webhook: { leaseMs: 1.5 } }],
    ['webhook.maxBodyBytes', undefined, '"1mb"', { apiSecret, webhook: { maxBodyBytes: '1mb' } }],
  ])('in %s names %s and the fix, got %s', (option, variable, got, options) => {
    const error = errorOf(options);
    const { fix, expected } = OPTION_RULES[option]!;
    expect(only(error)).toEqual({
      option,
      ...(variable && { variable }),
      problem: `must be ${expected}, got ${got}`,
      fix,
    });
    expect(error.message).toBe(
      `PortOneModule: one option is wrong.\n  - ${option}${variable ? ` (${variable})` : ''} must be ${expected}, got ${got}. Fix: ${fix}.`,
    );
  });

  it.each([
    ['apiKey', { apiSecret, apiKey: 'x' }],
    ['webhook.secret', { apiSecret, webhook: { secret } }],
    ['retry.attempts', { apiSecret, retry: { attempts: 3 } }],
  ])('is an option that there is not: %s', (option, options) => {
    expect(only(errorOf(options))).toEqual({
      option,
      problem: 'is no option',
      fix: expect.stringContaining('webhook.secrets') as string,
    });
  });

  it.each([
    [undefined, 'nothing'],
    [null, 'nothing'],
    ['secret', '"secret"'],
    [[], 'a list'],
  ])('is %j for options', (options, got) => {
    expect(only(errorOf(options))).toMatchObject({ option: 'options', problem: `must be an object, got ${got}` });
  });

  it('is reported with all others, in the order of the table', () => {
    const error = errorOf({
      wrong: 1,
      webhook: { maxBodyBytes: 0, secrets: ['!'], nothing: 1 },
      maxConnections: -1,
      retry: { maxDelayMs: -1, maxAttempts: 0 },
      baseUrl: 'x',
      timeoutMs: -1,
      auth: 'x',
    });
    expect(error.mistakes.map(({ option }) => option)).toEqual([
      'apiSecret',
      'timeoutMs',
      'baseUrl',
      'auth',
      'retry.maxAttempts',
      'retry.maxDelayMs',
      'maxConnections',
      'webhook.secrets',
      'webhook.maxBodyBytes',
      'wrong',
      'webhook.nothing',
    ]);
    expect(error.message).toMatch(/^PortOneModule: 11 options are wrong\.\n {2}- apiSecret \(PORTONE_API_SECRET\)/);
    expect(error.message.split('\n')).toHaveLength(12);
    for (const { fix } of error.mistakes) expect(fix).toBeTruthy();
  });
});

describe('NODE_ENV=production', () => {
  it('has no default for the environment', () => {
    const error = withEnvironment({ NODE_ENV: 'production' }, () => errorOf({ apiSecret }));
    expect(only(error)).toMatchObject({
      option: 'environment',
      variable: 'PORTONE_ENV',
      problem: "must be 'sandbox' or 'production', got nothing",
      fix: 'with NODE_ENV=production there is no default: say whether this deployment takes real money',
    });
  });

  it.each(['sandbox', 'production'])('takes the environment %s', (environment) => {
    const settings = withEnvironment({ NODE_ENV: 'production' }, () => resolve({ apiSecret, environment }));
    expect(settings.environment).toBe(environment);
  });

  it.each([undefined, '', 'development', 'PRODUCTION'])('is not %j', (NODE_ENV) => {
    expect(withEnvironment({ NODE_ENV }, () => resolve({ apiSecret })).environment).toBe('sandbox');
  });
});

it('never prints a secret, wherever it was put', () => {
  const text = fc.string({ unit: 'grapheme-ascii', minLength: 17, maxLength: 80 });
  const base64Secret = fc.uint8Array({ minLength: 13 }).map((key) => Buffer.from(key).toString('base64'));
  const place = fc.constantFrom(
    'none',
    'storeId',
    'environment',
    'timeoutMs',
    'baseUrl',
    'auth',
    'retry',
    'webhook',
    'dispatcher',
  );
  fc.assert(
    fc.property(
      fc.oneof(text, fc.uuid()),
      fc.oneof(
        base64Secret,
        base64Secret.map((key) => `whsec_${key}`),
        text,
      ),
      place,
      place,
      (api, webhook, apiAt, webhookAt) => {
        const options = {
          apiSecret: `${api} `,
          timeoutMs: 0,
          webhook: { secrets: [webhook, 'not base64!'] },
          ...(apiAt !== 'none' && { [apiAt]: `${api} ` }),
          ...(webhookAt !== 'none' && webhookAt !== 'webhook' && { [webhookAt]: webhook }),
          ...(apiAt === 'baseUrl' && { baseUrl: `https://me:${api}@api.portone.io` }),
        };
        const error = errorOf(options);
        const shown = [
          error.message,
          JSON.stringify(error),
          JSON.stringify(error.mistakes),
          String(error.stack),
        ].join();
        // A secret that looks like a word of the message itself says nothing.
        const harmless = errorOf({ timeoutMs: 0, webhook: { secrets: ['!'] } }).message + JSON.stringify(OPTION_RULES);
        for (const given of [api, webhook, webhook.replace(/^whsec_/, '')]) {
          if (given.trim().length >= 8 && !harmless.includes(given)) expect(shown).not.toContain(given);
        }
      },
    ),
  );
});
