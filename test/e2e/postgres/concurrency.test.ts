import { PostgresPaymentLock, PostgresPaymentSyncStore, PostgresRefundJournal } from 'nestjs-portone/postgres';
import type { AppliedPayment, PaymentSyncOpening, RefundRecord } from 'nestjs-portone';

import { describeWithPostgres } from '../../support/servers.js';
import { openPostgres, type PostgresSpace } from './postgres-space.js';

const CALLERS = Array.from({ length: 20 }, (_, index) => index);

/** Two processes' worth: stores on connections of their own, asked in turn. */
describeWithPostgres('many callers at once, of two processes, on PostgreSQL', () => {
  let space: PostgresSpace;
  let locks: PostgresPaymentLock[];
  let stores: PostgresPaymentSyncStore[];
  let journals: PostgresRefundJournal[];

  beforeAll(async () => {
    space = await openPostgres();
    const databases = [space.database, space.another()];
    locks = databases.map((connection) => new PostgresPaymentLock({ connection }));
    stores = databases.map((connection) => new PostgresPaymentSyncStore({ connection }));
    journals = databases.map((connection) => new PostgresRefundJournal({ connection }));
  });
  afterAll(() => space.close());

  const of = <T>(both: readonly T[], caller: number): T => both[caller % 2]!;

  const untilSomebodyWaits = async () => {
    const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%"${space.database.schema}"%'`;
    while ((await space.database.query(waiting)).rows.length === 0);
  };

  /** Asks while another transaction has done something and not yet committed, and commits once the answer waits for it. */
  async function behind<T>(first: readonly [text: string, values: unknown[]], ask: () => Promise<T>): Promise<T> {
    let asked!: Promise<T>;
    await space.database.transaction(async (transaction) => {
      await transaction.query(...first);
      asked = ask();
      await untilSomebodyWaits();
    });
    return asked;
  }

  describe('a lock', () => {
    it('is held by one at a time, with greater fences each time', async () => {
      const fences: number[] = [];
      let holders = 0;
      await Promise.all(
        CALLERS.map(async (caller) => {
          const lock = of(locks, caller);
          for (let turns = 0; turns < 3;) {
            const claim = await lock.acquire('one-at-a-time', 30_000);
            if (claim.state === 'held') {
              expect(claim.retryAfterMs).toBeGreaterThan(0);
              expect(claim.retryAfterMs).toBeLessThanOrEqual(30_000);
              continue;
            }
            holders += 1;
            fences.push(claim.fence);
            expect(await lock.renew('one-at-a-time', claim.fence, 30_000)).toBe(true);
            expect(holders).toBe(1);
            holders -= 1;
            await lock.release('one-at-a-time', claim.fence);
            turns += 1;
          }
        }),
      );
      expect(fences).toHaveLength(3 * CALLERS.length);
      expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b));
    });

    it('is seen as held by whoever asked before its holder was there', async () => {
      const insert = `INSERT INTO ${space.database.table('payment_locks')} VALUES ('behind', 7, now() + interval '9 s')`;
      const claim = await behind([insert, []], () => locks[0]!.acquire('behind', 1_000));
      expect(claim).toEqual({ state: 'held', retryAfterMs: expect.any(Number) as number });
      expect((claim as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(1_000);
    });

    it('has greater fences after a release, an expiry and a cleaning, and by a clock that was set back', async () => {
      let time = Date.parse('2026-01-01T00:00:00Z');
      const lock = new PostgresPaymentLock({ connection: space.database, now: () => time });
      const other = new PostgresPaymentLock({ connection: space.another(), now: () => time });
      const next = async (of: PostgresPaymentLock) => {
        const claim = await of.acquire('grows', 1_000);
        if (claim.state === 'held') throw new Error('held');
        return claim.fence;
      };
      const fences = [await next(lock)];
      await lock.release('grows', fences[0]!);
      fences.push(await next(other));
      time += 1_001;
      expect(await other.renew('grows', fences[1]!, 1_000)).toBe(false);
      fences.push(await next(lock));
      await lock.release('grows', fences[0]!);
      expect((await other.acquire('grows', 1_000)).state).toBe('held');
      time += 2 * 3_600_000;
      expect(await lock.clean(100)).toBe(1);
      expect(await lock.clean(100)).toBe(0);
      time -= 86_400_000;
      fences.push(await next(other));
      expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b));
      expect(fences.every(Number.isSafeInteger)).toBe(true);
    });

    it('cleans up what nobody holds, by itself, and nothing else', async () => {
      await space.empty('payment_locks');
      let time = Date.parse('2026-01-01T00:00:00Z');
      const lock = new PostgresPaymentLock({ connection: space.database, now: () => time });
      for (const caller of CALLERS) await lock.acquire(`key-${caller}`, caller === 0 ? 4 * 3_600_000 : 1_000);
      time += 2 * 3_600_000;
      const claim = await lock.acquire('another', 1_000);
      await lock.release('another', (claim as { fence: number }).fence);
      const { rows } = await space.database.query<{ key: string }>(
        `SELECT key FROM ${space.database.table('payment_locks')} ORDER BY key`,
      );
      expect(rows.map(({ key }) => key)).toEqual(['', 'another', 'key-0']);
    });
  });

  describe('a payment', () => {
    const applied = (fingerprint: string): AppliedPayment => ({ fingerprint, updatedAt: 'then', outcome: 'applied' });

    it('keeps what the greatest fence wrote', async () => {
      for (let round = 0; round < 10; round += 1) {
        const written = await Promise.all(
          CALLERS.map((caller) => of(stores, caller).write('', `race-${round}`, caller, applied(`${caller}`), false)),
        );
        expect(written.at(-1)).toBe(true);
        const opening = await stores[0]!.open('', `race-${round}`, CALLERS.length);
        expect(opening).toEqual({ state: 'open', applied: applied(`${CALLERS.length - 1}`) });
      }
    });

    it('is refused to whoever comes with a smaller fence, however late', async () => {
      const open = (caller: number) => of(stores, caller).open('', 'opened', caller);
      const openings = await Promise.all(CALLERS.map(open));
      expect(openings.at(-1)).toEqual({ state: 'open', applied: null });
      const again: PaymentSyncOpening[] = await Promise.all(CALLERS.slice(0, -1).map(open));
      expect(new Set(again.map(({ state }) => state))).toEqual(new Set(['fenced']));
    });

    it('is written with what else a transaction does, or not at all', async () => {
      const [store] = stores;
      const table = `"${space.database.schema}".shipments`;
      await space.database.query(`CREATE TABLE ${table} (payment text)`);
      const ship = (fence: number, fails = false) =>
        store!.inTransaction(async (transaction) => {
          await transaction.query(`INSERT INTO ${table} VALUES ($1)`, [`p-${fence}`]);
          const written = await store!.write('', 'shipped', fence, applied(`${fence}`), false, transaction);
          if (fails) throw new Error('too late');
          return written;
        });
      expect(await ship(2)).toBe(true);
      await expect(ship(3, true)).rejects.toThrow('too late');
      expect(await store!.open('', 'shipped', 2)).toEqual({ state: 'open', applied: applied('2') });
      expect((await space.database.query(`SELECT * FROM ${table}`)).rows).toEqual([{ payment: 'p-2' }]);
      expect(await ship(1)).toBe(false);
    });

    it('makes way for a greater fence that comes while a transaction is open', async () => {
      const [store, other] = stores;
      let opening!: Promise<PaymentSyncOpening>;
      await store!.inTransaction(async (transaction) => {
        await store!.write('', 'busy', 1, applied('1'), false, transaction);
        opening = other!.open('', 'busy', 2);
        await untilSomebodyWaits();
      });
      expect(await opening).toEqual({ state: 'open', applied: applied('1') });
      expect(await store!.write('', 'busy', 1, applied('late'), false)).toBe(false);
    });

    it('pays an order for one', async () => {
      const owners = await Promise.all(CALLERS.map((caller) => of(stores, caller).claimOrder('', 'o', `p-${caller}`)));
      expect(new Set(owners)).toEqual(new Set([await stores[1]!.ownerOf('', 'o')]));
    });

    it('moves the watermark forwards only', async () => {
      const at = (caller: number) => new Date(1_700_000_000_123 + caller);
      await Promise.all(CALLERS.map((caller) => of(stores, caller).advanceWatermark('w', at(caller))));
      expect(await stores[0]!.watermark('w')).toEqual(at(CALLERS.length - 1));
      await stores[1]!.advanceWatermark('w', at(0));
      expect(await stores[0]!.watermark('w')).toEqual(at(CALLERS.length - 1));
    });
  });

  describe('refunds', () => {
    const record = (refundId: string, paymentId: string, given: Partial<RefundRecord> = {}): RefundRecord => ({
      account: '',
      refundId,
      paymentId,
      idempotencyKey: `key of ${refundId}`,
      request: { paymentId, reason: 'r', currentCancellableAmount: 1 },
      earlierCancellationIds: [],
      begunAt: '2026-01-01T00:00:00.000Z',
      state: 'OPEN',
      ...given,
    });

    it('are begun for a payment one at a time', async () => {
      for (let round = 0; round < 10; round += 1) {
        const begin = (caller: number) => of(journals, caller).begin(record(`${round}/${caller}`, `p-${round}`));
        const holders = await Promise.all(CALLERS.map(begin));
        const [written, ...others] = await journals[0]!.ofPayment('', `p-${round}`);
        expect(others).toEqual([]);
        for (const holder of holders) expect(holder).toEqual(written);
      }
    });

    it('are begun again one at a time, when several of a payment were refused', async () => {
      for (let round = 0; round < 10; round += 1) {
        const refused = CALLERS.slice(0, 5).map((n) => record(`again-${round}/${n}`, `again-${round}`));
        for (const one of refused) {
          expect(await journals[0]!.begin(one)).toEqual(one);
          expect(await journals[0]!.update({ ...one, state: 'REFUSED' })).toBe(true);
        }
        const holders = await Promise.all(
          CALLERS.map((caller) => {
            const { refundId, paymentId, idempotencyKey } = refused[caller % refused.length]!;
            const next = record(refundId, paymentId, { idempotencyKey: `again by ${caller}` });
            return of(journals, caller).begin(next, idempotencyKey);
          }),
        );
        const open = (await journals[0]!.ofPayment('', `again-${round}`)).filter(({ state }) => state === 'OPEN');
        expect(open).toHaveLength(1);
        // Who asked for another refund than the one that is open is answered that one.
        for (const holder of holders.filter(({ state }) => state === 'OPEN')) expect(holder).toEqual(open[0]);
      }
    });

    it.each([
      ['the same refund', 'late', 'elsewhere'],
      ['another one of the payment', 'other', 'late'],
    ])('see %s, which was begun since they asked', async (_, refundId, paymentId) => {
      const first = record(refundId, paymentId);
      const insert = `INSERT INTO ${space.database.table('refunds')} VALUES ('', $1, $2, $3, 'OPEN', $4, true)`;
      const values = [refundId, paymentId, first.idempotencyKey, JSON.stringify(first)];
      const next = record('late', 'late', { idempotencyKey: 'another key' });
      expect(await behind([insert, values], () => journals[0]!.begin(next))).toEqual(first);
      await space.empty('refunds');
    });

    it('that are begun again see another one of the payment, which was begun since they asked', async () => {
      const refused = record('refused', 'late');
      await journals[0]!.begin(refused);
      await journals[0]!.update({ ...refused, state: 'REFUSED' });
      const first = record('other', 'late');
      const insert = `INSERT INTO ${space.database.table('refunds')} VALUES ('', $1, $2, $3, 'OPEN', $4, true)`;
      const values = ['other', 'late', first.idempotencyKey, JSON.stringify(first)];
      const next = record('refused', 'late', { idempotencyKey: 'another key' });
      const begun = behind([insert, values], () => journals[0]!.begin(next, refused.idempotencyKey));
      expect(await begun).toEqual(first);
    });
  });

  it('lists ids in the order of their bytes, page by page', async () => {
    const ids = ['b', 'B', 'a-1', 'a1', 'A', '_', 'é', '결제', '1', '😀', 'a'];
    const byBytes = [...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const id of ids) await stores[0]!.open('order', id, 1);
    const found: string[] = [];
    for (let page = await stores[0]!.unfinished('order', '', 2); page.length > 0;) {
      found.push(...page);
      page = await stores[0]!.unfinished('order', page.at(-1)!, 2);
    }
    expect(found).toEqual(byBytes);
  });
});
