import { OPTION_RULES } from '../../../lib/portone.option-rules.js';
import { systemTime, type PortOneSettings } from '../../../lib/portone.settings.js';
import { withEnvironment } from './environment.js';
import { errorOf, only, resolve } from './resolving.js';

const apiSecret = 'portone-v2-secret-0123456789';
const secret = Buffer.from('a webhook secret').toString('base64');

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
  now: systemTime,
  webhook: {
    secrets: [],
    toleranceSeconds: 300,
    handlerTimeoutMs: 25_000,
    backgroundTimeoutMs: 25_000,
    leaseMs: 20_000,
    maxBodyBytes: 262_144,
  },
  syncOnWebhook: false,
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
          backgroundTimeoutMs: absent,
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
      now: () => new Date(0),
      syncOnWebhook: true,
      webhook: {
        secrets: [secret, `whsec_${secret}`],
        toleranceSeconds: 1,
        handlerTimeoutMs: 2,
        backgroundTimeoutMs: 5,
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

describe('NODE_ENV=production', () => {
  it('has no default for the environment', () => {
    const error = withEnvironment({ NODE_ENV: 'production' }, () => errorOf({ apiSecret }));
    expect(only(error)).toMatchObject({
      option: 'environment',
      variable: 'PORTONE_ENV',
      problem: "must be 'sandbox' or 'production', got nothing",
      fix: "'sandbox' takes payments of TEST channels only, 'production' of LIVE ones; with NODE_ENV=production there is no default",
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
