import { createRequire } from 'node:module';
import * as sdk from '@portone/server-sdk';
import { buildApiError } from '../../../lib/errors/sdk-errors.js';
import { isPortOneApiError } from '../../../lib/errors/is-portone-api-error.js';

const sdkInCommonJs = createRequire(`${process.cwd()}/package.json`)('@portone/server-sdk') as typeof sdk;
const notFound = { type: 'PAYMENT_NOT_FOUND', message: '결제 건이 존재하지 않습니다.' } as const;

describe('isPortOneApiError', () => {
  it.each([
    ['of the SDK’s ES module', () => new sdk.Payment.GetPaymentError(notFound)],
    ['of its CommonJS copy', () => new sdkInCommonJs.Payment.GetPaymentError(notFound)],
    ['of this package', () => buildApiError({ error: 'GetPaymentError', errorFrom: 'payment' }, notFound)],
  ])('is true of an error %s', async (_, make) => {
    const error: unknown = await make();
    expect(isPortOneApiError(error)).toBe(true);
    expect(isPortOneApiError(error, 'PAYMENT_NOT_FOUND')).toBe(true);
    expect(isPortOneApiError(error, 'FORBIDDEN', 'PAYMENT_NOT_FOUND')).toBe(true);
    expect(isPortOneApiError(error, 'FORBIDDEN')).toBe(false);
  });

  it('is true of an error of ours when a bundler has taken the class names away', async () => {
    const error = await buildApiError({ error: 'GetPaymentError', errorFrom: 'payment' }, notFound);
    Object.setPrototypeOf(error, class extends Error {}.prototype);
    expect(isPortOneApiError(error, 'PAYMENT_NOT_FOUND')).toBe(true);
  });

  it.each([
    undefined,
    null,
    'text',
    new Error('plain'),
    notFound,
    { data: notFound },
    Object.assign(new Error('of another library'), { data: notFound }),
    new sdk.Webhook.WebhookVerificationError('TIMESTAMP_TOO_OLD'),
    new sdk.Payment.GetPaymentError({} as typeof notFound),
  ])('is false of %p', (value) => expect(isPortOneApiError(value)).toBe(false));

  it('narrows the data', () => {
    const error: unknown = new sdk.Payment.GetPaymentError(notFound);

    if (!isPortOneApiError(error, 'PAYMENT_NOT_FOUND', 'CHANNEL_SPECIFIC')) throw new Error('It is one.');
    const either: 'PAYMENT_NOT_FOUND' | 'CHANNEL_SPECIFIC' = error.data.type;
    if (error.data.type === 'CHANNEL_SPECIFIC') error.data.failures satisfies readonly unknown[];
    const facts: [number | undefined, string | undefined, string | undefined] = [
      error.status,
      error.operation,
      error.idempotencyKey,
    ];

    const any: unknown = error;
    if (!isPortOneApiError(any)) throw new Error('It is one.');
    switch (any.data.type) {
      case 'PAYMENT_NOT_FOUND':
      case 'B2B_COUNTERPARTY_NOT_FOUND':
      case 'IDEMPOTENCY_OUTSTANDING_REQUEST':
        any.data.message satisfies string | undefined;
        break;
      // @ts-expect-error PortOne has no such type.
      case 'PAYMENT_NOT_FOUMD':
        break;
    }

    const newer: unknown = error;
    if (isPortOneApiError(newer, 'BRAND_NEW')) newer.data satisfies { type: 'BRAND_NEW'; message?: string };

    expect(either).toBe('PAYMENT_NOT_FOUND');
    expect(facts).toEqual([undefined, undefined, undefined]);
  });

  it('adds to the SDK’s class what the SDK does not keep', () => {
    const error: unknown = new sdk.Payment.GetPaymentError(notFound);
    const statusOf = (e: unknown): number | undefined =>
      e instanceof sdk.Payment.GetPaymentError && isPortOneApiError(e) ? e.status : undefined;
    expect(statusOf(error)).toBeUndefined();
    expect(statusOf(Object.assign(error as object, { status: 404 }))).toBe(404);
  });
});
