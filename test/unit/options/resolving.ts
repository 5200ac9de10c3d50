import { PortOneOptionsError, type OptionMistake } from '../../../lib/errors/portone-options.error.js';
import type { PortOneModuleOptions } from '../../../lib/portone.options.js';
import { resolveSettings, type PortOneSettings } from '../../../lib/portone.settings.js';

export const resolve = (options: unknown): PortOneSettings =>
  resolveSettings(options as PortOneModuleOptions, 'PortOneModule');

/** The error of options that are wrong. */
export function errorOf(options: unknown): PortOneOptionsError {
  try {
    resolve(options);
  } catch (error) {
    if (error instanceof PortOneOptionsError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(options)} has no mistake.`);
}

/** Its mistake, where there is only one. */
export function only({ mistakes }: PortOneOptionsError): OptionMistake {
  expect(mistakes).toHaveLength(1);
  return mistakes[0]!;
}
