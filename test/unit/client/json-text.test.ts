import fc from 'fast-check';

import { jsonText } from '../../../lib/client/json-text.js';

it('writes what JSON has as JSON.stringify does', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(jsonText('payment.cancelPayment', value)).toBe(JSON.stringify(value));
    }),
  );
});

it.each<[string, unknown]>([
  ['a null that was given', { amount: null, reason: 'null' }],
  ['a field that was left out', { amount: undefined }],
  ['a value with a text of its own', { timeToPay: new Date(0) }],
])('takes %s', (_, body) => {
  expect(jsonText('payment.cancelPayment', body)).toBe(JSON.stringify(body));
});

it.each<[string, unknown, string]>([
  ['NaN', { amount: NaN }, 'amount is NaN'],
  ['an infinity', { amount: -Infinity }, 'amount is -Infinity'],
  ['NaN deep within', { items: [{ price: { amount: NaN } }] }, 'amount is NaN'],
  ['NaN by itself', NaN, 'the body is NaN'],
  ['an invalid date', { timeToPay: new Date(NaN) }, 'timeToPay is no valid value'],
])('refuses %s, which JSON would make null', (_, body, told) => {
  expect(() => jsonText('payment.cancelPayment', body)).toThrow(
    new TypeError(`payment.cancelPayment: ${told}, so null would be sent in its place.`),
  );
});

it('names the call where there is no JSON for the body', () => {
  const circle: Record<string, unknown> = {};
  circle['itself'] = circle;
  for (const body of [{ amount: 1n }, circle, () => 1, Symbol('s')]) {
    expect(() => jsonText('payment.cancelPayment', body)).toThrow(/^payment\.cancelPayment: the body /);
  }
});
