// Builds both module formats, dist/esm and dist/cjs, each with its declarations.
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { rollup } from 'rollup';

const root = new URL('..', import.meta.url).pathname;
const dist = join(root, 'dist');
const ENTRIES = [
  'index',
  'errors/index',
  'testing/index',
  'redis/index',
  'postgres/index',
  'bullmq/index',
  'opentelemetry/index',
  'terminus/index',
];
/** What `npx` runs: one format is enough. */
const COMMANDS = ['cli/main'];

rmSync(dist, { recursive: true, force: true });
compile('tsconfig.build.json');
compile('tsconfig.build.cjs.json', '--emitDeclarationOnly');

// Node resolves and links every file by itself, which for a hundred small ones takes longer than running them: an
// application starts 30 ms sooner with one. The decorators' metadata is tsc's, so what it wrote is bundled.
const compiled = readdirSync(join(dist, 'esm'), { recursive: true }).filter((file) => file.endsWith('.js'));
const output = { chunkFileNames: 'shared-[hash].js', hoistTransitiveImports: false };
const esm = await (await bundle([...ENTRIES, ...COMMANDS])).generate({ ...output, format: 'es' });
await (
  await bundle(ENTRIES)
).write({
  ...output,
  format: 'cjs',
  dir: join(dist, 'cjs'),
  interop: 'auto',
  // `import()` becomes `require`, so that `instanceof` holds for the copy of the SDK that a CommonJS application uses.
  dynamicImportInCjs: false,
});
for (const file of compiled) rmSync(join(dist, 'esm', file));
for (const { fileName, code } of esm.output) writeFileSync(join(dist, 'esm', fileName), code);
rmSync(join(dist, 'cjs/cli'), { recursive: true });

// The package is ESM by its package.json; this marks the CommonJS half.
writeFileSync(join(dist, 'cjs/package.json'), '{ "type": "commonjs" }\n');

function compile(project, ...options) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(root, project), ...options], { stdio: 'inherit' });
}

function bundle(entries) {
  return rollup({
    input: Object.fromEntries(entries.map((entry) => [entry, join(dist, 'esm', `${entry}.js`)])),
    external: (id) => !id.startsWith('.') && !id.startsWith('/'),
    onwarn(warning, warn) {
      // Of tsc's decorator helper, which looks whether a global one is there.
      if (warning.code !== 'THIS_IS_UNDEFINED') warn(warning);
    },
  });
}
