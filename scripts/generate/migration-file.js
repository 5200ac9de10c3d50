import { build } from 'esbuild';
import { header } from './source-text.js';

/**
 * migrations/postgres.sql: for whoever has migrations of their own.
 *
 * @param {URL} source the TypeScript that makes the text
 */
export async function migrationFile(source) {
  const { outputFiles } = await build({
    entryPoints: [source.pathname],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  const { postgresMigrationSql } = await import(`data:text/javascript;base64,${code}`);
  return `${header.replace('//', '--')}\n${postgresMigrationSql()}`;
}
