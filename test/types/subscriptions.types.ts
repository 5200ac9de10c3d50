/** A schedule id is no payment id, a hook takes what it is told, and plans are what they say. */
import {
  createPaymentId,
  OnSubscription,
  subscriptionPaymentId,
  type PaymentId,
  type PaymentService,
  type PaymentSyncService,
  type ScheduleId,
  type SubscriptionCharged,
  type SubscriptionEvent,
  type SubscriptionEvents,
  type SubscriptionLapsed,
  type SubscriptionRecord,
  type SubscriptionService,
} from 'nestjs-portone';

import { same, type Same } from './same.js';

declare const scheduleId: ScheduleId;
declare const payments: PaymentService;
declare const sync: PaymentSyncService;
declare const subscriptions: SubscriptionService;
declare const record: SubscriptionRecord;

// Any text is a payment id …
const paymentId: PaymentId = createPaymentId();
void payments.findPayment('order-1');
void sync.sync(paymentId);
void payments.findPayment(subscriptionPaymentId('', 'subscription-1', 0, 0));
// … but a schedule's is not.
// @ts-expect-error a schedule id is not a payment id
void payments.findPayment(scheduleId);
// @ts-expect-error a schedule id is not a payment id
void payments.verifyPayment(scheduleId, { totalAmount: 1, currency: 'KRW' });
// @ts-expect-error a schedule id is not a payment id
void sync.sync(scheduleId);
// @ts-expect-error a schedule id is not a payment id
void payments.refund({ paymentId: scheduleId, refundId: 'refund-1', reason: '' });
for (const attempt of record.attempts) {
  void payments.findPayment(attempt.paymentId);
  // @ts-expect-error nor is the one of an attempt
  if (attempt.scheduleId !== undefined) void payments.findPayment(attempt.scheduleId);
}
// @ts-expect-error a text that PortOne did not give is no schedule id
const made: ScheduleId = 'schedule-1';
void made;

same<Same<SubscriptionEvents['charged'], SubscriptionCharged>>();

class Hooks {
  @OnSubscription('charged')
  onCharged(event: SubscriptionCharged): void {
    void event.paymentId;
  }

  @OnSubscription('lapsed')
  @OnSubscription('failed', { account: 'b' })
  onTrouble({ reason }: SubscriptionEvent & { reason: string }): void {
    void reason;
  }

  @OnSubscription('charged-after-cancel')
  async onChargedAfterCancel(event: SubscriptionEvents['charged-after-cancel']): Promise<void> {
    await payments.refund({ paymentId: event.paymentId, refundId: event.paymentId, reason: 'cancelled' });
  }

  // @ts-expect-error it is told of a charge, not of a lapse
  @OnSubscription('charged')
  onOther(event: SubscriptionLapsed): void {
    void event;
  }

  // @ts-expect-error there is no such event
  @OnSubscription('renewed')
  onRenewed(): void {}
}
void Hooks;

void subscriptions.start({
  subscriptionId: 'subscription-1',
  billingKey: 'billing-key',
  plan: {
    // @ts-expect-error there is no such unit
    interval: { unit: 'HOUR', count: 1 },
    anchorDate: '2026-01-31',
    amount: 9_900,
    currency: 'KRW',
    orderName: 'Membership',
  },
});
void subscriptions.start({
  subscriptionId: 'subscription-1',
  billingKey: 'billing-key',
  plan: { interval: { unit: 'MONTH', count: 1 }, anchorDate: '2026-01-31', amount: 1, currency: 'KRW', orderName: 'A' },
  // @ts-expect-error the amount is the plan's
  payment: { amount: { total: 2 } },
});
