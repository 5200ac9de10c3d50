import { ConfigModule } from '@nestjs/config';

import { PortOneOptionsError } from '../../../lib/errors/portone-options.error.js';
import { portOneConfig, portOneConfigFor, validatePortOneEnv } from '../../../lib/portone.config.js';
import { resolveSettings, type PortOneSettings } from '../../../lib/portone.settings.js';
import { withEnvironment } from './environment.js';

const secret = Buffer.from('a webhook secret').toString('base64');
const second = Buffer.from('the next webhook secret').toString('base64');

type Variables = Record<string, string | undefined>;

const settingsFrom = (variables: Variables, config: typeof portOneConfig = portOneConfig): PortOneSettings =>
  withEnvironment(variables, () => resolveSettings(config(), 'PortOneModule'));

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof PortOneOptionsError) return error.message;
    throw error;
  }
  throw new Error('There was no mistake.');
}

const ALL = {
  API_SECRET: 'api-secret',
  STORE_ID: 'store-1',
  ENV: 'production',
  TIMEOUT_MS: '65000',
  BASE_URL: 'http://127.0.0.1:8080',
  AUTH: 'access-token',
  WEBHOOK_SECRET: `whsec_${secret}`,
  SYNC_ON_WEBHOOK: 'true',
};
const prefixed = (prefix: string, variables: Variables): Variables =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [prefix + name, value]));

const EXPECTED = {
  apiSecret: 'api-secret',
  storeId: 'store-1',
  environment: 'production',
  timeoutMs: 65_000,
  baseUrl: 'http://127.0.0.1:8080',
  auth: 'access-token',
  webhook: { secrets: [`whsec_${secret}`] },
  syncOnWebhook: true,
};

describe('portOneConfig', () => {
  it('reads every variable of the table', () => {
    expect(settingsFrom(prefixed('PORTONE_', ALL))).toMatchObject(EXPECTED);
  });

  it('leaves every default where there is no variable', () => {
    const { envPrefix, ...settings } = settingsFrom({ PORTONE_API_SECRET: 'api-secret' });
    expect(envPrefix).toBe('PORTONE_');
    expect(settings).toEqual(resolveSettings({ apiSecret: 'api-secret' }, 'PortOneModule'));
  });

  it.each(['', ' ', '\t\n'])('takes the empty variable %j for an absent one', (empty) => {
    const variables = Object.fromEntries(Object.keys(ALL).map((name) => [name, empty]));
    expect(settingsFrom({ ...prefixed('PORTONE_', variables), PORTONE_API_SECRET: 'api-secret' })).toEqual(
      settingsFrom({ PORTONE_API_SECRET: 'api-secret' }),
    );
    expect(messageOf(() => settingsFrom(prefixed('PORTONE_', variables)))).toMatch(
      /^PortOneModule: one option is wrong\.\n {2}- apiSecret \(PORTONE_API_SECRET\) .*, got nothing\./,
    );
  });

  it.each([[`${secret},${second}`], [` whsec_${secret} ,\n ${second} `], [`,${secret},,${second},`]])(
    'reads the secrets %j',
    (PORTONE_WEBHOOK_SECRET) => {
      const { secrets } = settingsFrom({ PORTONE_API_SECRET: 'x', PORTONE_WEBHOOK_SECRET }).webhook;
      expect(secrets.map((one) => one.replace('whsec_', ''))).toEqual([secret, second]);
    },
  );

  it('takes the spaces off that a copied value has', () => {
    expect(
      settingsFrom(prefixed('PORTONE_', Object.fromEntries(Object.entries(ALL).map(([k, v]) => [k, ` ${v}\n`])))),
    ).toMatchObject(EXPECTED);
  });

  it.each(['60_000', '60s', '0x10', '1e5', '60000.5', '-5', '0'])(
    'refuses PORTONE_TIMEOUT_MS=%s and shows it',
    (value) => {
      const message = messageOf(() => settingsFrom({ PORTONE_API_SECRET: 'x', PORTONE_TIMEOUT_MS: value }));
      expect(message).toContain('- timeoutMs (PORTONE_TIMEOUT_MS) must be a whole number of milliseconds');
      expect(message).toMatch(new RegExp(`got "?${value}"?\\.`));
    },
  );

  it.each([
    ['true', true],
    ['false', false],
  ])('reads PORTONE_SYNC_ON_WEBHOOK=%s', (value, expected) => {
    const settings = settingsFrom({ PORTONE_API_SECRET: 'x', PORTONE_SYNC_ON_WEBHOOK: value });
    expect(settings.syncOnWebhook).toBe(expected);
  });

  it.each(['yes', '1', 'TRUE', 'on'])('refuses PORTONE_SYNC_ON_WEBHOOK=%s and shows it', (value) => {
    expect(messageOf(() => settingsFrom({ PORTONE_API_SECRET: 'x', PORTONE_SYNC_ON_WEBHOOK: value }))).toContain(
      `- syncOnWebhook (PORTONE_SYNC_ON_WEBHOOK) must be true or false, got "${value}".`,
    );
  });

  it('is read when the application starts, not when the file is loaded', () => {
    expect(withEnvironment({ PORTONE_API_SECRET: 'first' }, () => portOneConfig()).apiSecret).toBe('first');
    expect(withEnvironment({ PORTONE_API_SECRET: 'second' }, () => portOneConfig()).apiSecret).toBe('second');
  });

  it('has the key "portone"', () => {
    expect(portOneConfig.KEY).toBe('CONFIGURATION(portone)');
  });
});

