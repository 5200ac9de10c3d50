import { setTimeout as wait } from 'node:timers/promises';

import type { CallOptions } from '../client/call-options.js';
import { PaymentUndecidedError } from '../errors/payment-undecided.error.js';
import { PaymentVerificationError } from '../errors/payment-verification.error.js';
import type { Sdk } from '../sdk.types.js';
import { inStore } from '../services/in-store.js';
import type { Operations } from '../services/operations-of.js';
import {
  mismatchesOf,
  type ExpectedPayment,
  type VerificationSettings,
  type VerifiedPayment,
} from '../services/payment-verification.js';

/**
 * A payment that was approved. `PAID`: verified. `VIRTUAL_ACCOUNT_ISSUED`: the buyer has yet to pay into the account;
 * `PAY_PENDING`: the provider has yet to say. For both a webhook follows, and nothing may be fulfilled before.
 */
export type ApprovedPayment = VerifiedPayment | Sdk.Payment.VirtualAccountIssuedPayment | Sdk.Payment.PayPendingPayment;

/** What payments are read and judged with. */
export interface PaymentReading {
  readonly payments: Pick<Operations<'payment'>, 'getPayment'>;
  readonly settings: VerificationSettings;
}

/** What a payment reads on which no approval has had its effect. */
const NOT_APPROVED: readonly unknown[] = ['READY', 'FAILED'];

/** A read right after a write may be behind it. Milliseconds before each further one. */
const READ_AGAIN_MS = [100, 200, 400, 800];

/** The payment, when PortOne says that it is approved: read until it shows. */
export async function approvedOutcome(
  reading: PaymentReading,
  paymentId: string,
  expected: ExpectedPayment,
  call: CallOptions | undefined,
  cause?: unknown,
): Promise<ApprovedPayment> {
  let payment: Sdk.Payment.Payment;
  try {
    payment = await readPast(NOT_APPROVED, reading, paymentId, expected, call);
  } catch (error) {
    // Thrown as it is, it would say of the approval what is true of the read alone: that nothing was sent.
    throw new PaymentUndecidedError(paymentId, undefined, { cause: error });
  }
  if (NOT_APPROVED.includes(payment.status)) {
    throw new PaymentUndecidedError(paymentId, payment.status as string, { cause });
  }
  return judge(payment, paymentId, expected, reading.settings);
}

/**
 * The payment, when it is not known whether it is approved; without an approval to be seen, `failure` is thrown. What reads
 * like a refusal and may be none is not thrown unread, nor for one read: that may be behind.
 */
export async function outcomeAfter(
  failure: unknown,
  reading: PaymentReading,
  paymentId: string,
  expected: ExpectedPayment,
  call: CallOptions | undefined,
): Promise<ApprovedPayment> {
  const isUnknown = (failure as { outcome?: string }).outcome === 'unknown';
  let payment: Sdk.Payment.Payment;
  try {
    payment = await readPast(isUnknown ? [] : ['READY'], reading, paymentId, expected, call);
  } catch {
    if (isUnknown) throw failure;
    throw new PaymentUndecidedError(paymentId, undefined, { cause: failure });
  }
  if (NOT_APPROVED.includes(payment.status)) throw failure;
  return judge(payment, paymentId, expected, reading.settings);
}

/** The payment once it reads otherwise, or as it reads after a moment. */
async function readPast(
  statuses: readonly unknown[],
  { payments, settings }: PaymentReading,
  paymentId: string,
  expected: ExpectedPayment,
  call: CallOptions | undefined,
): Promise<Sdk.Payment.Payment> {
  for (const waits = [...READ_AGAIN_MS]; ;) {
    const payment = await payments.getPayment(queryOf(paymentId, expected, settings), call);
    const ms = waits.shift();
    if (ms === undefined || !statuses.includes(payment.status)) return payment;
    await wait(ms, undefined, call?.signal ? { signal: call.signal } : {});
  }
}

function judge(
  payment: Sdk.Payment.Payment,
  paymentId: string,
  expected: ExpectedPayment,
  settings: VerificationSettings,
): ApprovedPayment {
  const { status } = payment;
  const isToCome = status === 'VIRTUAL_ACCOUNT_ISSUED' || status === 'PAY_PENDING';
  const state = isToCome ? 'any' : 'paid and nothing cancelled';
  const mismatches = mismatchesOf(payment, paymentId, expected, settings, state);
  if (mismatches.length > 0) throw new PaymentVerificationError(paymentId, mismatches);
  return payment as ApprovedPayment;
}

function queryOf(paymentId: string, expected: ExpectedPayment, settings: VerificationSettings) {
  return inStore({ paymentId }, expected.storeId ?? settings.storeId);
}
