import fc from 'fast-check';
import type { SubscriptionAttempt, SubscriptionRecord, SubscriptionStore } from 'nestjs-portone';

const ACCOUNTS = ['', 'b'];
const IDS = ['s-1', 's-2', 'S', 's/2'];
const TIMES = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.001Z', null];

function attempt(paymentId: string): SubscriptionAttempt {
  return {
    cycle: 0,
    attempt: 0,
    paymentId,
    billingKey: 'billing-key',
    chargeAt: '2026-01-31T00:00:00.000Z',
    state: 'SCHEDULING',
    since: '2026-01-01T00:00:00.000Z',
    sentAt: '2026-01-01T00:00:00.000Z',
  };
}

function record(given: Partial<SubscriptionRecord> = {}): SubscriptionRecord {
  return {
    account: '',
    subscriptionId: 's-1',
    version: 1,
    status: 'ACTIVE',
    statusSince: '2026-01-01T00:00:00.000Z',
    plan: {
      interval: { unit: 'MONTH', count: 1 },
      anchorDate: '2026-01-31',
      timeOfDay: '09:00',
      timeZone: 'Asia/Seoul',
      amount: 9_900,
      currency: 'KRW',
      orderName: '구독 "\\',
      dunningDays: [1, 3, 5],
    },
    billingKey: 'billing-key',
    payment: { customer: { name: { full: '홍길동' }, id: 'c-1' }, customData: '{}' },
    cycle: 0,
    begun: false,
    attempts: [],
    keysToDelete: [],
    surplus: [],
    events: [],
    checkAt: '2026-01-01T00:00:00.000Z',
    setbacks: 0,
    ...given,
  };
}

/** What a store has to answer, as plainly as it can be told. */
class Model {
  private records: SubscriptionRecord[] = [];

  create(next: SubscriptionRecord): boolean {
    if (this.find(next.account, next.subscriptionId) !== null) return false;
    this.records.push(next);
    return true;
  }

  replace(next: SubscriptionRecord, expectedVersion: number): boolean {
    const known = this.find(next.account, next.subscriptionId);
    if (known?.version !== expectedVersion) return false;
    this.records = this.records.map((one) => (one === known ? next : one));
    return true;
  }

  find(account: string, subscriptionId: string): SubscriptionRecord | null {
    return this.records.find((one) => one.account === account && one.subscriptionId === subscriptionId) ?? null;
  }

  findByPayment(account: string, paymentId: string): SubscriptionRecord | null {
    const holds = (one: SubscriptionRecord) => one.attempts.some((tried) => tried.paymentId === paymentId);
    return this.records.find((one) => one.account === account && holds(one)) ?? null;
  }

  due(account: string, until: string): SubscriptionRecord[] {
    return this.records.filter((one) => one.account === account && one.checkAt !== null && one.checkAt <= until);
  }
}

/** What every store promises. */
export function subscriptionStoreContract(
  name: string,
  makeStore: () => SubscriptionStore | Promise<SubscriptionStore>,
): void {
  describe(`${name}, as a SubscriptionStore`, () => {
    it('gives back what was written, as it was written', async () => {
      const store = await makeStore();
      const written = record({ attempts: [attempt('p-1')] });
      expect(await store.find('', 's-1')).toBeNull();
      expect(await store.create(written)).toBe(true);
      for (const found of [await store.find('', 's-1'), await store.findByPayment('', 'p-1')]) {
        // Also the order of its fields: PortOne compares a request under a used key by its bytes.
        expect(JSON.stringify(found)).toBe(JSON.stringify(written));
      }
    });

    it('creates once, of many at once', async () => {
      const store = await makeStore();
      const many = Array.from({ length: 8 }, (_, n) => store.create(record({ billingKey: `billing-key-${n}` })));
      expect((await Promise.all(many)).filter(Boolean)).toHaveLength(1);
    });

    it('replaces a version once, of many at once', async () => {
      const store = await makeStore();
      await store.create(record());
      const many = Array.from({ length: 8 }, (_, n) =>
        store.replace(record({ version: 2, billingKey: `billing-key-${n}` }), 1),
      );
      const written = await Promise.all(many);
      expect(written.filter(Boolean)).toHaveLength(1);
      expect((await store.find('', 's-1'))?.billingKey).toBe(`billing-key-${written.indexOf(true)}`);
    });

    it('finds a payment as long as it is one of the attempts', async () => {
      const store = await makeStore();
      await store.create(record({ attempts: [attempt('p-1')] }));
      await store.replace(record({ version: 2, attempts: [attempt('p-1'), attempt('p-2')] }), 1);
      expect((await store.findByPayment('', 'p-1'))?.version).toBe(2);
      await store.replace(record({ version: 3, attempts: [attempt('p-2')] }), 2);
      expect(await store.findByPayment('', 'p-1')).toBeNull();
      expect((await store.findByPayment('', 'p-2'))?.version).toBe(3);
      expect(await store.findByPayment('b', 'p-2')).toBeNull();
    });

    it('does as the model does', async () => {
      const step = fc.record({
        action: fc.constantFrom('create' as const, 'replace' as const, 'replace-old' as const, 'due' as const),
        account: fc.constantFrom(...ACCOUNTS),
        subscriptionId: fc.constantFrom(...IDS),
        checkAt: fc.constantFrom(...TIMES),
        payments: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
        limit: fc.integer({ min: 1, max: 3 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          const [store, model] = [await makeStore(), new Model()];
          for (const { action, account, subscriptionId, checkAt, payments, limit } of steps) {
            const version = model.find(account, subscriptionId)?.version ?? 0;
            const attempts = payments.map((n) => attempt(`p-${account}-${subscriptionId}-${n}`));
            const next = record({ account, subscriptionId, version: version + 1, checkAt, attempts });
            if (action === 'create') expect(await store.create(next)).toBe(model.create(next));
            if (action === 'replace') expect(await store.replace(next, version)).toBe(model.replace(next, version));
            if (action === 'replace-old') expect(await store.replace(next, version - 1)).toBe(false);
            expect(await store.find(account, subscriptionId)).toEqual(model.find(account, subscriptionId));
            const paymentId = `p-${account}-${subscriptionId}-0`;
            expect(await store.findByPayment(account, paymentId)).toEqual(model.findByPayment(account, paymentId));
            if (action !== 'due' || checkAt === null) continue;
            const found = await store.findDue(account, checkAt, limit);
            const due = model.due(account, checkAt);
            expect(found.map((one) => one.checkAt)).toEqual(
              due
                .map((one) => one.checkAt)
                .sort()
                .slice(0, limit),
            );
            for (const one of found) expect(due).toContainEqual(one);
          }
        }),
      );
    });
  });
}
