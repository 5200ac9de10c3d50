import { overCursors, overPages } from '../../../lib/services/paging.js';

interface PageRequest {
  page?: { number?: number; size?: number };
}

/** A list of `length` numbers; `total` is what it says of its length. */
function listOf(length: number, total: (returned: number) => number = () => length, largestPage = Infinity) {
  const requests: PageRequest[] = [];
  const fetchPage = async (request: PageRequest) => {
    requests.push(request);
    const { number = 0, size = 10 } = request.page ?? {};
    const cut = Math.min(size, largestPage);
    const items = Array.from({ length }, (_, index) => index).slice(number * cut, (number + 1) * cut);
    return { items, page: { number, size: cut, totalCount: total(items.length) } };
  };
  return { requests, fetchPage };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('pages', () => {
  it.each([0, 1, 99, 100, 101, 200, 250])('gives all of %i entries, in pages of 100', async (length) => {
    const { requests, fetchPage } = listOf(length);
    const found = await all(overPages(fetchPage, 'getPayments', undefined));
    expect(found).toEqual(Array.from({ length }, (_, index) => index));
    expect(requests.length).toBeLessThanOrEqual(Math.ceil(length / 100) + 1);
    expect(requests[0]).toEqual({ page: { number: 0, size: 100 } });
  });

  it('loses nothing when totalCount counts the page alone, or pages are smaller than asked for', async () => {
    for (const list of [listOf(250, (returned) => returned), listOf(250, () => 250, 30), listOf(250, (n) => n, 30)]) {
      expect(await all(overPages(list.fetchPage, 'getPayments', {}))).toHaveLength(250);
    }
  });

  it('fetches a page when it is reached, and starts anew with each iteration', async () => {
    const { requests, fetchPage } = listOf(1_000);
    const items = overPages(fetchPage, 'getPayments', { page: { number: 2, size: 10 } });
    expect(requests).toEqual([]);
    for await (const item of items) if (item === 29) break;
    expect(requests).toEqual([{ page: { number: 2, size: 10 } }]);
    for await (const item of items) if (item === 30) break;
    expect(requests).toHaveLength(3);
  });

  it('ends at the 60,000th entry with the way out', async () => {
    const { requests, fetchPage } = listOf(70_000);
    await expect(all(overPages(fetchPage, 'getPayments', { page: { size: 10_000 } }))).rejects.toThrow(
      /60000 entries\. Narrow the filter.*iteratePaymentsByCursor/,
    );
    expect(requests).toHaveLength(6);
    await expect(all(overPages(fetchPage, 'x', { page: { size: 60_001 } }))).rejects.toBeInstanceOf(RangeError);
    for (const page of [{ size: 0 }, { size: 1.5 }, { number: -1 }, { size: NaN }]) {
      await expect(all(overPages(fetchPage, 'x', { page }))).rejects.toBeInstanceOf(RangeError);
    }
    expect(requests).toHaveLength(6);
  });
});

describe('cursors', () => {
  const entries = Array.from({ length: 25 }, (_, index) => ({ cursor: `c${index}`, index }));
  const after = (cursor: string | undefined, size: number) => {
    const start = cursor === undefined ? 0 : entries.findIndex((entry) => entry.cursor === cursor) + 1;
    return entries.slice(start, start + size);
  };

  it('gives all entries, and those behind a cursor', async () => {
    const requests: object[] = [];
    const fetchPage = async (request: { cursor?: string; size?: number; from?: string }) => {
      requests.push(request);
      return { items: after(request.cursor, request.size ?? 10) };
    };
    expect(await all(overCursors(fetchPage, { size: 10, from: 'x' }))).toEqual(entries);
    expect(requests[1]).toEqual({ size: 10, from: 'x', cursor: 'c9' });
    expect(await all(overCursors(fetchPage, { cursor: 'c20' }))).toEqual(entries.slice(21));
  });

  it.each([
    ['the same page again and again', () => entries.slice(0, 5), 5],
    ['an empty cursor', () => [{ cursor: '', index: 1 }], 1],
  ])('ends with a server that gives %s', async (_, items, count) => {
    expect(await all(overCursors(async () => ({ items: items() }), undefined))).toHaveLength(count);
  });
});
