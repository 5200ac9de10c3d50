import { registerAs } from '@nestjs/config';

import { DEFAULT_ENV_PREFIX, ENV_PREFIX } from './portone.option-rules.js';
import type { PortOneModuleOptions } from './portone.options.js';
import { resolveSettings } from './portone.settings.js';

type Variables = Readonly<Record<string, unknown>>;

/**
 * The unnamed account's options from `PORTONE_API_SECRET`, `PORTONE_STORE_ID`, `PORTONE_ENV`, `PORTONE_TIMEOUT_MS`,
 * `PORTONE_BASE_URL`, `PORTONE_AUTH`, `PORTONE_WEBHOOK_SECRET` (comma-separated) and `PORTONE_SYNC_ON_WEBHOOK` (`true` or
 * `false`). An empty variable counts as absent.
 *
 * @example
 * PortOneModule.forRootAsync(portOneConfig.asProvider())
 */
export const portOneConfig = registerAs('portone', () => readOptions(process.env, DEFAULT_ENV_PREFIX));

/**
 * The same for a named account, from variables of its own.
 *
 * @param name the account's name, as in `forRootAsync({ name })`
 * @param envPrefix what its variables begin with: `'PORTONE_B_'` reads `PORTONE_B_API_SECRET` …
 *
 * @example
 * const configB = portOneConfigFor('b', 'PORTONE_B_');
 * PortOneModule.forRootAsync({ name: 'b', ...configB.asProvider() })
 */
export function portOneConfigFor(name: string, envPrefix: string) {
  return registerAs(`portone:${name}`, () => readOptions(process.env, envPrefix));
}

/**
 * For `ConfigModule.forRoot({ validate: validatePortOneEnv })`: checks the `PORTONE_` variables before any module is
 * made, and hands back every variable it was given.
 *
 * @throws {PortOneOptionsError} with every mistake at once
 */
export function validatePortOneEnv<T extends Record<string, unknown>>(variables: T): T {
  resolveSettings(readOptions(variables, DEFAULT_ENV_PREFIX), 'The environment');
  return variables;
}

function readOptions(variables: Variables, prefix: string): PortOneModuleOptions {
  const text = (name: string): string | undefined => {
    // A text; a number or a boolean where another step of validation made one of it.
    const value = variables[prefix + name] as string | number | boolean | null | undefined;
    return String(value ?? '').trim() || undefined;
  };
  // A `.env` file's NODE_ENV reaches the process only after validation. `null` is a mistake where `undefined` is none.
  const noDefault = variables['NODE_ENV'] === 'production' ? null : undefined;
  const timeoutMs = text('TIMEOUT_MS');
  const secrets = text('WEBHOOK_SECRET')
    ?.split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '');
  // What the variables say is checked when the module starts, with the rest: the casts only postpone it.
  return {
    apiSecret: text('API_SECRET') as string,
    storeId: text('STORE_ID'),
    environment: (text('ENV') ?? noDefault) as PortOneModuleOptions['environment'],
    timeoutMs: timeoutMs === undefined ? undefined : toNumber(timeoutMs),
    baseUrl: text('BASE_URL'),
    auth: text('AUTH') as PortOneModuleOptions['auth'],
    webhook: { secrets },
    syncOnWebhook: toBoolean(text('SYNC_ON_WEBHOOK')),
    [ENV_PREFIX]: prefix,
  } as PortOneModuleOptions;
}

/** A text that is no plain number (`Number` would take '0x10' and '1e5') stays itself, so that the error can show it. */
function toNumber(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : (text as unknown as number);
}

/** What is neither stays itself, so that the error can show it. */
function toBoolean(text: string | undefined): boolean | undefined {
  return text === 'true' ? true : text === 'false' ? false : (text as unknown as undefined);
}
