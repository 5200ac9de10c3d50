// npm run bench [-- --quick] [-- --long] [-- --only outbound,start] [-- --write]
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';

import { growth } from './growth/section.js';
import { inbound } from './inbound/section.js';
import { outbound } from './outbound/section.js';
import { preparePackages, versions } from './packages.js';
import { start } from './start/section.js';
import { stores } from './stores/section.js';
import { isMet, markdown } from './table.js';
import { verification } from './verification/section.js';

const SECTIONS = { outbound, verification, inbound, start, growth, stores };
const RESULTS = new URL('./RESULTS.md', import.meta.url);

const { values } = parseArgs({
  options: {
    /** About a minute, for a look: the numbers scatter. */
    quick: { type: 'boolean', default: false },
    /** Adds ten minutes of steady load. */
    long: { type: 'boolean', default: false },
    /** Sections, comma-separated. */
    only: { type: 'string', default: Object.keys(SECTIONS).join(',') },
    /** Puts the run into RESULTS.md, in place of the one before. One of some sections follows those of all. */
    write: { type: 'boolean', default: false },
  },
});

const isWhole = values.only === Object.keys(SECTIONS).join(',');
preparePackages();
const rows = [];
const notes = [];
for (const name of values.only.split(',')) {
  console.error(`bench: ${name}`);
  const section = await SECTIONS[name](values);
  rows.push(...section.rows);
  notes.push(...section.notes);
}

const aims = rows.filter(({ aim }) => aim !== undefined);
const met = aims.length === 0 ? '' : `${aims.filter(isMet).length} of ${aims.length} aims met. `;
const run = [
  heading(),
  markdown(rows),
  `${met}A ratio is the median of the ratios of interleaved rounds, so it need not be the quotient of the medians beside it.`,
  ...notes,
].join('\n\n');
console.log(run);
if (values.write) writeRun(run);

function heading() {
  const [{ model }] = cpus();
  const date = new Date().toISOString().slice(0, 10);
  const kind = ['quick', 'long'].filter((option) => values[option]).map((option) => ` --${option}`);
  if (!isWhole) kind.push(` --only ${values.only}`);
  const compared = Object.entries(versions()).map(([name, version]) => `${name} ${version}`);
  return [
    `## ${date}, \`npm run bench${kind.length > 0 ? ` --${kind.join('')}` : ''}\``,
    `${model}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform}, Node ${process.versions.node}. ${compared.join(', ')}.`,
  ].join('\n\n');
}

/** What is written by hand around the run stays; a run of some sections leaves the others as they were. */
function writeRun(text) {
  const page = readFileSync(RESULTS, 'utf8');
  const [before, after] = ['<!-- run -->', '<!-- end of run -->'];
  if (isWhole) return writeFileSync(RESULTS, between(page, before, after, text));
  const [ours, endOfOurs] = [`<!-- run of ${values.only} -->`, `<!-- end of ${values.only} -->`];
  const withPlace = page.includes(ours) ? page : page.replace(after, `${ours}\n\n${endOfOurs}\n\n${after}`);
  writeFileSync(RESULTS, between(withPlace, ours, endOfOurs, text));
}

function between(page, before, after, text) {
  const from = page.indexOf(before) + before.length;
  return `${page.slice(0, from)}\n\n${text}\n\n${page.slice(page.indexOf(after))}`;
}
