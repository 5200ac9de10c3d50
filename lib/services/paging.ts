import { shown } from '../errors/shown.js';
import type { Operations, ServiceArea } from './operations-of.js';

/** The options of a list operation. */
export type ListOptions<
  Path extends ServiceArea,
  List extends keyof Operations<Path>,
> = Operations<Path>[List] extends (options?: infer Options, ...rest: never[]) => unknown
  ? NonNullable<Options>
  : never;

interface Page<Item> {
  readonly items: readonly Item[];
  readonly page: { readonly size: number; readonly totalCount: number };
}

interface PageOptions {
  page?: { number?: number; size?: number };
}

/** PortOne gives no entry beyond: `(number + 1) * size <= 60000`. */
const LAST_ENTRY = 60_000;

const PAGE_SIZE = 100;

/** PortOne gives up to 1000; fewer keep answers small. */
const CURSOR_PAGE_SIZE = 200;

/** Every entry of a list with page numbers. Each iteration starts anew. */
export function overPages<Item, Options extends PageOptions>(
  fetchPage: (options: Options) => Promise<Page<Item>>,
  list: string,
  options: Options | undefined,
): AsyncIterable<Item> {
  return { [Symbol.asyncIterator]: () => pages(fetchPage, list, options) };
}

async function* pages<Item, Options extends PageOptions>(
  fetchPage: (options: Options) => Promise<Page<Item>>,
  list: string,
  options: Options | undefined,
): AsyncGenerator<Item, void, undefined> {
  const size = wholeNumber(options?.page?.size ?? PAGE_SIZE, 1, `${list}: page.size`);
  let number = wholeNumber(options?.page?.number ?? 0, 0, `${list}: page.number`);
  for (;;) {
    if ((number + 1) * size > LAST_ENTRY) {
      throw new RangeError(
        `${list}: PortOne gives no more than the first ${LAST_ENTRY} entries. Narrow the filter, by time for instance` +
          `${list === 'getPayments' ? ', or use iteratePaymentsByCursor' : ''}.`,
      );
    }
    const { items, page } = await fetchPage({ ...options, page: { number, size } } as Options);
    yield* items;
    if (isLast(items.length, number, page?.size ?? size, page?.totalCount ?? 0)) return;
    number++;
  }
}

/**
 * The description says of `totalCount` that it counts what was "actually returned", so it is believed to be the total
 * only where it is more than that; otherwise a page that is not full is the last.
 */
function isLast(count: number, number: number, size: number, totalCount: number): boolean {
  if (count === 0) return true;
  return totalCount > count ? (number + 1) * size >= totalCount : count < size;
}

interface CursorOptions {
  cursor?: string;
  size?: number;
}

/** Every entry of a list with cursors. Each iteration starts anew. */
export function overCursors<Item extends { readonly cursor: string }, Options extends CursorOptions>(
  fetchPage: (options: Options) => Promise<{ readonly items: readonly Item[] }>,
  options: Options | undefined,
): AsyncIterable<Item> {
  return { [Symbol.asyncIterator]: () => cursors(fetchPage, options) };
}

async function* cursors<Item extends { readonly cursor: string }, Options extends CursorOptions>(
  fetchPage: (options: Options) => Promise<{ readonly items: readonly Item[] }>,
  options: Options | undefined,
): AsyncGenerator<Item, void, undefined> {
  const seen = new Set<string | undefined>([options?.cursor]);
  let cursor = options?.cursor;
  for (;;) {
    const { items } = await fetchPage({ size: CURSOR_PAGE_SIZE, ...options, ...(cursor && { cursor }) } as Options);
    const next = items.at(-1)?.cursor;
    // A page that ends where an earlier one ended brings nothing new, and the next would not either.
    if (next !== undefined && seen.has(next)) return;
    yield* items;
    if (!next) return;
    seen.add(next);
    cursor = next;
  }
}

function wholeNumber(value: number, least: number, name: string): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`${name} must be a whole number of ${least} or more, got ${shown(value)}.`);
}
