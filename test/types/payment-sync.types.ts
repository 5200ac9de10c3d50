/** Fulfilment takes what was verified, and the decorator's names are those of methods: the compiler sees to both. */
import {
  OnPaymentSync,
  PaymentService,
  refundDuplicateCharge,
  refundMismatch,
  type ChargedPayment,
  type ExpectedOrder,
  type OrderSyncContext,
  type PaymentSyncContext,
  type SyncedPayment,
  type TransactionalSyncContext,
  type VerifiedPayment,
} from 'nestjs-portone';
import type { Payment } from '@portone/server-sdk/payment';

import { same, type Same } from './same.js';

declare function fulfil(payment: VerifiedPayment): void;
declare const payments: PaymentService;
declare const payment: Payment;

// @ts-expect-error a payment that nobody checked is not fulfilled
fulfil(payment);
// @ts-expect-error nor is one that PortOne calls paid: the browser may have asked for any amount
if (payment.status === 'PAID') fulfil(payment);
void payments.getPayment({ paymentId: 'a' }).then((read) => {
  // @ts-expect-error nor one that was just read
  fulfil(read);
});
void payments.verifyPayment('a', { totalAmount: 1, currency: 'KRW' }).then(fulfil);

same<Same<Extract<SyncedPayment, { status: 'PAID' }>, VerifiedPayment>>();

class Names {
  expected(paymentId: string): ExpectedOrder | null {
    return paymentId === '' ? null : { orderId: 'order', totalAmount: 1000, currency: 'KRW' };
  }

  async expectedLater(paymentId: string, { status }: Payment): Promise<ExpectedOrder | null> {
    return status === 'READY' ? null : { orderId: paymentId, totalAmount: 1000, currency: 'KRW', lapsed: true };
  }

  wrongExpected(): { totalAmount: number } {
    return { totalAmount: 1 };
  }

  onMismatch(charged: ChargedPayment, mismatches: readonly { field: string }[], { order }: OrderSyncContext): string {
    return `${charged.id} ${mismatches.length} ${order.orderId}`;
  }

  async onDuplicate(charged: ChargedPayment, context: OrderSyncContext): Promise<void> {
    await context.payments.refund({ paymentId: charged.id, refundId: 'a', reason: 'b' });
  }

  apply(): void {}
}

export class Compiles extends Names {
  @OnPaymentSync()
  every(read: Payment, { cause, signal, account }: PaymentSyncContext): string {
    return `${cause} ${signal.aborted} ${account ?? ''} ${String(read.status)}`;
  }

  @OnPaymentSync({ account: 'b' })
  ofAnAccount(): void {}

  @OnPaymentSync({ expect: 'expected' })
  verified(synced: SyncedPayment, { order }: OrderSyncContext): string {
    if (synced.status === 'PAID') fulfil(synced);
    // @ts-expect-error any other state is not fulfilled
    if (synced.status === 'PARTIAL_CANCELLED') fulfil(synced);
    // @ts-expect-error nor one that was not looked at
    fulfil(synced);
    return order.orderId;
  }

  @OnPaymentSync({ expect: 'expectedLater', onMismatch: 'onMismatch', onDuplicateCharge: 'onDuplicate' })
  named(synced: SyncedPayment): unknown {
    return synced.status;
  }

  @OnPaymentSync({
    account: 'c',
    expect: 'expected',
    onMismatch: refundMismatch,
    onDuplicateCharge: refundDuplicateCharge,
  })
  readyMade(): void {}

  @OnPaymentSync({
    expect: 'expected',
    onMismatch: (charged, mismatches) => [charged.amount.total, mismatches.length],
    onDuplicateCharge: 'onDuplicate',
  })
  mixed(): void {}
}

export class Transactional extends Names {
  @OnPaymentSync({ expect: 'expected', onMismatch: 'onMismatch', transactional: true })
  async within(synced: SyncedPayment, { transaction, order }: TransactionalSyncContext): Promise<void> {
    const { rows } = await transaction.query<{ id: string }>('SELECT id FROM orders WHERE id = $1', [order.orderId]);
    if (synced.status === 'PAID' && rows[0]?.id === synced.id) fulfil(synced);
  }

  @OnPaymentSync({ account: 'b', expect: 'expected', transactional: true, onDuplicateCharge: refundDuplicateCharge })
  withoutIt(_: SyncedPayment, { order }: OrderSyncContext): string {
    return order.orderId;
  }

  // @ts-expect-error there is a transaction where it is asked for
  @OnPaymentSync({ account: 'c', expect: 'expected' })
  notAskedFor(_: SyncedPayment, { transaction }: TransactionalSyncContext): unknown {
    return transaction;
  }

  // @ts-expect-error nor where it was declined
  @OnPaymentSync({ account: 'd', expect: 'expected', transactional: false })
  declined(_: SyncedPayment, { transaction }: TransactionalSyncContext): unknown {
    return transaction;
  }

  // @ts-expect-error what is not expected is not told of transactions
  @OnPaymentSync({ account: 'e', transactional: true })
  unverified(_: Payment, { transaction }: TransactionalSyncContext): unknown {
    return transaction;
  }
}

export class DoesNotCompile extends Names {
  // @ts-expect-error without `expect` nothing is verified
  @OnPaymentSync()
  unverified(synced: SyncedPayment): unknown {
    return synced.status;
  }

  // @ts-expect-error a method that is not there
  @OnPaymentSync({ expect: 'expcted' })
  misspelt(): void {}

  // @ts-expect-error a method that expects nothing
  @OnPaymentSync({ expect: 'wrongExpected' })
  wrong(): void {}

  // @ts-expect-error a hook that is not there
  @OnPaymentSync({ expect: 'expected', onMismatch: 'onMismatches' })
  misspeltHook(): void {}

  // @ts-expect-error a hook that takes something else
  @OnPaymentSync({ expect: 'expected', onDuplicateCharge: 'onMismatch' })
  otherHook(): void {}

  // @ts-expect-error an option that is none
  @OnPaymentSync({ expect: 'expected', onMismtach: 'onMismatch' })
  misspeltOption(): void {}

  // @ts-expect-error hooks without `expect` are never called
  @OnPaymentSync({ onMismatch: 'onMismatch' })
  noExpect(): void {}

  // @ts-expect-error failures and tries come this way too
  @OnPaymentSync({ expect: 'expected' })
  onlyPaid(synced: VerifiedPayment): string {
    return synced.id;
  }

  // @ts-expect-error another second parameter
  @OnPaymentSync({ expect: 'expected' })
  otherContext(_: SyncedPayment, context: { order: { id: number } }): number {
    return context.order.id;
  }
}
