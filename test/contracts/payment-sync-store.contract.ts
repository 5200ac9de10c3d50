import fc from 'fast-check';
import type { AppliedPayment, PaymentSyncStore } from 'nestjs-portone';

interface Kept {
  fence: number;
  applied: AppliedPayment | null;
  unfinished: boolean;
}

const account = fc.constantFrom('', 'b');
const paymentId = fc.constantFrom('p1', 'p2', 'P3', 'p-4');
const fence = fc.integer({ min: 1, max: 6 });

const step = fc.oneof(
  fc.record({ do: fc.constant('open' as const), account, paymentId, fence }),
  fc.record({
    do: fc.constant('write' as const),
    account,
    paymentId,
    fence,
    text: fc.string(),
    unfinished: fc.boolean(),
  }),
  fc.record({ do: fc.constant('claim' as const), account, paymentId, orderId: fc.constantFrom('o1', 'o2') }),
  fc.record({ do: fc.constant('unfinished' as const), account, limit: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant('watermark' as const), account, at: fc.nat({ max: 50 }) }),
);

/** What every {@link PaymentSyncStore} promises: compared with a model, step by step. Each run is given an empty store. */
export function paymentSyncStoreContract(name: string, make: () => PaymentSyncStore | Promise<PaymentSyncStore>): void {
  describe(`${name} as a payment sync store`, () => {
    it('answers as the model does', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const store = await make();
          const payments = new Map<string, Kept>();
          const owners = new Map<string, string>();
          const watermarks = new Map<string, number>();
          for (const one of steps) {
            if (one.do === 'open') {
              const key = `${one.account}/${one.paymentId}`;
              const kept = payments.get(key) ?? { fence: 0, applied: null, unfinished: false };
              const opening = await store.open(one.account, one.paymentId, one.fence);
              if (kept.fence > one.fence) {
                expect(opening).toEqual({ state: 'fenced' });
              } else {
                expect(opening).toEqual({ state: 'open', applied: kept.applied });
                payments.set(key, { ...kept, fence: one.fence, unfinished: true });
              }
            } else if (one.do === 'write') {
              const key = `${one.account}/${one.paymentId}`;
              const applied = { fingerprint: one.text, updatedAt: '2026-01-01T00:00:00Z', outcome: 'applied' as const };
              const refused = (payments.get(key)?.fence ?? 0) > one.fence;
              const { unfinished } = one;
              expect(await store.write(one.account, one.paymentId, one.fence, applied, unfinished)).toBe(!refused);
              if (!refused) payments.set(key, { fence: one.fence, applied, unfinished });
            } else if (one.do === 'claim') {
              const key = `${one.account}/${one.orderId}`;
              expect(await store.ownerOf(one.account, one.orderId)).toBe(owners.get(key) ?? null);
              const owner = owners.get(key) ?? one.paymentId;
              owners.set(key, owner);
              expect(await store.claimOrder(one.account, one.orderId, one.paymentId)).toBe(owner);
            } else if (one.do === 'unfinished') {
              const prefix = `${one.account}/`;
              const expected = [...payments].filter(([key, kept]) => kept.unfinished && key.startsWith(prefix));
              const found: string[] = [];
              for (let page = await store.unfinished(one.account, '', one.limit); page.length > 0;) {
                expect(page.length).toBeLessThanOrEqual(one.limit);
                found.push(...page);
                page = await store.unfinished(one.account, page.at(-1)!, one.limit);
              }
              expect([...found].sort()).toEqual(expected.map(([key]) => key.slice(prefix.length)).sort());
            } else {
              const to = Math.max(one.at, watermarks.get(one.account) ?? 0);
              await store.advanceWatermark(one.account, new Date(one.at));
              watermarks.set(one.account, to);
              expect(await store.watermark(one.account)).toEqual(new Date(to));
            }
          }
        }),
        { numRuns: 150 },
      );
    });

    it('gives an order to one of many that claim it at once', async () => {
      const store = await make();
      const ids = Array.from({ length: 20 }, (_, index) => `payment-${index}`);
      const owners = await Promise.all(ids.map((id) => store.claimOrder('', 'order', id)));
      expect(new Set(owners).size).toBe(1);
      expect(await store.watermark('')).toBeNull();
    });
  });
}
