import { STILL_MS, type Interval, type Journal, type Run } from './journal.js';
import type { Delivery } from './sender.js';
import { HANDLERS, isTransactional, LEASE_MS, type InboxKind } from './terms.js';

/** What went wrong, counted. */
export interface Faults {
  /** Deliveries that the shop accepted, and of whose handlers one never had its effect. */
  lost: number;
  /** Deliveries with more than one effect of a transactional handler. */
  doubled: number;
  /** Pairs of runs of one plain handler with one delivery at the same time. */
  overlapping: number;
}

/** What the handlers wrote of one delivery, by their ids. */
export type Effects = ReadonlyMap<string, { readonly all: number; readonly final: number }>;

export interface Evidence {
  readonly inbox: InboxKind;
  readonly deliveries: readonly Delivery[];
  readonly journals: readonly Journal[];
  /** By delivery id. */
  readonly effects: ReadonlyMap<string, Effects>;
}

export interface Finding {
  readonly fault: keyof Faults;
  readonly delivery: Delivery;
  readonly what: string;
}

/**
 * How long a process that runs may take to notice that its lease is over and to end its handlers, in milliseconds. It
 * need not be told by anybody.
 */
const NOTICES_WITHIN_MS = 150;
/** Stores count in whole milliseconds. */
const ROUNDING_MS = 2;

export function audit({ inbox, deliveries, journals, effects }: Evidence): Finding[] {
  const findings: Finding[] = [];
  const runs = groupedRuns(journals);
  for (const delivery of deliveries) {
    const find = (fault: keyof Faults, what: string) => findings.push({ fault, delivery, what });
    const of = (handler: string) => effects.get(delivery.id)?.get(handler) ?? { all: 0, final: 0 };
    const missing = HANDLERS[delivery.type].filter((handler) => of(handler).final === 0);
    if (delivery.accepted && missing.length > 0) {
      const ran = missing.flatMap((handler) => runs.get(`${delivery.id} ${handler}`) ?? []);
      find('lost', [`no effect of ${missing.join(', ')}`, ...ran.map(describe)].join('; ran: '));
    }
    for (const handler of HANDLERS[delivery.type]) {
      if (isTransactional(inbox, handler)) {
        if (of(handler).all > 1) find('doubled', `${of(handler).all} effects of ${handler}`);
      } else {
        for (const what of overlaps(runs.get(`${delivery.id} ${handler}`) ?? [])) find('overlapping', what);
      }
    }
  }
  return findings;
}

function groupedRuns(journals: readonly Journal[]): Map<string, Run[]> {
  const groups = new Map<string, Run[]>();
  for (const run of journals.flatMap(({ runs }) => runs)) {
    const key = `${run.delivery} ${run.handler}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return groups;
}

/**
 * Runs that went on at the same time. No lease can keep a process that stands still beyond it from going on where it
 * stood: for as long as it takes to notice, that is no fault. While a lease holds, from then on, and when a handler is
 * begun without one, it is.
 */
function overlaps(runs: readonly Run[]): string[] {
  const found: string[] = [];
  const inOrder = [...runs].sort((a, b) => a.begin - b.begin);
  for (const [index, later] of inOrder.entries()) {
    for (const earlier of inOrder.slice(0, index)) {
      const end = Math.min(earlier.end, later.end);
      if (end <= later.begin) continue;
      const fault = faultOf(earlier, later, end);
      if (fault !== undefined) found.push(`${fault}: ${[earlier, later].map(describe).join('; then ')}`);
    }
  }
  return found;
}

function faultOf(earlier: Run, later: Run, end: number): string | undefined {
  if (later.begin > leaseEndOf(later, later.begin) + STILL_MS) return 'began without a lease';
  const leaseEnd = leaseEndOf(earlier, later.begin);
  if (later.begin < leaseEnd - ROUNDING_MS) return 'began while another one held its lease';
  const withoutLease = end - leaseEnd - overlapOf(earlier.process.still, leaseEnd, end);
  if (withoutLease <= NOTICES_WITHIN_MS) return undefined;
  return `went on without a lease for ${Math.round(withoutLease)} ms`;
}

/** The end of the last lease that was asked for by then. */
function leaseEndOf({ leases }: Run, time: number): number {
  return Math.max(...leases.filter((askedAt) => askedAt <= time)) + LEASE_MS;
}

function describe({ process, begin, end, leases }: Run): string {
  const at = (time: number) => (time / 1_000).toFixed(3);
  const still = process.still.filter(({ from, to }) => to > begin && from < end);
  const stood = still.map(({ from, to }) => `${at(from)} to ${at(to)}`);
  return `${process.name} from ${at(begin)} to ${at(end)}, leases of ${leases.map(at).join(', ')}, still ${stood.join(', ')}`;
}

function overlapOf(intervals: readonly Interval[], from: number, to: number): number {
  return intervals.reduce((sum, one) => sum + Math.max(0, Math.min(one.to, to) - Math.max(one.from, from)), 0);
}
