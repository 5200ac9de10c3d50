// Names every ES module that a process loads and every CommonJS module that it has loaded in the end, on stderr.
// Preloaded with --import.
import { createRequire, register } from 'node:module';
import { writeSync } from 'node:fs';

register('./loaded-modules.hooks.js', import.meta.url);

process.on('exit', () => {
  for (const path of Object.keys(createRequire(import.meta.url).cache)) writeSync(2, `loaded ${path}\n`);
});
