import fc from 'fast-check';

import type { RefundJournal, RefundRecord, RefundState } from '../../lib/refunds/refund-journal.js';

const ACCOUNTS = ['', 'b'];
const REFUNDS = ['r-1', 'r-2', 'r-3', 'R'];
const PAYMENTS = ['p-1', 'p-2'];
const STATES: RefundState[] = ['OPEN', 'REQUESTED', 'SUCCEEDED', 'FAILED', 'REFUSED'];

let made = 0;

function record(given: Partial<RefundRecord> = {}): RefundRecord {
  const paymentId = given.paymentId ?? 'p-1';
  return {
    account: '',
    refundId: 'r-1',
    paymentId,
    idempotencyKey: `key-of-a-refund-${(made += 1)}`,
    request: {
      paymentId,
      storeId: 'store-1',
      reason: '단순 변심 "\\',
      currentCancellableAmount: 1000,
      refundAccount: { number: '1', bank: 'WOORI', holderName: '홍길동' },
    },
    refusedRequest: { paymentId, reason: '', amount: 300, currentCancellableAmount: 1000 },
    earlierCancellationIds: ['c-1'],
    begunAt: '2026-01-01T00:00:00.000Z',
    state: 'OPEN',
    ...given,
  };
}

/** What a journal has to answer, as plainly as it can be told. */
class Model {
  records: RefundRecord[] = [];

  find(account: string, refundId: string): RefundRecord | null {
    return this.records.find((one) => one.account === account && one.refundId === refundId) ?? null;
  }

  begin(next: RefundRecord, replaces?: string): RefundRecord {
    const known = this.find(next.account, next.refundId);
    if (known !== null && (known.state !== 'REFUSED' || known.idempotencyKey !== replaces)) return known;
    const other = this.ofPayment(next.account, next.paymentId).find(isOpen);
    if (other !== undefined) return other;
    this.put(next);
    return next;
  }

  update(next: RefundRecord): boolean {
    const known = this.find(next.account, next.refundId);
    if (known?.idempotencyKey !== next.idempotencyKey) return false;
    if (known.state === 'SUCCEEDED' || known.state === 'FAILED') return false;
    this.put(next);
    return true;
  }

  ofPayment(account: string, paymentId: string): RefundRecord[] {
    return this.records.filter((one) => one.account === account && one.paymentId === paymentId);
  }

  open(account: string, after: string): string[] {
    const open = this.records.filter((one) => one.account === account && isOpen(one) && one.refundId > after);
    return open.map(({ refundId }) => refundId).sort();
  }

  private put(next: RefundRecord): void {
    const isSame = (one: RefundRecord) => one.account === next.account && one.refundId === next.refundId;
    this.records = [...this.records.filter((one) => !isSame(one)), next];
  }
}

function isOpen({ state }: RefundRecord): boolean {
  return state === 'OPEN' || state === 'REQUESTED';
}

/** What every journal promises. */
export function refundJournalContract(name: string, makeJournal: () => RefundJournal | Promise<RefundJournal>): void {
  describe(`${name}, as a RefundJournal`, () => {
    it('gives back what was written, as it was written', async () => {
      const journal = await makeJournal();
      const written = record();
      expect(await journal.find('', 'r-1')).toBeNull();
      expect(await journal.begin(written)).toEqual(written);
      const found = await journal.find('', 'r-1');
      // PortOne compares a request under a used key by its bytes.
      expect(JSON.stringify(found!.request)).toBe(JSON.stringify(written.request));
      expect(found).toEqual(written);
    });

    it('lets one begin of many at once', async () => {
      const journal = await makeJournal();
      const sameRefund = Array.from({ length: 8 }, () => record());
      const holders = await Promise.all(sameRefund.map((one) => journal.begin(one)));
      expect(new Set(holders.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);

      const samePayment = Array.from({ length: 8 }, (_, n) => record({ refundId: `other-${n}`, paymentId: 'p-2' }));
      const others = await Promise.all(samePayment.map((one) => journal.begin(one)));
      expect(new Set(others.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
      expect(await journal.ofPayment('', 'p-2')).toHaveLength(1);
    });

    it('lets one of many begin again what was refused', async () => {
      const journal = await makeJournal();
      const first = record();
      await journal.begin(first);
      await journal.update({ ...first, state: 'REFUSED' });
      const again = Array.from({ length: 8 }, () => record());
      const holders = await Promise.all(again.map((one) => journal.begin(one, first.idempotencyKey)));
      expect(new Set(holders.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
      expect(await journal.update({ ...first, state: 'SUCCEEDED' })).toBe(false);
    });

    it('keeps accounts apart', async () => {
      const journal = await makeJournal();
      const [a, b] = [record(), record({ account: 'b' })];
      expect(await journal.begin(a)).toEqual(a);
      expect(await journal.begin(b)).toEqual(b);
      expect(await journal.open('b', '', 10)).toEqual([b]);
    });

    it('does as the model does', async () => {
      const step = fc.record({
        action: fc.constantFrom('begin' as const, 'begin-again' as const, 'update' as const, 'update-old' as const),
        account: fc.constantFrom(...ACCOUNTS),
        refundId: fc.constantFrom(...REFUNDS),
        paymentId: fc.constantFrom(...PAYMENTS),
        state: fc.constantFrom(...STATES),
        limit: fc.integer({ min: 1, max: 3 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          const [journal, model] = [await makeJournal(), new Model()];
          for (const { action, account, refundId, paymentId, state, limit } of steps) {
            const known = model.find(account, refundId);
            if (action === 'begin' || action === 'begin-again') {
              const next = record({ account, refundId, paymentId: known?.paymentId ?? paymentId });
              const replaces = action === 'begin' ? undefined : known?.idempotencyKey;
              expect(await journal.begin(next, replaces)).toEqual(model.begin(next, replaces));
            } else if (known !== null) {
              const idempotencyKey = action === 'update' ? known.idempotencyKey : 'another-key-0001';
              const next: RefundRecord = {
                ...known,
                idempotencyKey,
                state,
                ...(state === 'SUCCEEDED' && { cancellation: { status: 'SUCCEEDED' } as never }),
              };
              expect(await journal.update(next)).toBe(model.update(next));
            }
            expect(await journal.find(account, refundId)).toEqual(model.find(account, refundId));
            const open = await journal.open(account, 'r-1', limit);
            expect(open.map((one) => one.refundId)).toEqual(model.open(account, 'r-1').slice(0, limit));
            const ofPayment = await journal.ofPayment(account, paymentId);
            const byId = (a: RefundRecord, b: RefundRecord) => (a.refundId < b.refundId ? -1 : 1);
            expect([...ofPayment].sort(byId)).toEqual(model.ofPayment(account, paymentId).sort(byId));
          }
        }),
        { numRuns: 100 },
      );
    });
  });
}
