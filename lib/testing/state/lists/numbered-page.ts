import type { Sdk } from '../../../sdk.types.js';
import type { Input } from '../../http/input.js';

const DEFAULT_SIZE = 10;
const DAYS_90_MS = 90 * 86_400_000;
/** PortOne's rule for numbered pages. */
const LAST_ROW = 60_000;

/** How the things of a list are told apart; each time may be one that a thing does not have. */
export interface ListRules<T, Time extends string> {
  /** What it can be sorted by, the default first. */
  readonly times: Readonly<Record<Time, (item: T) => string | undefined>>;
  /** What `from` and `until` are about. */
  readonly rangeOf: (item: T) => string | undefined;
  /** Whether the other filters let it pass. */
  readonly passes: (item: T) => boolean;
}

/** The page of a list that a request asks for by `page`, `sort` and `filter`: newest first, of the last 90 days. */
export function numberedPage<T, Time extends string>(
  all: Iterable<T>,
  input: Input,
  nowMs: number,
  { times, rangeOf, passes }: ListRules<T, Time>,
): { items: T[]; page: Sdk.Common.PageInfo } {
  const { number, size } = readPage(input);
  const sort = input.optionalObject('sort');
  const names = Object.keys(times) as Time[];
  const by = sort?.optionalChoice('by', names) ?? names[0];
  const ascending = sort?.optionalChoice('order', ['DESC', 'ASC']) === 'ASC';
  const { from, until } = readRange(input.optionalObject('filter'), nowMs);
  const matches = [...all].filter((item) => {
    const at = millisecondsOf(rangeOf(item));
    return at >= from && at <= until && passes(item);
  });
  if (by !== undefined) {
    const keyOf = new Map(matches.map((item) => [item, millisecondsOf(times[by](item))]));
    // Stable, so those of the same instant stay in the order in which they came, or its reverse.
    matches.sort((a, b) => (keyOf.get(a) ?? 0) - (keyOf.get(b) ?? 0));
  }
  if (!ascending) matches.reverse();
  const items = matches.slice(number * size, (number + 1) * size);
  return { items, page: { number, size, totalCount: matches.length } };
}

export function readPage(input: Input): { number: number; size: number } {
  const page = input.optionalObject('page');
  const number = page?.optionalInteger('number', 0) ?? 0;
  const size = page?.optionalInteger('size', 1) ?? DEFAULT_SIZE;
  if ((number + 1) * size > LAST_ROW) input.refuse('page', `must not reach behind row ${LAST_ROW}`);
  return { number, size };
}

/** From `from` to `until`, both included: unless they are given, the 90 days up to now. */
export function readRange(filter: Input | undefined, nowMs: number): { from: number; until: number } {
  const until = filter?.optionalInstant('until') ?? nowMs;
  return { from: filter?.optionalInstant('from') ?? until - DAYS_90_MS, until };
}

/** The least there is for what has no such time: it is in no range, and sorts before all others. */
function millisecondsOf(instant: string | undefined): number {
  return instant === undefined ? -Infinity : Date.parse(instant);
}
