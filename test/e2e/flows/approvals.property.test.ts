import fc from 'fast-check';
import { PaymentUndecidedError, PaymentVerificationError } from 'nestjs-portone';

import { openServices, type Services } from '../../support/sandbox-services.js';

const FAULTS = [
  'none',
  'none',
  'reset-before',
  'reset-after',
  'html-502',
  'truncated-json',
  'null',
  'unavailable',
  'rate-limited',
  'unknown-values',
] as const;

const step = fc.record({
  confirm: fc.constantFrom(...FAULTS),
  read: fc.constantFrom(...FAULTS),
  count: fc.constantFrom(1, 2, 9),
  staleReads: fc.constantFrom(0, 0, 0, 1),
  clicks: fc.constantFrom(1, 1, 3),
  totalAmount: fc.constantFrom(1000, 1000, 1000, 999),
  thenCancelled: fc.nat({ max: 3 }).map((n) => n === 0),
  thenHours: fc.constantFrom(0, 0, 2, 4),
});

describe('approvals, disturbed', () => {
  let services: Services;
  beforeAll(async () => {
    services = await openServices({}, { retry: { maxAttempts: 2, baseDelayMs: 0, maxDelayMs: 0 } });
  });
  afterAll(() => services.close());

  let runs = 0;

  it.each(['CARD', 'VIRTUAL_ACCOUNT'] as const)(
    'charge once, and are never told as refused when they were charged: %s',
    async (payMethod) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
          const { sandbox, payments } = services;
          // What a run that failed has left must not be taken for this one's.
          sandbox.reset();
          const paymentId = `order-${(runs += 1)}`;
          const charges = () => sandbox.ledger.executions.filter(({ kind }) => kind === 'CHARGE').length;
          const { paymentToken } = await sandbox.buyer.pay(paymentId, {
            totalAmount: 1000,
            payMethod,
            approval: 'manual',
          });
          for (const { confirm, read, count, staleReads, clicks, totalAmount, thenCancelled, thenHours } of steps) {
            sandbox.undocumented.staleReads = staleReads;
            if (confirm !== 'none') {
              sandbox.faults.add({ fault: confirm, operation: 'payment.confirmPayment', count });
            }
            if (read !== 'none') sandbox.faults.add({ fault: read, operation: 'payment.getPayment', count });
            const approval = { paymentId, paymentToken, totalAmount, currency: 'KRW' };
            const ends = await Promise.allSettled(Array.from({ length: clicks }, () => payments.approve(approval)));
            sandbox.faults.clear();
            sandbox.undocumented.staleReads = 0;

            expect(charges()).toBeLessThanOrEqual(payMethod === 'CARD' ? 1 : 0);
            for (const end of ends) {
              if (end.status === 'fulfilled') {
                expect(totalAmount).toBe(1000);
                expect(end.value.status).toBe(payMethod === 'CARD' ? 'PAID' : 'VIRTUAL_ACCOUNT_ISSUED');
                if (payMethod === 'CARD') expect(charges()).toBe(1);
              } else if (totalAmount === 1000 && charges() === 1) {
                expect(isDecided(end.reason)).toBe(false);
              }
            }
            if (thenCancelled) await sandbox.console.cancel(paymentId).catch(() => undefined);
            await sandbox.clock.advance({ hours: thenHours });
          }
        }),
        { numRuns: 150 },
      );
    },
    120_000,
  );
});

/** Whether it says that nothing was approved. */
function isDecided(error: unknown): boolean {
  if (error instanceof PaymentUndecidedError || error instanceof PaymentVerificationError) return false;
  return (error as { outcome?: string }).outcome !== 'unknown';
}
