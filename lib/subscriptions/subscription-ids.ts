import { createHash } from 'node:crypto';

import type { PaymentId, ScheduleId } from '../payment-id.js';

/**
 * The payment id of an attempt to charge a cycle: always the same for the same four, so that asking for it twice cannot
 * charge twice. Digits and letters, 40 of them (160 bits), which every provider takes.
 */
export function subscriptionPaymentId(
  account: string,
  subscriptionId: string,
  cycle: number,
  attempt: number,
): PaymentId {
  const name = JSON.stringify(['nestjs-portone.subscription', account, subscriptionId, cycle, attempt]);
  return createHash('sha256').update(name).digest('hex').slice(0, 40);
}

export const scheduleKey = (paymentId: PaymentId): string => `subscription-schedule-${paymentId}`;
export const payKey = (paymentId: PaymentId): string => `subscription-pay-${paymentId}`;
/** By schedule: one payment id may have had several. */
export const revokeKey = (paymentId: PaymentId, scheduleId: ScheduleId): string =>
  `subscription-revoke-${createHash('sha256').update(`${paymentId}/${scheduleId}`).digest('hex').slice(0, 40)}`;
