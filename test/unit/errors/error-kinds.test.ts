import { createRequire } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';
import type * as sdk from '@portone/server-sdk';
import { GetPaymentError } from '@portone/server-sdk/payment';
import * as kinds from 'nestjs-portone/errors';
import { OPERATIONS } from '../../../lib/client/operations.generated.js';
import { buildApiError } from '../../../lib/errors/sdk-errors.js';
import { ERROR_TABLE } from './error-table.js';

const sdkInCommonJs = createRequire(`${process.cwd()}/package.json`)('@portone/server-sdk') as typeof sdk;
const byName: Readonly<Record<string, unknown>> = { ...kinds };
const getPayment = OPERATIONS.find((row) => row.name === 'payment.getPayment')!;

/** An error of any type; the SDK's constructor takes only those that its types know. */
const paymentError = (type: string, message?: string) => buildApiError(getPayment, { type, message });

function isOfKind(error: unknown, kind: unknown): boolean {
  if (typeof kind !== 'function') throw new Error('There is no such kind.');
  return error instanceof kind;
}

describe('error kinds', () => {
  it('are one for each error type, and the two of our own', () => {
    const own = ['IdempotencyOutstandingRequestError', 'UnknownError'];
    expect(Object.keys(kinds).sort()).toEqual([...ERROR_TABLE.map((row) => row.schema), ...own].sort());
    expect(ERROR_TABLE).toHaveLength(184);
  });

  it.each(ERROR_TABLE)('$schema is true of $type alone', async ({ type, schema }) => {
    const error = await paymentError(type);
    expect(Object.keys(kinds).filter((name) => isOfKind(error, byName[name]))).toEqual([schema]);
  });

  it('know whether an error was thrown for an idempotency key that is still in use', async () => {
    expect(await paymentError('IDEMPOTENCY_OUTSTANDING_REQUEST')).toBeInstanceOf(
      kinds.IdempotencyOutstandingRequestError,
    );
  });

  it.each(['BRAND_NEW', 'constructor', '__proto__', ''])('UnknownError is true of the type %j', async (type) => {
    const error = await paymentError(type);
    expect(Object.keys(kinds).filter((name) => isOfKind(error, byName[name]))).toEqual(['UnknownError']);
  });

  it('hold for the SDK’s CommonJS copy, whose classes are others', () => {
    const error = new sdkInCommonJs.Payment.GetPaymentError({ type: 'PAYMENT_NOT_FOUND' });
    expect(error).not.toBeInstanceOf(GetPaymentError);
    expect(error).toBeInstanceOf(kinds.PaymentNotFoundError);
    expect(error).not.toBeInstanceOf(kinds.ForbiddenError);
  });

  it.each([undefined, null, 'PAYMENT_NOT_FOUND', { data: { type: 'PAYMENT_NOT_FOUND' } }, new Error('no data')])(
    'are not true of %p',
    (value) => expect(isOfKind(value, kinds.PaymentNotFoundError) || isOfKind(value, kinds.UnknownError)).toBe(false),
  );

  it('narrow the data in TypeScript', () => {
    const thrown: unknown = new GetPaymentError({ type: 'PAYMENT_NOT_FOUND', message: '없습니다.' });

    if (!(thrown instanceof kinds.PaymentNotFoundError)) throw new Error('It is of this kind.');
    const alone: 'PAYMENT_NOT_FOUND' = thrown.data.type;
    const message: string | undefined = thrown.data.message;

    const again: unknown = thrown;
    if (!(again instanceof GetPaymentError && again instanceof kinds.PaymentNotFoundError))
      throw new Error('As above.');
    const both: 'PAYMENT_NOT_FOUND' = again.data.type;
    // @ts-expect-error It is of no other type.
    const other: 'FORBIDDEN' = again.data.type;
    const status: number | undefined = again.status;

    const newer = (error: unknown) =>
      error instanceof kinds.B2bCounterpartyNotFoundError && (error.data.type satisfies 'B2B_COUNTERPARTY_NOT_FOUND');
    const asType = (error: kinds.ForbiddenError) => error.data.type satisfies 'FORBIDDEN';
    // @ts-expect-error A kind is abstract: no error is made of it.
    const make = (): unknown => new kinds.ForbiddenError();

    expect([alone, both, other, message, status]).toEqual([alone, alone, alone, '없습니다.', undefined]);
    expect([newer(thrown), asType, make]).toEqual([false, asType, make]);
  });
});

it('the table says rightly which types the SDK has', () => {
  const folder = 'node_modules/@portone/server-sdk/dist/generated';
  const declared = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('Error.d.ts'))
    .flatMap((name) => /^ {4}type: "(\w+)"/m.exec(readFileSync(`${folder}/${name}`, 'utf8'))?.[1] ?? []);
  expect(ERROR_TABLE.filter((row) => row.inSdk).map((row) => row.type)).toEqual([...new Set(declared)].sort());
});
