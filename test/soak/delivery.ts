import { parseArgs } from 'node:util';

import { BREAKAGES, type Breakage } from './delivery/breakage.js';
import { runShopProcess } from './delivery/shop-process.js';
import { soak } from './delivery/soak.js';
import { INBOXES, type InboxKind, type ProcessTerms } from './delivery/terms.js';

// --kills is how often each kind of accident happens: `kill -9` and SIGSTOP beyond the lease of a process that handles a
// delivery, `kill -9` of one that takes one or answers, of PostgreSQL and, unless the inbox is PostgreSQL's, of Redis.

/** Of what went wrong, the first so many are told. */
const TOLD = 10;

// The same file is each of the shop's processes.
if (process.argv[2] === 'process') await runShopProcess(JSON.parse(process.argv[3]!) as ProcessTerms);
else await main().catch(failed);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      inbox: { type: 'string', default: 'postgres' },
      deliveries: { type: 'string', default: '20000' },
      processes: { type: 'string', default: '4' },
      kills: { type: 'string', default: '6' },
      seed: { type: 'string', default: '7' },
      break: { type: 'string' },
    },
  });
  const inbox = oneOf('--inbox', values.inbox, INBOXES) satisfies InboxKind;
  const breakage =
    values.break === undefined ? undefined : (oneOf('--break', values.break, BREAKAGES) satisfies Breakage);
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => ended.abort(new Error(`Ended by ${signal}.`)));
  }
  // Whatever it is: what was started is ended first.
  process.on('uncaughtException', (error) => ended.abort(error));
  const { verdict, findings, backlog, unacknowledged, unreached } = await soak({
    inbox,
    breakage,
    deliveries: atLeast('--deliveries', values.deliveries, 1),
    processes: atLeast('--processes', values.processes, inbox === 'queue' ? 2 : 1),
    kills: atLeast('--kills', values.kills, 0),
    seed: values.seed,
    signal: ended.signal,
  });
  for (const { fault, delivery, what } of findings.slice(0, TOLD)) {
    console.error([`${fault}: ${delivery.id} (${delivery.type}): ${what}`, ...delivery.answers].join('\n  '));
  }
  if (backlog > 0) console.error(`${backlog} deliveries are still in the inbox, and nothing is done about them.`);
  console.log(`${unacknowledged} deliveries were handled though no sending of theirs was answered with 200;`);
  console.log(`${unreached} never reached the shop, for which there is the reconciler.`);
  console.log(JSON.stringify(verdict));
  process.exitCode = findings.length === 0 ? 0 : 1;
}

/** What was started has been ended by now. */
function failed(error: unknown): void {
  console.error(error);
  process.exitCode = 1;
}

function oneOf<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((one) => one === value);
  if (choice === undefined) throw new TypeError(`${option} must be one of ${choices.join(', ')}`);
  return choice;
}

function atLeast(option: string, value: string, least: number): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < least)
    throw new TypeError(`${option} must be an integer, ${least} or more`);
  return number;
}
