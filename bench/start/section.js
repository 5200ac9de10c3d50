// Start: a plain Nest application, the same with this package, the same with the SDK; each start in a fresh process.
import { fork } from 'node:child_process';

import { interleave, median, medianOf } from '../rounds.js';
import { megabytes, milliseconds } from '../table.js';

const NAMES = ['plain', 'nestjs-portone', 'sdk'];
const FORMATS = { 'Nest 12, ESM': './esm.js', 'Nest 11, CommonJS': './cjs.cjs' };
const LONGEST_MS = 25;

export async function start({ quick }) {
  const rounds = quick ? 5 : 25;
  const rows = [];
  const notes = [];
  for (const [format, file] of Object.entries(FORMATS)) {
    for (const name of NAMES) await startOnce(file, name); // into the file system's cache
    const measured = await interleave(NAMES, rounds, (name) => startOnce(file, name));
    rows.push(...rowsOf(format, measured));
    notes.push(await lazinessOf(format, file));
  }
  return { rows, notes };
}

const signed = (write, value) => (value < 0 ? write(value) : `+${write(value)}`);

function rowsOf(format, { plain, 'nestjs-portone': ours, sdk }) {
  const over = (theirs, measure) => median(theirs.map((start, at) => start[measure] - plain[at][measure]));
  const row = (what, measure, write, added, extra) => ({
    what: `start: ${format}, ${what}`,
    ours: `${write(medianOf(ours, measure))} (${signed(write, over(ours, measure))})`,
    theirs: added,
    ...extra,
  });
  const time = (starts) => milliseconds(medianOf(starts, 'ms'));
  const memory = (starts) => megabytes(medianOf(starts, 'rss'));
  return [
    row('time over the plain application', 'ms', milliseconds, `plain ${time(plain)}`, {
      ratio: over(ours, 'ms'),
      unit: ' ms',
      aim: { atMost: LONGEST_MS },
    }),
    row(
      'time, and what the SDK adds',
      'ms',
      milliseconds,
      `SDK ${time(sdk)} (${signed(milliseconds, over(sdk, 'ms'))})`,
      {
        ratio: over(ours, 'ms') / over(sdk, 'ms'),
      },
    ),
    row('CPU time, and what the SDK adds', 'cpuMs', milliseconds, `SDK ${signed(milliseconds, over(sdk, 'cpuMs'))}`, {
      ratio: over(ours, 'cpuMs') / over(sdk, 'cpuMs'),
    }),
    row('resident memory, and what the SDK adds', 'rss', megabytes, `SDK ${memory(sdk)} (plain ${memory(plain)})`, {
      ratio: over(ours, 'rss') / over(sdk, 'rss'),
    }),
  ];
}

/** Whether undici and the SDK are left alone until they are needed. */
async function lazinessOf(format, file) {
  const preload = new URL('./loaded-modules.js', import.meta.url).href;
  const { stderr } = await startOnce(file, 'nestjs-portone', ['--import', preload]);
  const loaded = (name) => (stderr.includes(`/node_modules/${name}/`) ? '**loaded**' : 'not loaded');
  if (!stderr.includes('/@nestjs/core/')) throw new Error('The modules that a start loads could not be listed.');
  return `Start, ${format}: undici is ${loaded('undici')} at start, @portone/server-sdk is ${loaded('@portone/server-sdk')}.`;
}

async function startOnce(file, contender, execArgv = []) {
  const child = fork(new URL(file, import.meta.url), [contender], {
    execArgv: ['--experimental-import-meta-resolve', '--no-warnings', ...execArgv],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORTONE_API_SECRET: 'bench',
      PORTONE_ENV: 'sandbox',
      PORTONE_WEBHOOK_SECRET: 'whsec_YmVuY2g=',
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  let measure;
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  child.once('message', (message) => (measure = message));
  await new Promise((resolve) => child.once('close', resolve));
  if (measure === undefined) throw new Error(`The start of ${contender} failed: ${stderr}`);
  return { ...measure, stderr };
}
