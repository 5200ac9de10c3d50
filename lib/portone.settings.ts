import { validateSync, type ValidationError } from 'class-validator';

import type { ClientSettings } from './client/client.settings.js';
import type { WebhookSettings } from './webhook/webhook.settings.js';
import { withoutSecrets } from './client/redaction.js';
import { PortOneOptionsError, type OptionMistake } from './errors/portone-options.error.js';
import { EXTRAS } from './portone.extras.js';
import { DEFAULT_ENV_PREFIX, ENV_NAMES, OPTION_RULES, envPrefixOf } from './portone.option-rules.js';
import { PortOneModuleOptions, PortOneRetryOptions, PortOneWebhookReceiverOptions } from './portone.options.js';

/** An account's options, validated, with every default filled in. */
export interface PortOneSettings extends ClientSettings {
  readonly webhook: WebhookSettings;
  /** Every event of a payment is a reason to sync it. */
  readonly syncOnWebhook: boolean;
  /** What the variables begin with that the options were read from, if they were. */
  readonly envPrefix?: string;
}

/** PortOne waits 30 s. */
const DEFAULT_HANDLER_TIMEOUT_MS = 25_000;

/** The machine's clock. */
export const systemTime = (): Date => new Date();

/**
 * Validates the options and fills in the defaults.
 *
 * @param subject what the error names: an account, or `createPortOneClient`
 * @throws {PortOneOptionsError} with every mistake at once
 */
export function resolveSettings(options: PortOneModuleOptions, subject: string): PortOneSettings {
  const mistakes = findMistakes(options);
  if (mistakes.length > 0) throw new PortOneOptionsError(subject, mistakes);
  const { webhook, retry } = options;
  const envPrefix = envPrefixOf(options);
  return {
    apiSecret: options.apiSecret,
    storeId: options.storeId ?? undefined,
    environment: options.environment ?? 'sandbox',
    timeoutMs: options.timeoutMs ?? 60_000,
    baseUrl: options.baseUrl ?? 'https://api.portone.io',
    auth: options.auth ?? 'api-secret',
    retry: retry !== false && {
      maxAttempts: retry?.maxAttempts ?? 3,
      baseDelayMs: retry?.baseDelayMs ?? 500,
      maxDelayMs: retry?.maxDelayMs ?? 8_000,
    },
    maxConnections: options.maxConnections ?? 64,
    dispatcher: options.dispatcher ?? undefined,
    now: options.now ?? systemTime,
    webhook: {
      secrets: webhook?.secrets ?? [],
      toleranceSeconds: webhook?.toleranceSeconds ?? 300,
      handlerTimeoutMs: webhook?.handlerTimeoutMs ?? DEFAULT_HANDLER_TIMEOUT_MS,
      backgroundTimeoutMs: Math.max(
        webhook?.backgroundTimeoutMs ?? 0,
        webhook?.handlerTimeoutMs ?? DEFAULT_HANDLER_TIMEOUT_MS,
      ),
      leaseMs: webhook?.leaseMs ?? 20_000,
      maxBodyBytes: webhook?.maxBodyBytes ?? 262_144,
    },
    syncOnWebhook: options.syncOnWebhook ?? false,
    ...(envPrefix !== undefined && { envPrefix }),
  };
}

/** Every mistake in the options, in the order of the options' table; what is no option comes last. */
function findMistakes(options: unknown): OptionMistake[] {
  if (!isPlain(options)) {
    const fix = "give an object such as { apiSecret: '…' }; an options factory must return it";
    return [{ option: 'options', problem: `must be an object, got ${describe(options)}`, fix }];
  }
  const prefix = envPrefixOf(options) ?? DEFAULT_ENV_PREFIX;
  const secrets = secretsOf(options);
  const errors = flatten(validateSync(asClasses(options), { whitelist: true, forbidNonWhitelisted: true }));
  return errors
    .map(({ path, error }) => toMistake(path, error, prefix, secrets))
    .sort((a, b) => rank(a.option) - rank(b.option));
}

function rank(option: string): number {
  const known = Object.keys(OPTION_RULES);
  return known.includes(option) ? known.indexOf(option) : known.length;
}

/** class-validator finds its rules by class; the values themselves (a dispatcher!) are left as they are. */
function asClasses(options: object): PortOneModuleOptions {
  const typed = Object.assign(new PortOneModuleOptions(), options);
  if (isPlain(typed.webhook)) typed.webhook = Object.assign(new PortOneWebhookReceiverOptions(), typed.webhook);
  if (isPlain(typed.retry)) typed.retry = Object.assign(new PortOneRetryOptions(), typed.retry);
  return typed;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function flatten(errors: readonly ValidationError[], parent = ''): { path: string; error: ValidationError }[] {
  return errors.flatMap((error) => {
    const path = parent + error.property;
    return error.constraints ? [{ path, error }] : flatten(error.children ?? [], `${path}.`);
  });
}

function toMistake(option: string, error: ValidationError, prefix: string, secrets: readonly string[]): OptionMistake {
  const rule = OPTION_RULES[option];
  if (Object.hasOwn(EXTRAS, option)) {
    const fix = `give it beside the options, not in them: PortOneModule.forRootAsync({ ${option}: …, useFactory: … })`;
    return { option, problem: 'is no option', fix };
  }
  if (rule === undefined || error.constraints?.['whitelistValidation'] !== undefined) {
    // A spread in the wrong place can make a name of a secret.
    const name = /^[A-Za-z.]{1,40}$/.test(option) ? option : 'An option whose name is not shown';
    return { option: name, problem: 'is no option', fix: `the options are ${Object.keys(OPTION_RULES).join(', ')}` };
  }
  const env = ENV_NAMES[option];
  const got = rule.secret ? describeSecret(error.value) : describe(error.value, secrets);
  return {
    option,
    ...(env !== undefined && { variable: prefix + env }),
    problem: `must be ${rule.expected}, got ${got}`,
    fix: rule.fix,
  };
}

/** Every secret in the options: one that landed in another option (two variables swapped) must not be shown either. */
function secretsOf({ apiSecret, webhook }: { apiSecret?: unknown; webhook?: unknown }): string[] {
  const lists = [apiSecret, isPlain(webhook) && 'secrets' in webhook ? webhook.secrets : undefined];
  return lists
    .flat()
    .filter((secret) => typeof secret === 'string')
    .flatMap((secret) => secret.split(','))
    .flatMap((secret) => [secret, secret.replace(/^whsec_/, '')])
    .filter((secret) => secret.length >= 8);
}

/** Never the value itself: an error ends up in logs. */
function describeSecret(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length} of which one does not fit`;
  if (typeof value === 'number') return 'a number';
  return typeof value === 'string' && value !== '' ? 'a text that does not fit' : describe(value);
}

function describe(value: unknown, secrets: readonly string[] = []): string {
  if (value === undefined || value === null || value === '') return 'nothing';
  if (typeof value === 'string') return JSON.stringify(shorten(withoutSecrets(withoutCredentials(value), secrets)));
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** A URL without what may be secret in it: the user and password, the query. */
function withoutCredentials(text: string): string {
  return text.replace(/:\/\/.*@/s, '://…@').replace(/(:\/\/[^?#]*)[?#].*$/s, '$1?…');
}

/** A long text that is no URL may be a secret that was not known to be one. */
function shorten(text: string): string {
  return text.length <= 16 || text.includes('://') ? text : `${text.slice(0, 4)}…${text.slice(-4)}`;
}
