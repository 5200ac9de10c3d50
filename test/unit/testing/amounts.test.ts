import fc from 'fast-check';
import { cancelAmounts, paymentAmount, withCancelled } from '../../../lib/testing/state/payments/amounts.js';

const cancel = (amount?: number, more: object = {}) => ({
  amount,
  taxFree: undefined,
  vat: undefined,
  currentCancellableAmount: undefined,
  ...more,
});
const refusedAs = (type: string) =>
  expect.objectContaining({ data: expect.objectContaining({ type }) as object }) as Error;

describe('amounts', () => {
  it('takes an eleventh of what is taxed for VAT', () => {
    expect(paymentAmount({ total: 1000, taxFree: undefined, vat: undefined })).toEqual({
      total: 1000,
      taxFree: 0,
      vat: 91,
      supply: 909,
      discount: 0,
      paid: 0,
      cancelled: 0,
      cancelledTaxFree: 0,
    });
    expect(paymentAmount({ total: 1000, taxFree: 450, vat: undefined })).toMatchObject({ vat: 50, supply: 500 });
    expect(paymentAmount({ total: 1000, taxFree: 450, vat: 10 })).toMatchObject({ vat: 10, supply: 540 });
    expect(() => paymentAmount({ total: 100, taxFree: 90, vat: 11 })).toThrow(
      refusedAs('SUM_OF_PARTS_EXCEEDS_TOTAL_AMOUNT'),
    );
  });

  const before = { ...paymentAmount({ total: 1000, taxFree: 300, vat: undefined }), paid: 1000 };

  it('gives back a part, and then all that is left, its tax-free part included', () => {
    const part = cancelAmounts(before, cancel(110));
    expect(part).toEqual({ totalAmount: 110, taxFreeAmount: 0, vatAmount: 10 });
    const amount = withCancelled(before, part);
    expect(amount).toEqual({ ...before, cancelled: 110, cancelledTaxFree: 0 });
    const rest = cancelAmounts(amount, cancel(), [], part.vatAmount);
    expect(rest).toEqual({ totalAmount: 890, taxFreeAmount: 300, vatAmount: 54 });
    expect(withCancelled(amount, rest)).toEqual({ ...before, cancelled: 1000, cancelledTaxFree: 300 });
  });

  it('keeps what other cancels asked for', () => {
    const held = [cancelAmounts(before, cancel(400, { taxFree: 300 }))];
    expect(cancelAmounts(before, cancel(undefined, { currentCancellableAmount: 600 }), held)).toMatchObject({
      totalAmount: 600,
      taxFreeAmount: 0,
    });
    expect(() => cancelAmounts(before, cancel(601), held)).toThrow(
      refusedAs('CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT'),
    );
    const all = [...held, cancelAmounts(before, cancel(600))];
    expect(() => cancelAmounts(before, cancel(), all)).toThrow(refusedAs('CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT'));
  });

  it.each([
    ['CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT', cancel(1001)],
    ['CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN', cancel(100, { currentCancellableAmount: 999 })],
    ['SUM_OF_PARTS_EXCEEDS_CANCEL_AMOUNT', cancel(100, { taxFree: 60, vat: 41 })],
    ['SUM_OF_PARTS_EXCEEDS_CANCEL_AMOUNT', cancel(100, { taxFree: 101 })],
    ['CANCEL_TAX_FREE_AMOUNT_EXCEEDS_CANCELLABLE_TAX_FREE_AMOUNT', cancel(400, { taxFree: 301 })],
    ['CANCEL_TAX_AMOUNT_EXCEEDS_CANCELLABLE_TAX_AMOUNT', cancel(800, { taxFree: 99 })],
  ])('refuses with %s', (type, input) => {
    expect(() => cancelAmounts(before, input)).toThrow(refusedAs(type));
  });

  it('never gives back more than was paid, whatever is asked', () => {
    const request = fc.record({
      amount: fc.option(fc.integer({ min: 1, max: 1200 }), { nil: undefined }),
      taxFree: fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 8 }), (requests) => {
        let amount = before;
        let given = 0;
        for (const { amount: asked, taxFree } of requests) {
          try {
            const result = cancelAmounts(amount, cancel(asked, { taxFree }));
            amount = { ...before, ...withCancelled(amount, result) };
            given += result.totalAmount;
          } catch {
            continue;
          }
          expect(amount.cancelled).toBe(given);
          expect(amount.cancelled).toBeLessThanOrEqual(amount.total);
          expect(amount.cancelledTaxFree).toBeLessThanOrEqual(amount.taxFree);
          expect(amount.cancelled - amount.cancelledTaxFree).toBeLessThanOrEqual(amount.total - amount.taxFree);
        }
      }),
    );
  });
});
