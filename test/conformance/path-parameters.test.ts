import { buildRequest } from '../../lib/client/build-request.js';
import type { OperationOptions } from '../../lib/client/operation.js';
import { OPERATIONS } from '../../lib/client/operations.generated.js';

const withParameters = OPERATIONS.flatMap((row) =>
  row.path.flatMap((name, index) => (index % 2 === 1 ? [{ row, operation: row.name, name }] : [])),
);

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}

describe.each(withParameters)('$operation, $name', ({ row, name }) => {
  const others = Object.fromEntries(row.path.filter((_, i) => i % 2 === 1).map((other) => [other, 'given']));

  it.each([
    ['', `${row.name}: ${name} must not be "", it would reach another endpoint.`],
    ['.', `${row.name}: ${name} must not be ".", it would reach another endpoint.`],
    ['..', `${row.name}: ${name} must not be "..", it would reach another endpoint.`],
    [undefined, `${row.name}: ${name} must be a string, got undefined.`],
    [null, `${row.name}: ${name} must be a string, got null.`],
    [7, `${row.name}: ${name} must be a string, got number.`],
    ['\ud800', `${row.name}: ${name} cannot be part of a URL: it is not well-formed text.`],
  ])('%j is refused', (value, message) => {
    expect(thrownBy(() => buildRequest(row, { ...others, [name]: value }, undefined))).toMatchObject({
      name: 'TypeError',
      message,
    });
  });
});

const getPayment = OPERATIONS.find((row) => row.name === 'payment.getPayment')!;

it.each([undefined, null, 'payment-1' as unknown as OperationOptions])('options %j lack the parameter', (options) => {
  expect(() => buildRequest(getPayment, options, undefined)).toThrow(
    new TypeError('payment.getPayment: paymentId must be a string, got undefined.'),
  );
});

it('a query value that cannot be encoded is named too', () => {
  expect(
    thrownBy(() => buildRequest(getPayment, { paymentId: 'payment-1', storeId: '\udc00' }, undefined)),
  ).toMatchObject({
    name: 'TypeError',
    message: 'payment.getPayment: storeId cannot be part of a URL: it is not well-formed text.',
  });
});

it('dots and escapes inside a parameter stay what they are', () => {
  const pathOf = (paymentId: string) => buildRequest(getPayment, { paymentId }, undefined).path;
  expect(pathOf('...')).toBe('/payments/...');
  expect(pathOf('../x')).toBe('/payments/..%2Fx');
  expect(pathOf('%2e%2e')).toBe('/payments/%252e%252e');
});
