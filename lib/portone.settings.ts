import { validateSync, type ValidationError } from 'class-validator';

import type { ClientSettings } from './client/client.settings.js';
import { PortOneOptionsError, type OptionMistake } from './errors/portone-options.error.js';
import { ENV_NAMES, OPTION_RULES, envPrefixOf } from './portone.option-rules.js';
import { PortOneModuleOptions, PortOneRetryOptions, PortOneWebhookReceiverOptions } from './portone.options.js';

/** The webhook options with every default filled in. */
export interface WebhookSettings {
  readonly secrets: readonly string[];
  readonly toleranceSeconds: number;
  readonly handlerTimeoutMs: number;
  readonly leaseMs: number;
  readonly maxBodyBytes: number;
}

/** An account's options, validated, with every default filled in. */
export interface PortOneSettings extends ClientSettings {
  readonly webhook: WebhookSettings;
}

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
  return {
    apiSecret: options.apiSecret,
    storeId: options.storeId,
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
    dispatcher: options.dispatcher,
    webhook: {
      secrets: webhook?.secrets ?? [],
      toleranceSeconds: webhook?.toleranceSeconds ?? 300,
      handlerTimeoutMs: webhook?.handlerTimeoutMs ?? 25_000,
      leaseMs: webhook?.leaseMs ?? 20_000,
      maxBodyBytes: webhook?.maxBodyBytes ?? 262_144,
    },
  };
}

/** Every mistake in the options, in the order of the options' table. */
function findMistakes(options: unknown): OptionMistake[] {
  if (typeof options !== 'object' || options === null) {
    return [{ option: 'options', problem: `must be an object, got ${options === null ? 'null' : typeof options}` }];
  }
  const prefix = envPrefixOf(options);
  const errors = validateSync(asClasses(options), { whitelist: true, forbidNonWhitelisted: true });
  return flatten(errors).map(({ path, error }) => toMistake(path, error, prefix));
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

function toMistake(option: string, error: ValidationError, prefix: string): OptionMistake {
  const rule = OPTION_RULES[option];
  if (rule === undefined || error.constraints?.['whitelistValidation'] !== undefined) {
    return { option, problem: `is no option; the options are ${Object.keys(OPTION_RULES).join(', ')}` };
  }
  const env = ENV_NAMES[option];
  const got = rule.secret ? describeSecret(error.value) : describe(error.value);
  return {
    option,
    ...(env !== undefined && { variable: prefix + env }),
    problem: `must be ${rule.expected}, got ${got}`,
    ...(rule.fix !== undefined && { fix: rule.fix }),
  };
}

/** Never the value itself: an error ends up in logs. */
function describeSecret(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length} of which one does not fit`;
  return typeof value === 'string' ? 'a text that does not fit' : `a ${typeof value}`;
}

function describe(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return JSON.stringify(value) ?? 'nothing';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
