import fc from 'fast-check';
import { InMemoryRefundJournal, PaymentService, isPortOneApiError, type Refund } from 'nestjs-portone';

import { OPERATIONS } from '../../../lib/client/operations.generated.js';
import { markApiError } from '../../../lib/errors/is-portone-api-error.js';
import { buildApiError } from '../../../lib/errors/sdk-errors.js';
import type { RefundRecord } from '../../../lib/refunds/refund-journal.js';
import { openServices, type Services } from '../../support/sandbox-services.js';

const TOTAL = 1000;
const REASON = '단순 변심';

/** Two that are alike, and one that takes what is left: the hardest to tell apart. */
const REFUNDS = { a: { amount: 300 }, b: { amount: 300 }, rest: {} } as const;
type RefundName = keyof typeof REFUNDS;

const CRASHES = ['none', 'none', 'before-journal', 'after-journal', 'after-send', 'before-record'] as const;
const FAULTS = [
  'none',
  'none',
  'reset-before',
  'reset-after',
  'html-502',
  'truncated-json',
  'null',
  'unavailable',
  'pg-error',
  'unknown-values',
  'cancel-succeeds-later',
  'cancel-fails-later',
] as const;

interface Step {
  readonly refund: RefundName;
  readonly crash: (typeof CRASHES)[number];
  readonly fault: (typeof FAULTS)[number];
  /** The provider does it and says that it did not. */
  readonly providerLies: boolean;
  readonly staleReads: number;
  readonly console: boolean;
  readonly follow: boolean;
  readonly thenHours: number;
  /** Asked for with another amount: the same refund all the same. */
  readonly more: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  refund: fc.constantFrom<RefundName>('a', 'a', 'b', 'b', 'rest'),
  crash: fc.constantFrom(...CRASHES),
  fault: fc.constantFrom(...FAULTS),
  providerLies: fc.nat({ max: 7 }).map((n) => n === 0),
  staleReads: fc.constantFrom(0, 0, 1, 3),
  console: fc.nat({ max: 9 }).map((n) => n === 0),
  follow: fc.nat({ max: 5 }).map((n) => n === 0),
  thenHours: fc.constantFrom(0, 0, 0.2, 2, 4),
  more: fc.boolean(),
});

class Crash extends Error {}

/** A process that is killed at a point: from then on nothing of it reaches anybody. */
class Process {
  dead = false;
  readonly payments: PaymentService;

  constructor({ client, settings, journal }: Services, { crash, providerLies }: Pick<Step, 'crash' | 'providerLies'>) {
    const alive = async <T>(work: () => Promise<T>): Promise<T> => {
      if (this.dead) throw new Crash();
      return work();
    };
    const die = (): never => {
      this.dead = true;
      throw new Crash();
    };
    const refundJournal = Object.assign(Object.create(journal) as typeof journal, {
      find: (account: string, id: string) => alive(() => journal.find(account, id)),
      ofPayment: (account: string, id: string) => alive(() => journal.ofPayment(account, id)),
      begin: (record: RefundRecord, replaces?: string) =>
        alive(async () => {
          if (crash === 'before-journal') die();
          const holder = await journal.begin(record, replaces);
          return crash === 'after-journal' ? die() : holder;
        }),
      update: (record: RefundRecord) =>
        alive(async () => (crash === 'before-record' ? die() : await journal.update(record))),
    });
    this.payments = new PaymentService(client, settings, { account: '', refundJournal });
    const { cancelPayment, getPayment } = this.payments;
    this.payments.getPayment = (options, call) => alive(() => getPayment.call(this.payments, options, call));
    this.payments.cancelPayment = (options, call) =>
      alive(async () => {
        const answer = await cancelPayment.call(this.payments, options, call);
        if (crash === 'after-send') die();
        if (providerLies) throw await pgError();
        return answer;
      });
  }
}

async function pgError(): Promise<Error> {
  const row = OPERATIONS.find(({ name }) => name === 'payment.cancelPayment')!;
  const error = await buildApiError(row, { type: 'PG_PROVIDER', message: 'of a slow provider' });
  markApiError(error);
  return error;
}

const QUIET: Omit<Step, 'refund'> = {
  crash: 'none',
  fault: 'none',
  providerLies: false,
  staleReads: 0,
  console: false,
  follow: false,
  thenHours: 0,
  more: false,
};

