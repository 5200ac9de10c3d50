// A reader that went away (`| head`) is no reason to end: the sandbox goes on without a log.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

export function print(text: string): void {
  process.stdout.write(text);
}

export function printError(text: string): void {
  process.stderr.write(text);
}

/** One line, whatever is in it: an id may hold what moves a terminal's cursor. */
export function printLine(text: string): void {
  print(`${text.replace(/\p{Cc}/gu, '?')}\n`);
}
