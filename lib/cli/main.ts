#!/usr/bin/env node
import { VERSION } from '../version.generated.js';
import { print, printError } from './output.js';
import { sandboxCommand } from './sandbox-command.js';
import { USAGE, UsageError } from './usage.js';
import { webhookCommand } from './webhook-command.js';

const COMMANDS: Readonly<Record<string, (args: string[]) => Promise<number>>> = {
  sandbox: sandboxCommand,
  webhook: webhookCommand,
};

/** @returns the exit code: 0, 1 for what went wrong, 2 for a command line that does not fit */
async function main([name = '', ...args]: string[]): Promise<number> {
  if ([name, ...args].some((arg) => arg === '--help' || arg === '-h')) {
    print(USAGE);
    return 0;
  }
  if (name === '--version') {
    print(`${VERSION}\n`);
    return 0;
  }
  try {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!command) throw new UsageError(name === '' ? 'Give a command.' : `There is no command ${name}.`);
    return await command(args);
  } catch (error) {
    if (error instanceof UsageError) {
      printError(`${error.message}\nnestjs-portone --help lists commands and options.\n`);
      return 2;
    }
    printError(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

// Not process.exit: what was printed must get out, and what is left open would be a defect to see.
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
