import type { Sdk } from '../../sdk.types.js';
import type { Input } from '../http/input.js';
import { settleCancellation as settleCancel } from '../state/payments/cancels.js';
import type { Desk } from '../state/desk.js';
import { ESCROW_ENDS, paidOf, settleEscrow as endEscrow } from '../state/payments/escrow.js';
import * as settlements from '../state/payments/settlements.js';

export function settleCancellation(
  desk: Desk,
  input: Input,
): Sdk.Payment.FailedPaymentCancellation | Sdk.Payment.SucceededPaymentCancellation {
  input.only(['paymentId', 'cancellationId', 'as']);
  const as = input.optionalChoice('as', ['SUCCEEDED', 'FAILED']) ?? 'SUCCEEDED';
  return settleCancel(desk, input.string('paymentId'), input.optionalString('cancellationId'), as);
}

export function settlePayment(desk: Desk, input: Input) {
  input.only(['paymentId', 'as']);
  const as = input.optionalChoice('as', ['PAID', 'FAILED']) ?? 'PAID';
  return desk.payments.complete(settlements.settlePayment(desk, input.string('paymentId'), as));
}

export function succeedLate(desk: Desk, input: Input): Sdk.Payment.PaidPayment {
  input.only(['paymentId', 'transactionId']);
  const transactionId = input.optionalString('transactionId');
  return desk.payments.complete(settlements.succeedLate(desk, input.string('paymentId'), transactionId));
}

export function openDispute(desk: Desk, input: Input): Sdk.Payment.PaidPayment {
  input.only(['paymentId', 'reason']);
  const reason = input.optionalString('reason') ?? '구매자가 이의를 제기하였습니다.';
  return desk.payments.complete(settlements.openDispute(desk, input.string('paymentId'), reason));
}

export function resolveDispute(desk: Desk, input: Input): Sdk.Payment.PaidPayment {
  input.only(['paymentId']);
  return desk.payments.complete(settlements.resolveDispute(desk, input.string('paymentId')));
}

export function settleEscrow(desk: Desk, input: Input): Sdk.Payment.PaidPayment | Sdk.Payment.PartialCancelledPayment {
  input.only(['paymentId', 'as']);
  const paymentId = input.string('paymentId');
  endEscrow(desk, paymentId, input.choice('as', ESCROW_ENDS), true);
  return desk.payments.complete(paidOf(desk.payments.find(paymentId)));
}