describe('portOneConfigFor', () => {
  const configB = portOneConfigFor('b', 'PORTONE_B_');

  it('reads the variables of its own prefix alone', () => {
    const settings = settingsFrom(
      { ...prefixed('PORTONE_', { API_SECRET: 'a', STORE_ID: 'store-a' }), PORTONE_B_API_SECRET: 'b' },
      configB,
    );
    expect(settings).toMatchObject({ apiSecret: 'b', storeId: undefined });
    expect(settingsFrom(prefixed('PORTONE_B_', ALL), configB)).toMatchObject(EXPECTED);
  });

  it('names its own variables in errors', () => {
    const wrong = {
      API_SECRET: '',
      STORE_ID: '',
      ENV: 'live',
      TIMEOUT_MS: 'x',
      BASE_URL: 'x',
      AUTH: 'x',
      WEBHOOK_SECRET: '!',
      SYNC_ON_WEBHOOK: 'yes',
    };
    const message = messageOf(() => settingsFrom(prefixed('PORTONE_B_', wrong), configB));
    expect([...message.matchAll(/\((PORTONE_\w+)\)/g)].map(([, name]) => name)).toEqual([
      'PORTONE_B_API_SECRET',
      'PORTONE_B_ENV',
      'PORTONE_B_TIMEOUT_MS',
      'PORTONE_B_BASE_URL',
      'PORTONE_B_AUTH',
      'PORTONE_B_WEBHOOK_SECRET',
      'PORTONE_B_SYNC_ON_WEBHOOK',
    ]);
  });

  it('has a key of its own for each account', () => {
    expect(new Set([portOneConfig.KEY, configB.KEY, portOneConfigFor('c', 'C_').KEY]).size).toBe(3);
  });
});

describe('validatePortOneEnv', () => {
  it('hands back every variable it was given, as it was', () => {
    const variables = { ...prefixed('PORTONE_', ALL), DATABASE_URL: 'postgres://…', EMPTY: '', NUMBER: 7 };
    const before = { ...variables };
    expect(withEnvironment({}, () => validatePortOneEnv(variables))).toEqual(before);
  });

  it('says everything that is wrong with them, naming each', () => {
    const message = messageOf(() =>
      withEnvironment({}, () =>
        validatePortOneEnv({ PORTONE_TIMEOUT_MS: 'soon', PORTONE_AUTH: 'basic', PORTONE_WEBHOOK_SECRET: '!' }),
      ),
    );
    expect(message).toMatch(/^The environment: 4 options are wrong\./);
    for (const name of ['API_SECRET', 'TIMEOUT_MS', 'AUTH', 'WEBHOOK_SECRET'])
      expect(message).toContain(`(PORTONE_${name})`);
  });

  it('judges what it is given, and not the process', () => {
    expect(messageOf(() => withEnvironment({ PORTONE_API_SECRET: 'x' }, () => validatePortOneEnv({})))).toContain(
      'apiSecret',
    );
  });

  it('wants the environment said when the variables say NODE_ENV=production', () => {
    const variables = { PORTONE_API_SECRET: 'x', NODE_ENV: 'production' };
    expect(messageOf(() => withEnvironment({ NODE_ENV: undefined }, () => validatePortOneEnv(variables)))).toContain(
      '(PORTONE_ENV)',
    );
    expect(
      withEnvironment({ NODE_ENV: undefined }, () => validatePortOneEnv({ ...variables, PORTONE_ENV: 'sandbox' })),
    ).toHaveProperty('PORTONE_ENV');
  });

  it('takes a number and a boolean that another step of validation made', () => {
    const variables = { PORTONE_API_SECRET: 'x', PORTONE_TIMEOUT_MS: 60_000, PORTONE_SYNC_ON_WEBHOOK: false };
    expect(withEnvironment({}, () => validatePortOneEnv(variables))).toEqual(variables);
  });

  it('stops an application at ConfigModule.forRoot', async () => {
    const start = async (): Promise<unknown> =>
      ConfigModule.forRoot({ ignoreEnvFile: true, validate: validatePortOneEnv });
    await expect(withEnvironment({}, start)).rejects.toThrow(PortOneOptionsError);
    await expect(withEnvironment({ PORTONE_API_SECRET: 'x' }, start)).resolves.toBeDefined();
  });
});