describe('refunds, killed at every step', () => {
  let services: Services;
  beforeAll(async () => {
    services = await openServices({}, { retry: false });
  });
  afterAll(() => services.close());

  let runs = 0;
  let paymentId = '';

  const call = async (name: RefundName, payments: PaymentService, more = false): Promise<Refund | undefined> => {
    try {
      return await payments.refund({
        paymentId,
        refundId: `${paymentId}-${name}`,
        reason: REASON,
        ...REFUNDS[name],
        ...(more && { amount: 400 }),
      });
    } catch (error) {
      if (error instanceof TypeError) throw error;
      return undefined;
    }
  };
  const read = async () => {
    services.sandbox.undocumented.staleReads = 0;
    // Reads that are still behind a change of before.
    for (let n = 0; n < 4; n += 1) await services.payments.getPayment({ paymentId });
    return (await services.payments.getPayment({ paymentId })) as {
      amount: { cancelled: number };
      cancellations?: { id: string; status: string; trigger: string }[];
    };
  };

  it('never give back twice, nor more than was paid', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const { sandbox } = services;
        Object.assign(services, { journal: new InMemoryRefundJournal() });
        paymentId = `order-${(runs += 1)}`;
        await sandbox.buyer.pay(paymentId, { totalAmount: TOTAL });
        for (const { refund, fault, console: byConsole, follow, thenHours, ...rest } of steps) {
          sandbox.undocumented.staleReads = rest.staleReads;
          if (byConsole) {
            await sandbox.console.cancel(paymentId, { amount: 300, reason: REASON }).catch(() => undefined);
          }
          if (fault !== 'none') addFault(services, fault);
          const { payments } = new Process(services, rest);
          if (follow) await payments.followRefunds().catch(() => undefined);
          else await call(refund, payments, rest.more);
          sandbox.faults.clear();
          await sandbox.clock.advance({ hours: thenHours });
        }

        // All is well again: whoever asked asks on, until there is an end.
        sandbox.undocumented.staleReads = 0;
        await sandbox.clock.advance({ hours: 1 });
        const { payments } = new Process(services, { crash: 'none', providerLies: false });
        const asked = [...new Set(steps.filter(({ follow }) => !follow).map(({ refund }) => refund))];
        for (let round = 0; round < 8; round += 1) {
          for (const name of asked) {
            await call(name, payments);
            await call(name, payments, true);
          }
          await payments.followRefunds();
          await sandbox.clock.advance({ hours: 4 });
        }

        const { amount, cancellations = [] } = await read();
        const done = cancellations.filter(({ status, trigger }) => status === 'SUCCEEDED' && trigger === 'API');
        const records = await services.journal.ofPayment('', paymentId);
        const succeeded = records.filter(({ state }) => state === 'SUCCEEDED');
        expect(succeeded.map(({ cancellation }) => (cancellation as { id: string }).id).sort()).toEqual(
          done.map(({ id }) => id).sort(),
        );
        expect(records.filter(({ state }) => state === 'OPEN' || state === 'REQUESTED')).toEqual([]);
        expect(amount.cancelled).toBeLessThanOrEqual(TOTAL);
        const executed = sandbox.ledger.executions.filter(
          (one) => one.kind === 'CANCEL' && one.paymentId === paymentId,
        );
        expect(executed.reduce((sum, one) => sum + (one.amount ?? 0), 0)).toBe(amount.cancelled);
        sandbox.reset();
      }),
      {
        numRuns: Number(process.env['REFUND_RUNS'] ?? 150),
        // A refused refund once took the cancellation of an open one, whose answer was lost, for its own.
        examples: [
          [
            [
              { ...QUIET, refund: 'b', fault: 'pg-error', providerLies: true, console: true },
              { ...QUIET, refund: 'a', fault: 'null', providerLies: true, staleReads: 1 },
              { ...QUIET, refund: 'a', providerLies: true, console: true, follow: true },
            ],
          ],
        ],
      },
    );
  }, 300_000);

  it('the provider’s lie is told as PortOne tells it', async () => {
    expect(isPortOneApiError(await pgError(), 'PG_PROVIDER')).toBe(true);
  });
});

function addFault({ sandbox }: Services, fault: Exclude<Step['fault'], 'none'>): void {
  const match = { operation: 'payment.cancelPayment', count: 1 };
  if (fault === 'cancel-succeeds-later' || fault === 'cancel-fails-later') {
    const settlesAs = fault === 'cancel-fails-later' ? 'FAILED' : 'SUCCEEDED';
    sandbox.faults.add({ ...match, fault: 'cancel-requested', settlesAs, after: { minutes: 30 } });
  } else {
    sandbox.faults.add({ ...match, fault });
  }
}
