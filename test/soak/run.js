// node test/soak/run.js sandbox | payments | subscriptions | delivery [--option value …]: from source, in a process of
// its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build } from 'esbuild';

const args = process.argv.slice(2);
const name = args.shift();
const folder = mkdtempSync(join(tmpdir(), 'nestjs-portone-'));
let child;
let ended = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    ended = true;
    // It ends what it has started, and then the folder can go.
    child?.kill(signal);
  });
}
try {
  const outfile = join(folder, 'soak.mjs');
  const entry = new URL(`${name}.ts`, import.meta.url).pathname;
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    // Nest looks for optional packages when it is loaded, which a bundle of it could not.
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  symlinkSync(new URL('../../node_modules', import.meta.url).pathname, join(folder, 'node_modules'));
  if (!ended) child = spawn(process.execPath, ['--expose-gc', outfile, ...args], { stdio: 'inherit' });
  const [status] = child === undefined ? [1] : await once(child, 'exit');
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
