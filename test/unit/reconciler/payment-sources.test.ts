import { changedPayments } from '../../../lib/reconciler/payment-sources.js';
import type { PaymentService } from '../../../lib/services/payment.service.js';

interface Entry {
  id: string;
  statusChangedAt: string;
}

const SPAN = { storeId: 'store-1', from: new Date('2026-01-01T00:00:00Z'), until: new Date('2026-01-02T00:00:00Z') };
const at = (ms: number) => new Date(SPAN.from.getTime() + ms).toISOString();

/** A list that answers as PortOne's, and changes between its pages. */
function listOf(entries: Entry[], between: () => void = () => undefined, fromBelongs = true) {
  const filters: unknown[] = [];
  const getPayments: PaymentService['getPayments'] = ({ page, filter } = {}) => {
    filters.push(filter);
    const [number, size] = [page!.number!, page!.size!];
    const items = entries
      .filter(({ statusChangedAt: its }) => (fromBelongs ? its >= filter!.from! : its > filter!.from!))
      .filter(({ statusChangedAt }) => statusChangedAt <= filter!.until!)
      .sort((a, b) => (a.statusChangedAt < b.statusChangedAt ? -1 : 1))
      .slice(number * size, (number + 1) * size)
      .map((entry) => ({ ...entry }));
    between();
    return Promise.resolve({ items, page: { number, size, totalCount: items.length } } as never);
  };
  return { filters, payments: { getPayments } as PaymentService };
}

async function read(payments: PaymentService): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of changedPayments(payments, SPAN)) ids.push(id);
  return ids;
}

describe('payments whose status changed', () => {
  it('are all found while they change', async () => {
    const entries = Array.from({ length: 350 }, (_, index) => ({ id: `p${index}`, statusChangedAt: at(index) }));
    let changes = 0;
    const { payments } = listOf(entries, () => {
      // Those that were listed go to the end, so that all others move up.
      for (const entry of entries.slice(changes * 60, (changes + 1) * 60)) {
        entry.statusChangedAt = at(10_000 + changes);
      }
      changes += 1;
    });
    expect(new Set(await read(payments)).size).toBe(350);
  });

  it.each([true, false])('are all found though many changed at one instant (from belongs: %s)', async (fromBelongs) => {
    const entries = Array.from({ length: 450 }, (_, index) => ({
      id: `p${index}`,
      statusChangedAt: at(index < 80 ? index + 1 : index < 420 ? 500 : 600),
    }));
    const { payments, filters } = listOf(entries, undefined, fromBelongs);
    expect(new Set(await read(payments)).size).toBe(450);
    expect(filters.length).toBeLessThan(9);
    expect(filters[0]).toMatchObject({ storeId: 'store-1', timestampType: 'STATUS_CHANGED_AT', sortOrder: 'ASC' });
  });

  it('may be none', async () => {
    expect(await read(listOf([]).payments)).toEqual([]);
  });
});
