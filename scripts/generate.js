// Writes the generated files from the official SDK, the error table, the sandbox's pages and PostgreSQL's tables. `--check`
// writes nothing and exits 1 when a file is stale. Needs no network.
import { readFileSync, writeFileSync } from 'node:fs';
import { errorKindsFile, errorStatusFile, knownVariantsFile } from './generate/error-files.js';
import { knownVariants } from './generate/known-variants.js';
import { migrationFile } from './generate/migration-file.js';
import { operationsFile, sdkAreasFile } from './generate/operations-file.js';
import { pagesFile } from './generate/pages-file.js';
import { recordOperations } from './generate/record-operations.js';
import { header, literal } from './generate/source-text.js';

const root = new URL('..', import.meta.url);
const readJson = (path) => JSON.parse(readFileSync(new URL(path, root), 'utf8'));

const rows = await recordOperations();
const errors = readJson('scripts/generate/error-status.json');
const files = {
  'lib/client/operations.generated.ts': operationsFile(rows),
  'lib/errors/error-kinds.generated.ts': errorKindsFile(errors),
  'lib/errors/error-status.generated.ts': errorStatusFile(errors),
  'lib/errors/known-variants.generated.ts': knownVariantsFile(knownVariants(), errors),
  'lib/errors/sdk-areas.generated.ts': sdkAreasFile(rows),
  'lib/testing/pages/pages.generated.ts': pagesFile(new URL('lib/testing/pages/src/', root)),
  'lib/version.generated.ts': `${header}/** The version of this package. */
export const VERSION = ${literal(readJson('package.json').version)};
`,
  'migrations/postgres.sql': await migrationFile(new URL('lib/postgres/schema/migration-sql.ts', root)),
};

const check = process.argv.includes('--check');
for (const [path, text] of Object.entries(files)) {
  if (text === readIfPresent(path)) continue;
  if (check) {
    console.error(`${path} is stale: run "npm run generate" and commit the result.`);
    process.exitCode = 1;
  } else {
    writeFileSync(new URL(path, root), text);
    console.log(`${path} written.`);
  }
}

function readIfPresent(path) {
  try {
    return readFileSync(new URL(path, root), 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  }
}
