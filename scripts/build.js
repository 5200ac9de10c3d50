// Builds both module formats: dist/esm and dist/cjs, each with its declarations.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';

const root = new URL('..', import.meta.url).pathname;
const tsc = `${root}node_modules/typescript/bin/tsc`;

rmSync(`${root}dist`, { recursive: true, force: true });
for (const project of ['tsconfig.build.json', 'tsconfig.build.cjs.json']) {
  execFileSync(process.execPath, [tsc, '-p', `${root}${project}`], { stdio: 'inherit' });
}
// The package is ESM by its package.json; this marks the CommonJS half.
writeFileSync(`${root}dist/cjs/package.json`, '{ "type": "commonjs" }\n');
