import { NO_FAULTS, type Faults } from '../../soak/payments/audit.js';
import { BREAKAGES, type Breakage } from '../../soak/payments/breakage.js';
import { soak, type Failure } from '../../soak/payments/soak.js';

// Longer runs, with any seed: `npm run soak:payments`.
it('keeps orders and money right over 100 histories', async () => {
  const failures: Failure[] = [];
  const verdict = await soak({ histories: 100, seed: '7', onFailure: (failure) => failures.push(failure) });
  expect(failures).toEqual([]);
  const { killed, disturbed, ...counts } = verdict;
  expect(counts).toEqual({ histories: 100, paid: expect.any(Number) as number, ...NO_FAULTS });
  expect(counts.paid).toBeGreaterThan(80);
  expect(killed).toBeGreaterThan(10);
  expect(disturbed).toBeGreaterThan(100);
}, 300_000);

/** What each that is broken on purpose must be noticed by. */
const NOTICED_BY: Readonly<Record<Breakage, keyof Faults>> = {
  notices: 'missedFulfilments',
  update: 'doubleFulfilments',
  expectations: 'doubleFulfilments',
  lock: 'doubleFulfilments',
  owner: 'doubleCharges',
  duplicates: 'doubleCharges',
  mismatches: 'doubleCharges',
  journal: 'doubleRefunds',
  'refund-id': 'overRefunds',
};

it('notices whatever is broken', async () => {
  // At once: they wait more than they work.
  const unnoticed = await Promise.all(
    BREAKAGES.map(async (breakage) => {
      const verdict = await soak({ histories: 80, seed: '7', breakage });
      return verdict[NOTICED_BY[breakage]] > 0 ? [] : [breakage];
    }),
  );
  expect(unnoticed.flat()).toEqual([]);
}, 300_000);
