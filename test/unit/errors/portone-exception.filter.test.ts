import type { ArgumentsHost } from '@nestjs/common';
import { GetPaymentError } from '@portone/server-sdk/payment';
import { PortOneExceptionFilter } from '../../../lib/filters/portone-exception.filter.js';

describe('new PortOneExceptionFilter', () => {
  it.each([200, 399, 600, 404.5, Number.NaN, '404' as unknown as number])('refuses the status %p', (status) => {
    expect(() => new PortOneExceptionFilter({ statusOf: { PAYMENT_NOT_FOUND: status } })).toThrow(
      new TypeError(
        `PortOneExceptionFilter: statusOf.PAYMENT_NOT_FOUND is ${status}, but must be an HTTP status from 400 to 599.`,
      ),
    );
  });

  it('takes types that this version does not know', () => {
    expect(() => new PortOneExceptionFilter({ statusOf: { PAYMENT_NOT_FOUND: 410, BRAND_NEW: 599 } })).not.toThrow();
  });
});

it('hands on, in a context that it does not know, what it caught', () => {
  const error = new GetPaymentError({ type: 'PAYMENT_NOT_FOUND' });
  const host = { getType: () => 'discord' } as unknown as ArgumentsHost;
  let thrown: unknown;
  try {
    void new PortOneExceptionFilter().catch(error, host);
  } catch (caught) {
    thrown = caught;
  }
  expect(thrown).toBe(error);
});
