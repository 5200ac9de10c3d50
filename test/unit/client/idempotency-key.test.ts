import fc from 'fast-check';

import { checkIdempotencyKey, idempotencyKeyHeader, newIdempotencyKey } from '../../../lib/client/idempotency-key.js';

const printable = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));
const key = fc.string({ unit: printable, minLength: 16, maxLength: 256 });

/** Reads a string as RFC 8941, 4.2.5 does. */
function parseString(header: string): string {
  const parsed = /^"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/.exec(header);
  if (parsed === null) throw new Error(`not an RFC 8941 string: ${header}`);
  return parsed[1]!.replace(/\\(["\\])/g, '$1');
}

it('takes 16 to 256 printable ASCII characters, and sends a string that reads back as the key', () => {
  fc.assert(
    fc.property(key, (given) => {
      expect(parseString(idempotencyKeyHeader(checkIdempotencyKey('payment.cancelPayment', given)))).toBe(given);
    }),
  );
  expect(idempotencyKeyHeader('quote " and \\ slash')).toBe(String.raw`"quote \" and \\ slash"`);
});

it('refuses keys that are too short or too long', () => {
  const wrong = fc.oneof(
    fc.string({ unit: printable, maxLength: 15 }),
    fc.string({ unit: printable, minLength: 257, maxLength: 400 }),
  );
  fc.assert(fc.property(wrong, (given) => expect(() => checkIdempotencyKey('x', given)).toThrow(TypeError)));
});

it('refuses characters that are not printable ASCII', () => {
  const odd = fc.oneof(fc.integer({ min: 0, max: 0x1f }), fc.integer({ min: 0x7f, max: 0xffff }));
  fc.assert(
    fc.property(key, odd, fc.nat(), (given, code, position) => {
      const at = position % given.length;
      const broken = given.slice(0, at) + String.fromCharCode(code) + given.slice(at + 1);
      expect(() => checkIdempotencyKey('x', broken)).toThrow(TypeError);
    }),
  );
  expect(() => checkIdempotencyKey('x', `${'a'.repeat(20)}\n`)).toThrow(TypeError);
});

it('says what is wrong, where, and does not take what is no text', () => {
  expect(() => checkIdempotencyKey('payment.cancelPayment', 'short')).toThrow(
    'payment.cancelPayment: idempotencyKey must be 16 to 256 printable ASCII characters, got 5 characters.',
  );
  expect(() => checkIdempotencyKey('x', 1234567890123456)).toThrow('got number');
});

it('makes keys that fit and differ', () => {
  const keys = Array.from({ length: 1_000 }, newIdempotencyKey);
  expect(new Set(keys).size).toBe(1_000);
  for (const made of keys) expect(checkIdempotencyKey('x', made)).toBe(made);
});
