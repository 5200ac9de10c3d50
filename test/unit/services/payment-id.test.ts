import fc from 'fast-check';

import { createPaymentId } from '../../../lib/payment-id.js';

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'];
const prefix = fc.string({ unit: fc.constantFrom(...letters), maxLength: 16 });

it('makes ids of letters and digits that every provider takes, behind the prefix', () => {
  fc.assert(
    fc.property(prefix, (given) => {
      const id = createPaymentId(given);
      expect(id).toMatch(/^[A-Za-z0-9]{40}$/);
      expect(id.startsWith(given)).toBe(true);
    }),
  );
});

it('makes ids that differ, in the order of time', () => {
  const ids = Array.from({ length: 20_000 }, () => createPaymentId());
  expect(new Set(ids).size).toBe(ids.length);
  const times = ids.map((id) => id.slice(0, 9));
  expect([...times].sort()).toEqual(times);
});

it('refuses a prefix that some provider would not take, and says the rule', () => {
  const wrong = fc.string({ minLength: 1 }).filter((text) => !/^[A-Za-z0-9]{0,16}$/.test(text));
  fc.assert(fc.property(wrong, (given) => expect(() => createPaymentId(given)).toThrow(TypeError)));
  expect(() => createPaymentId('order-')).toThrow('letters and digits (A-Z, a-z, 0-9), at most 16, got "order-"');
  expect(() => createPaymentId('a'.repeat(17))).toThrow(TypeError);
  expect(() => createPaymentId(null as unknown as string)).toThrow(TypeError);
});
