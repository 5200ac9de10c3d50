import { OPTION_RULES } from '../../../lib/portone.option-rules.js';
import { errorOf, only } from './resolving.js';

const apiSecret = 'portone-v2-secret-0123456789';
const secret = Buffer.from('a webhook secret').toString('base64');

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
    ['now', undefined, 'an object', { apiSecret, now: new Date() }],
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
    ['syncOnWebhook', 'PORTONE_SYNC_ON_WEBHOOK', '"true"', { apiSecret, syncOnWebhook: 'true' }],
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
