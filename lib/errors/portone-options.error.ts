/** One wrong option: which, under which environment variable it is read, what is wrong, and how to mend it. */
export interface OptionMistake {
  readonly option: string;
  readonly variable?: string;
  readonly problem: string;
  readonly fix?: string;
}

/** The options are wrong; the application does not start. Lists every mistake, and never a secret. */
export class PortOneOptionsError extends Error {
  override name = 'PortOneOptionsError';
  declare readonly mistakes: readonly OptionMistake[];

  constructor(
    /** Whose options: an account of the module, or `createPortOneClient`. */
    readonly subject: string,
    mistakes: readonly OptionMistake[],
  ) {
    super(
      `${subject}: ${mistakes.length === 1 ? 'one option is' : `${mistakes.length} options are`} wrong.${mistakes.map(line).join('')}`,
    );
    // The message has them all; Node need not print them again below it.
    Object.defineProperty(this, 'mistakes', { value: mistakes });
  }
}

function line({ option, variable, problem, fix }: OptionMistake): string {
  return `\n  - ${option}${variable === undefined ? '' : ` (${variable})`} ${problem}.${fix === undefined ? '' : ` Fix: ${fix}.`}`;
}
