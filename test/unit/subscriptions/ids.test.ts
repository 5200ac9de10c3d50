import fc from 'fast-check';
import { subscriptionPaymentId, type ScheduleId } from 'nestjs-portone';

import { payKey, revokeKey, scheduleKey } from '../../../lib/subscriptions/subscription-ids.js';

it('is the same for the same four, letters and digits, at most 40', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.nat(), fc.nat(), (account, id, cycle, attempt) => {
      const paymentId = subscriptionPaymentId(account, id, cycle, attempt);
      expect(paymentId).toMatch(/^[A-Za-z0-9]{40}$/);
      expect(subscriptionPaymentId(account, id, cycle, attempt)).toBe(paymentId);
    }),
  );
});

it('is another one where any of the four differs', () => {
  const ids = [
    subscriptionPaymentId('', 'a', 1, 2),
    subscriptionPaymentId('b', 'a', 1, 2),
    subscriptionPaymentId('', 'b', 1, 2),
    subscriptionPaymentId('', 'a', 2, 2),
    subscriptionPaymentId('', 'a', 1, 1),
    subscriptionPaymentId('', 'a', 2, 1),
    subscriptionPaymentId('a', '', 1, 2),
    subscriptionPaymentId('', 'a1', 2, 2),
    subscriptionPaymentId('', 'a', 12, 2),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

it('never changes: payments of years ago must be recognised', () => {
  expect(subscriptionPaymentId('', 'subscription-1', 0, 0)).toBe('9469c8dd4dc9aa93253fd09d27965dc69188a893');
});

it('makes keys that PortOne takes, another for each kind of request', () => {
  const paymentId = subscriptionPaymentId('', 'subscription-1', 0, 0);
  const keys = [scheduleKey(paymentId), payKey(paymentId), revokeKey(paymentId, 'schedule-1' as ScheduleId)];
  for (const key of keys) expect(key).toMatch(/^[\x21-\x7e]{16,256}$/);
  expect(new Set(keys).size).toBe(keys.length);
});
