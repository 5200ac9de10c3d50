// Where the contenders' packages come from. Nest 12 and the package itself are this checkout's; Nest 11, which the
// rivals support, is installed beside the bench with a copy of the built package, as an application would have it.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bench = fileURLToPath(new URL('./', import.meta.url));
const checkout = fileURLToPath(new URL('../', import.meta.url));

/** The two places from which packages are resolved, by Nest's major version. */
export const NEST_ROOTS = { 11: new URL('./', import.meta.url).href, 12: new URL('../', import.meta.url).href };

/** Imports a package as an application of that Nest would. Children are started with the flag that this needs. */
export function importFor(nest) {
  return (name) => import(import.meta.resolve(name, NEST_ROOTS[nest]));
}

/** Installs the rivals and builds the package, each only where it is missing or stale. */
export function preparePackages() {
  if (!existsSync(join(bench, 'node_modules/@golevelup/nestjs-stripe'))) {
    console.error('bench: installing the rivals (npm ci --prefix bench)');
    execFileSync('npm', ['ci', '--prefix', bench, '--no-audit', '--no-fund'], { stdio: ['ignore', 2, 2] });
  }
  if (isStale()) {
    console.error('bench: building the package (npm run build)');
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: checkout, stdio: ['ignore', 2, 2] });
  }
  const copy = join(bench, 'node_modules/nestjs-portone');
  rmSync(copy, { recursive: true, force: true });
  for (const part of ['package.json', 'dist']) cpSync(join(checkout, part), join(copy, part), { recursive: true });
}

/** The versions that a run compared, for its record. */
export function versions() {
  const version = (path) => JSON.parse(readFileSync(join(checkout, path, 'package.json'), 'utf8')).version;
  return {
    'nestjs-portone': version('.'),
    '@portone/server-sdk': version('node_modules/@portone/server-sdk'),
    undici: version('node_modules/undici'),
    'Nest 12': version('node_modules/@nestjs/core'),
    'Nest 11': version('bench/node_modules/@nestjs/core'),
    '@golevelup/nestjs-stripe': version('bench/node_modules/@golevelup/nestjs-stripe'),
    stripe: version('bench/node_modules/stripe'),
  };
}

function isStale() {
  const built = join(checkout, 'dist/cjs/package.json'); // written last
  if (!existsSync(built)) return true;
  const builtAt = statSync(built).mtimeMs;
  const sources = readdirSync(join(checkout, 'lib'), { recursive: true });
  return sources.some((source) => statSync(join(checkout, 'lib', source)).mtimeMs > builtAt);
}
