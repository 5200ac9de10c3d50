// Runs in the loader's own thread.
import { writeSync } from 'node:fs';

export function load(url, context, next) {
  writeSync(2, `loaded ${url}\n`);
  return next(url, context);
}
