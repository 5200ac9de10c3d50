import { FaultRules } from '../../../lib/testing/faults/fault-rules.js';
import type { SandboxFault } from '../../../lib/testing/faults/faults.js';
import { PG_OPERATIONS } from '../../../lib/testing/faults/pg-operations.js';
import { SeededRandom } from '../../../lib/testing/state/random.js';
import { OPERATIONS } from '../../../lib/client/operations.generated.js';

describe('FaultRules', () => {
  let changes: number;
  let rules: FaultRules;
  beforeEach(() => {
    changes = 0;
    rules = new FaultRules(new SeededRandom(1), () => (changes += 1));
  });

  it.each<[object, RegExp]>([
    [{}, /fault must be one of latency, refused, .*, unknown-type\.$/],
    [{ fault: 'explode' }, /fault must be one of/],
    [{ fault: 'toString' }, /fault must be one of/],
    [{ fault: 'drop', times: 2 }, /drop has no field times, only fault, operation, paymentId, count, probability\./],
    [{ fault: 'unavailable', delay: { seconds: 1 } }, /unavailable has no field delay/],
    [{ fault: 'drop', count: 0 }, /count must be an integer of at least 1/],
    [{ fault: 'drop', count: 1.5 }, /count must be/],
    [{ fault: 'drop', count: '1' }, /count must be/],
    [{ fault: 'drop', probability: 1.1 }, /probability must be a number from 0 to 1/],
    [{ fault: 'drop', probability: -0.1 }, /probability must be/],
    [{ fault: 'drop', probability: NaN }, /probability must be/],
    [{ fault: 'drop', paymentId: '' }, /paymentId must be text that is not empty/],
    [{ fault: 'drop', paymentId: 5 }, /paymentId must be/],
    [{ fault: 'latency' }, /delay: must be a span/],
    [{ fault: 'latency', delay: 5 }, /delay: must be a span/],
    [{ fault: 'latency', delay: { weeks: 1 } }, /delay: "weeks" is no unit/],
    [{ fault: 'delay', delay: { minutes: -1 } }, /delay: minutes must be a number of at least 0/],
    [{ fault: 'refused', forMs: -1 }, /forMs must be an integer of at least 0/],
    [{ fault: 'rate-limited', retryAfterSeconds: 0.5 }, /retryAfterSeconds must be/],
    [{ fault: 'pg-error', pgCode: 1 }, /pgCode must be text/],
    [{ fault: 'cancel-requested', settlesAs: 'DONE' }, /settlesAs must be SUCCEEDED or FAILED/],
    [{ fault: 'cancel-requested', after: 'soon' }, /after: must be a span/],
    [{ fault: 'cancel-requested', operation: 'payment.getPayment' }, /operation must be payment\.cancelPayment/],
    [{ fault: 'unavailable', operation: 'payment.rob' }, /operation must be the SDK's name/],
    [{ fault: 'unavailable', operation: 'Transaction.Paid' }, /operation must be the SDK's name/],
    [{ fault: 'drop', operation: 'payment.getPayment' }, /operation must be an event's type/],
    [{ fault: 'pg-error', operation: 'payment.getPayment' }, /operation must be one that can answer PG_PROVIDER/],
    [{ fault: 'reorder', operation: 'Transaction.Confirm' }, /Transaction\.Confirm, asked once, can meet only drop/],
  ])('refuses %j', (rule, message) => {
    const add = () => rules.add(rule as SandboxFault);
    expect(add).toThrow(message);
    expect(add).toThrow(TypeError);
    expect(rules.active).toEqual([]);
    expect(changes).toBe(0);
  });

  it.each<SandboxFault>([
    { fault: 'drop', operation: 'BillingKey.Updated', paymentId: 'a', count: 1, probability: 0 },
    { fault: 'latency', operation: 'b2b.taxInvoice.getB2bTaxInvoices', delay: { seconds: 0 } },
    { fault: 'pg-error', operation: 'payment.cancelPayment' },
    { fault: 'cancel-requested', operation: 'payment.cancelPayment', settlesAs: 'FAILED', after: { days: 1 } },
    { fault: 'wrong-signature', operation: 'Transaction.Confirm' },
  ])('takes %j, a copy of it', (rule) => {
    const added = rules.add(rule);
    expect(added).toEqual({ id: 1, rule, struck: 0 });
    expect(added.rule).not.toBe(rule);
    expect(rules.active).toEqual([added]);
  });

  it('tells of every change', () => {
    const { id } = rules.add({ fault: 'drop' });
    rules.strike(['drop'], { operation: 'Transaction.Paid' });
    rules.strike(['delay'], { operation: 'Transaction.Paid' });
    rules.remove(id);
    rules.remove(id);
    rules.clear();
    expect(changes).toBe(4);
  });

  it('never meets at probability 0, always at 1', () => {
    const never = rules.add({ fault: 'drop', probability: 0 });
    const always = rules.add({ fault: 'drop', probability: 1 });
    for (let time = 0; time < 50; time++) rules.strike(['drop'], { operation: 'Transaction.Paid', paymentId: 'a' });
    expect([never.struck, always.struck]).toEqual([0, 50]);
  });

  it('draws for each subject apart, so that the order among them does not matter', () => {
    const draws = (subjects: readonly string[]) => {
      const fresh = new FaultRules(new SeededRandom(1));
      fresh.add({ fault: 'drop', probability: 0.5 });
      const seen: Record<string, boolean[]> = { a: [], b: [] };
      for (const paymentId of subjects) {
        const struck = fresh.strike(['drop'], { operation: 'Transaction.Paid', paymentId }) !== undefined;
        seen[paymentId]?.push(struck);
      }
      return seen;
    };
    const apart = draws([...'aaaaaaaaaabbbbbbbbbb']);
    expect(draws([...'abababababababababab'])).toEqual(apart);
    expect(new Set(apart.a).size).toBe(2);
  });
});

it('names operations that there are', () => {
  const names = OPERATIONS.map(({ name }) => name);
  expect([...PG_OPERATIONS].filter((name) => !names.includes(name))).toEqual([]);
});
