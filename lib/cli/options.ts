import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './usage.js';

/** `parseArgs`, whose complaints name the option already. */
export function parse<C extends ParseArgsConfig>(config: C): ReturnType<typeof parseArgs<C>> {
  try {
    return parseArgs(config);
  } catch (error) {
    // Behind the first sentence stands advice that fits no command of ours.
    throw new UsageError(error instanceof Error ? error.message.replace(/\. .*/s, '.') : String(error));
  }
}

/** As in `PORTONE_WEBHOOK_SECRET`: several are parted by commas. */
export function secretsOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '');
}

/**
 * Runs what checks its options itself, and says its complaint in the words of the command line.
 *
 * @param flags - the command's name for each of its options
 */
export async function withFlags<T>(flags: Readonly<Record<string, string>>, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const [, name = '', complaint] = /^\w+: (\S+) (must be .*)$/.exec((error as Error).message) ?? [];
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (!(error instanceof TypeError) || flag === undefined) throw error;
    throw new UsageError(`${flag} ${complaint}`);
  }
}
