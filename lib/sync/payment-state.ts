import { createHash } from 'node:crypto';

import type { PaymentMismatch } from '../errors/payment-verification.error.js';
import type { Sdk } from '../sdk.types.js';
import type { ChargedPayment } from './payment-sync.types.js';
import type { AppliedPayment } from './payment-sync-store.js';

type Payment = Sdk.Payment.Payment;

/** A payment looked at as it came: it may be newer than the SDK, or lack a field. */
export interface LoosePayment {
  readonly id?: string;
  readonly status?: string;
  readonly storeId?: string;
  readonly transactionId?: string;
  readonly updatedAt?: string;
  readonly statusChangedAt?: string;
  readonly amount?: Readonly<Record<string, unknown>>;
  readonly method?: { readonly type?: string; readonly expiredAt?: string };
  readonly cancellations?: readonly { readonly id?: string; readonly status?: string; readonly totalAmount?: number }[];
  readonly disputes?: readonly {
    readonly status?: string;
    readonly pgDisputeId?: string;
    readonly createdAt?: string;
    readonly resolvedAt?: string;
  }[];
}

export function looselyOf(payment: Payment): LoosePayment {
  return payment as unknown as LoosePayment;
}

/** For how long after its end a virtual account is still looked at: a deposit may be told late. */
const LATE_DEPOSIT_MS = 7 * 86_400_000;

/**
 * The state of a payment in short: status, attempt, amounts, cancellations and disputes, and where it differs from its
 * order, which may be mended. Equal texts, equal states.
 */
export function fingerprintOf(payment: Payment, mismatches: readonly PaymentMismatch[] = []): string {
  const { status, transactionId, amount = {}, cancellations = [], disputes = [] } = looselyOf(payment);
  const facts = [
    status,
    transactionId,
    Object.entries(amount).sort(([a], [b]) => (a < b ? -1 : 1)),
    cancellations.map((one) => [one.id, one.status, one.totalAmount]).sort(byText),
    disputes.map((one) => [one.pgDisputeId, one.createdAt, one.status, one.resolvedAt]).sort(byText),
    mismatches,
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url');
}

function byText(a: unknown, b: unknown): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

export function holdsMoney(payment: Payment): payment is ChargedPayment {
  return payment.status === 'PAID' || payment.status === 'PARTIAL_CANCELLED';
}

/** Whether a cancellation is under way: asked for, and neither done nor failed. */
export function isBeingCancelled(payment: Payment): boolean {
  const { status, cancellations = [], amount } = looselyOf(payment);
  // A paid payment with money gone is on its way to another status.
  if (status === 'PAID' && typeof amount?.['cancelled'] === 'number' && amount['cancelled'] > 0) return true;
  return cancellations.some((one) => one.status !== 'FAILED' && (status === 'PAID' || one.status !== 'SUCCEEDED'));
}

/**
 * Whether more is to come that PortOne may not tell by itself: a deposit, an approval that is waited for, the end of a
 * cancellation or of a dispute.
 */
export function isUnfinished(payment: Payment, now: Date): boolean {
  const { status, method, disputes = [] } = looselyOf(payment);
  if (isBeingCancelled(payment) || disputes.some((one) => one.status !== 'RESOLVED')) return true;
  if (status === 'PAY_PENDING') return true;
  if (status !== 'VIRTUAL_ACCOUNT_ISSUED') return false;
  const expiresAt = Date.parse(method?.expiredAt ?? '');
  return Number.isNaN(expiresAt) || expiresAt + LATE_DEPOSIT_MS > now.getTime();
}

/** Whether the read is strictly older than what was applied: it is never taken for the truth. */
export function isOlder(payment: Payment, applied: AppliedPayment): boolean {
  const { updatedAt = '' } = looselyOf(payment);
  return compareInstants(updatedAt, applied.updatedAt) < 0;
}

/** RFC 3339 with as many digits as they have: a `Date` knows milliseconds only. What cannot be read is equal to all. */
export function compareInstants(a: string, b: string): number {
  const [left, right] = [Date.parse(a), Date.parse(b)];
  if (Number.isNaN(left) || Number.isNaN(right)) return 0;
  if (left !== right) return left - right;
  const [leftDigits, rightDigits] = [fractionOf(a), fractionOf(b)];
  return leftDigits < rightDigits ? -1 : leftDigits > rightDigits ? 1 : 0;
}

function fractionOf(instant: string): string {
  return (/\.(\d+)/.exec(instant)?.[1] ?? '').padEnd(12, '0');
}
