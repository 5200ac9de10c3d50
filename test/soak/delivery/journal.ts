import { openSync, readFileSync, writeSync } from 'node:fs';

import { machineNow } from './terms.js';

/**
 * What a process writes down as it happens, at once, so that the journal outlives a kill -9 at any point. A line is a
 * letter and its fields:
 *
 * - `A delivery time`: the inbox has this delivery
 * - `B run delivery handler token time`: a handler begins, under the claim of this token
 * - `E run time`: it ends, or it is told to
 * - `L token time`: the claim was made or renewed, asked for at this time
 * - `S from to`: in between it stood still: it was stopped, or others had the machine
 * - `K time`: it is killed
 */
export class JournalWriter {
  readonly #file: number;
  #runs = 0;
  readonly #open = new Set<number>();

  constructor(path: string) {
    this.#file = openSync(path, 'a');
  }

  accepted(delivery: string): void {
    this.#write('A', delivery, machineNow());
  }

  begin(delivery: string, handler: string, token: string): number {
    this.#runs += 1;
    this.#open.add(this.#runs);
    this.#write('B', this.#runs, delivery, handler, token, machineNow());
    return this.#runs;
  }

  /** The first end counts. */
  end(run: number): void {
    if (this.#open.delete(run)) this.#write('E', run, machineNow());
  }

  lease(token: string, askedAt: number): void {
    this.#write('L', token, askedAt);
  }

  stoodStill(from: number, to: number): void {
    this.#write('S', from, to);
  }

  killed(): void {
    this.#write('K', machineNow());
  }

  #write(...fields: readonly (string | number)[]): void {
    writeSync(this.#file, `${fields.join(' ')}\n`);
  }
}

/** How often a process looks whether it stands still, and what it takes for that, in milliseconds. */
const TICK_MS = 20;
export const STILL_MS = 40;

/** From now on, for as long as the process lives. */
export function watchStandingStill(journal: JournalWriter): void {
  let last = machineNow();
  const tick = () => {
    const now = machineNow();
    if (now - last > STILL_MS) journal.stoodStill(last, now);
    last = now;
  };
  setInterval(tick, TICK_MS).unref();
}

/** One run of a handler. */
export interface Run {
  readonly delivery: string;
  readonly handler: string;
  readonly begin: number;
  /** Its end, or that of its process. */
  readonly end: number;
  /** When its claim was made and renewed. */
  readonly leases: readonly number[];
  readonly process: Journal;
}

export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** What one process wrote down. */
export interface Journal {
  readonly name: string;
  /** The ids of deliveries that the inbox was seen to have. */
  readonly accepted: ReadonlySet<string>;
  readonly runs: readonly Run[];
  /** When it stood still. */
  readonly still: readonly Interval[];
}

export function readJournal(path: string, name: string): Journal {
  const still: Interval[] = [];
  const runs: Run[] = [];
  const accepted = new Set<string>();
  const journal: Journal = { name, accepted, runs, still };
  const leases = new Map<string, number[]>();
  const open = new Map<string, Run>();
  const close = (run: Run, end: number) => runs.push({ ...run, end });
  let last = 0;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [letter, ...fields] = line.split(' ') as [string, ...string[]];
    const time = Number(fields.at(-1));
    if (letter === 'B') {
      const [run, delivery, handler, token] = fields as [string, string, string, string];
      open.set(run, { delivery, handler, begin: time, end: time, leases: leasesOf(leases, token), process: journal });
    } else if (letter === 'E') {
      close(open.get(fields[0]!)!, time);
      open.delete(fields[0]!);
    } else if (letter === 'L') {
      leasesOf(leases, fields[0]!).push(time);
    } else if (letter === 'A') {
      accepted.add(fields[0]!);
    } else if (letter === 'S') {
      still.push({ from: Number(fields[0]), to: time });
    }
    if (letter !== '') last = Math.max(last, time);
  }
  // Killed by itself at the last line, or by the parent soon after it.
  for (const run of open.values()) close(run, last);
  return journal;
}

function leasesOf(all: Map<string, number[]>, token: string): number[] {
  const leases = all.get(token) ?? [];
  all.set(token, leases);
  return leases;
}
