import { Injectable } from '@nestjs/common';
import {
  OnPaymentSync,
  refundDuplicateCharge,
  refundMismatch,
  type ExpectedOrder,
  type OrderSyncContext,
  type SyncedPayment,
  type VerifiedPayment,
} from 'nestjs-portone';

/** A shop whose payment ids are `<order>-<try>`, and whose orders cost 1000 won. */
@Injectable()
export class Orders {
  readonly calls: string[] = [];
  readonly fulfilled: string[] = [];
  readonly lapsed = new Set<string>();
  /** Called in the middle of each call of the method. */
  during: (payment: SyncedPayment, context: OrderSyncContext) => Promise<void> | void = () => undefined;
  running = 0;
  mostAtOnce = 0;

  expected(paymentId: string): ExpectedOrder | null {
    const [orderId = '', attempt] = paymentId.split('-');
    if (attempt === undefined) return null;
    return { orderId, totalAmount: 1000, currency: 'KRW', lapsed: this.lapsed.has(orderId) };
  }

  @OnPaymentSync({ expect: 'expected', onMismatch: refundMismatch, onDuplicateCharge: refundDuplicateCharge })
  async apply(payment: SyncedPayment, context: OrderSyncContext): Promise<void> {
    this.calls.push(`${context.cause} ${context.order.orderId} ${String(payment.status)}`);
    this.running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
    try {
      await this.during(payment, context);
      if (payment.status === 'PAID') this.fulfil(context.order.orderId, payment);
    } finally {
      this.running -= 1;
    }
  }

  /** As the orders' table would: once. */
  private fulfil(orderId: string, payment: VerifiedPayment): void {
    const row = `${orderId} with ${payment.id}`;
    if (!this.fulfilled.includes(row)) this.fulfilled.push(row);
  }
}
