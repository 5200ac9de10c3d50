import { readdirSync, readFileSync } from 'node:fs';
import { header } from './source-text.js';

/**
 * lib/testing/pages/pages.generated.ts: the pages as text, so that the package needs no files beside its code.
 *
 * @param {URL} folder
 */
export function pagesFile(folder) {
  const names = readdirSync(folder).sort();
  return `${header}/** The files of pages/src, by name. */
export const PAGE_FILES = {
${names.map((name) => `  ${JSON.stringify(name)}:\n    ${JSON.stringify(readFileSync(new URL(name, folder), 'utf8'))},`).join('\n')}
} as const;
`;
}
