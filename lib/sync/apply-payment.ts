import type { Logger } from '@nestjs/common';

import { endOf } from '../discovery/end-of.js';
import { DuplicateChargeError } from '../errors/duplicate-charge.error.js';
import {
  describeMismatches,
  PaymentVerificationError,
  type PaymentMismatch,
} from '../errors/payment-verification.error.js';
import type { Sdk } from '../sdk.types.js';
import { holdsMoney, isBeingCancelled } from './payment-state.js';
import type { PaymentSyncOutcome, PaymentSyncStore } from './payment-sync-store.js';
import type { BoundSyncHandler } from './payment-sync.explorer.js';
import type { ChargedPayment, ExpectedOrder, OrderSyncContext } from './payment-sync.types.js';

/** A state of a payment, with all that says what is to become of it. */
export interface PaymentOfOrder {
  readonly payment: Sdk.Payment.Payment;
  readonly paymentId: string;
  readonly order: ExpectedOrder;
  /** Where it differs from the order, apart from whether it is paid and whole. */
  readonly mismatches: readonly PaymentMismatch[];
}

/** Where it is kept which payment an order was paid by, and where it is said of one that it is none of those. */
export interface OrderOwners {
  readonly account: string;
  readonly logger: Pick<Logger, 'error'>;
  readonly store: Pick<PaymentSyncStore, 'claimOrder' | 'ownerOf'>;
}

/** Statuses of a payment whose money was taken; from a cancelled one all of it is gone again. */
const PAID_ONCE: readonly unknown[] = ['PAID', 'PARTIAL_CANCELLED', 'CANCELLED'];

/**
 * Calls the method, or the hook that is called in its place. What is called depends on the payment, its order and the
 * order's owner alone, and not on what was called before, so that a crash at any point changes nothing.
 *
 * A payment that owns its order was verified when it became the owner. That stands: the order may change afterwards,
 * and a payment that was shipped for must not be refunded for it.
 */
export async function applyPayment(
  state: PaymentOfOrder,
  handler: BoundSyncHandler,
  context: OrderSyncContext,
  { account, store, logger }: OrderOwners,
): Promise<PaymentSyncOutcome> {
  const { payment, paymentId, order, mismatches } = state;
  const owner = await store.ownerOf(account, order.orderId);
  if (!PAID_ONCE.includes(payment.status)) {
    // An attempt under another payment id must not make a paid order unpaid.
    if (owner !== null && owner !== paymentId) return 'superseded';
    return call();
  }
  if (owner !== paymentId) {
    if (mismatches.length > 0) return onMismatch();
    if (owner !== null || order.lapsed === true) return onDuplicateCharge(owner);
  }
  if (payment.status === 'PAID' && isBeingCancelled(payment)) return 'cancelling';
  if (owner === null && holdsMoney(payment)) {
    context.signal.throwIfAborted();
    const first = await store.claimOrder(account, order.orderId, paymentId);
    if (first !== paymentId) return onDuplicateCharge(first);
  }
  return call();

  async function call(): Promise<PaymentSyncOutcome> {
    context.signal.throwIfAborted();
    await endOf(handler.apply(payment, context));
    return 'applied';
  }

  async function onMismatch(): Promise<PaymentSyncOutcome> {
    if (!isToBeDealtWith(payment)) return 'mismatch';
    if (handler.onMismatch === undefined) throw new PaymentVerificationError(paymentId, mismatches);
    report(`mismatch. ${describeMismatches(mismatches)}`);
    await endOf(handler.onMismatch(payment, mismatches, context));
    return 'mismatch';
  }

  async function onDuplicateCharge(paidBy: string | null): Promise<PaymentSyncOutcome> {
    if (!isToBeDealtWith(payment)) return 'duplicate-charge';
    if (handler.onDuplicateCharge === undefined) throw new DuplicateChargeError(paymentId, order.orderId, paidBy);
    report('duplicate-charge.');
    await endOf(handler.onDuplicateCharge(payment, context));
    return 'duplicate-charge';
  }

  /** Before the hook, which may throw. What has no hook is thrown, and says the same. */
  function report(what: string): void {
    logger.error(`Payment ${paymentId} (${String(payment.status)}) is no success of order ${order.orderId}: ${what}`);
  }
}

/** Money that is there, and not on its way back. */
function isToBeDealtWith(payment: Sdk.Payment.Payment): payment is ChargedPayment {
  return holdsMoney(payment) && !isBeingCancelled(payment);
}
