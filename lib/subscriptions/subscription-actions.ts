import { Logger } from '@nestjs/common';

import { isPortOneApiError } from '../errors/is-portone-api-error.js';
import type { ScheduleId } from '../payment-id.js';
import type { Sdk } from '../sdk.types.js';
import type { BillingKeyService } from '../services/billing-key.service.js';
import type { PaymentScheduleService } from '../services/payment-schedule.service.js';
import type { PaymentService } from '../services/payment.service.js';
import { hasTerms, outcomeOfPayment, outcomeOfSchedule, scheduleIdOf, scheduleThatCounts } from './attempt-outcome.js';
import { SETTLED_MS, type SubscriptionStep } from './next-step.js';
import type { AttemptChange, SubscriptionChange } from './subscription-changes.js';
import { payKey, revokeKey, scheduleKey } from './subscription-ids.js';
import { isOpen, isWanted, type SubscriptionAttempt, type SubscriptionRecord } from './subscription-record.js';

/** The services of one account that subscriptions are charged with. */
export interface SubscriptionServices {
  readonly payments: PaymentService;
  readonly schedules: PaymentScheduleService;
  readonly billingKeys: BillingKeyService;
}

type Step = Exclude<SubscriptionStep, { kind: 'change' | 'wait' }>;

/** PortOne looked at the request and will not do it, now or later. */
const REFUSALS = [
  'INVALID_REQUEST',
  'BILLING_KEY_NOT_FOUND',
  'BILLING_KEY_ALREADY_DELETED',
  'CHANNEL_NOT_FOUND',
  'SUM_OF_PARTS_EXCEEDS_TOTAL_AMOUNT',
  'DISCOUNT_AMOUNT_EXCEEDS_TOTAL_AMOUNT',
  'PROMOTION_PAY_METHOD_DOES_NOT_MATCH',
  'MAX_TRANSACTION_COUNT_REACHED',
] as const;

const GONE_KEYS = ['BILLING_KEY_NOT_FOUND', 'BILLING_KEY_NOT_ISSUED', 'BILLING_KEY_ALREADY_DELETED'] as const;

const DAY = 86_400_000;

/**
 * Does at PortOne what was decided and written down, and says what came of it: a change of the record, or nothing, where
 * it cannot be told yet. Every call may be made again: by its idempotency key, or because it changes nothing.
 */
export class SubscriptionActions {
  private readonly logger = new Logger('PortOneSubscription');

  constructor(
    private readonly services: SubscriptionServices,
    private readonly now: () => Date,
  ) {}

  /** @throws what the call throws, where PortOne was not reached or did not decide */
  async act(record: SubscriptionRecord, step: Step): Promise<SubscriptionChange | undefined> {
    switch (step.kind) {
      case 'schedule':
        return this.schedule(record, step.attempt);
      case 'search':
        return (await this.search(record, step.attempt)) ?? this.nothingFound(record, step.attempt);
      case 'pay':
        return this.pay(record, step.attempt);
      case 'revoke':
        return this.revoke(record, step.attempt, step.attempt.scheduleId);
      case 'look':
        return (await this.outcome(record, step.attempt)) ?? { type: 'looked', paymentId: step.attempt.paymentId };
      case 'refund':
        return this.refund(step.paymentId);
      case 'delete-key':
        return this.deleteKey(record, step.billingKey);
    }
  }

  private async schedule(
    record: SubscriptionRecord,
    attempt: SubscriptionAttempt,
  ): Promise<SubscriptionChange | undefined> {
    const { paymentId, chargeAt } = attempt;
    try {
      const { schedule } = await this.services.schedules.createPaymentSchedule(
        { paymentId, payment: request(record, attempt), timeToPay: chargeAt },
        { idempotencyKey: scheduleKey(paymentId) },
      );
      return { type: 'scheduled', paymentId, scheduleId: scheduleIdOf(schedule) };
    } catch (error) {
      if (isPortOneApiError(error, 'PAYMENT_SCHEDULE_ALREADY_EXISTS')) return this.search(record, attempt);
      if (isPortOneApiError(error, 'ALREADY_PAID_OR_WAITING')) return this.outcome(record, attempt);
      if (!isRefusal(error)) throw error;
      if (!isWanted(record, attempt)) return { type: 'revoked', paymentId };
      // The time came while it was asked for.
      if (this.isPast(chargeAt)) return { type: 'past-due', paymentId };
      return { type: 'refused', paymentId, reason: error.data.type };
    }
  }

  private async pay(record: SubscriptionRecord, attempt: SubscriptionAttempt): Promise<SubscriptionChange | undefined> {
    const { paymentId } = attempt;
    try {
      const body = { paymentId, ...request(record, attempt) };
      await this.services.payments.payWithBillingKey(body, { idempotencyKey: payKey(paymentId) });
      return { type: 'paid', paymentId };
    } catch (error) {
      if (isPortOneApiError(error, 'ALREADY_PAID')) return this.outcome(record, attempt);
      if (isPortOneApiError(error, 'PAYMENT_SCHEDULE_ALREADY_EXISTS')) return this.search(record, attempt);
      if (isPortOneApiError(error, 'PG_PROVIDER')) {
        const reason = error.data.pgMessage;
        return (await this.outcome(record, attempt)) ?? { type: 'in-doubt', paymentId, reason };
      }
      if (isRefusal(error)) return { type: 'refused', paymentId, reason: error.data.type };
      throw error;
    }
  }

  private async revoke(
    record: SubscriptionRecord,
    attempt: SubscriptionAttempt,
    scheduleId: ScheduleId,
  ): Promise<AttemptChange> {
    const { paymentId } = attempt;
    try {
      // One id a call: of several, one that cannot be revoked would keep the others. Never by billing key alone, which
      // would revoke what is not this subscription's.
      await this.services.schedules.revokePaymentSchedules(
        { scheduleIds: [scheduleId] },
        { idempotencyKey: revokeKey(paymentId, scheduleId) },
      );
    } catch (error) {
      if (isPortOneApiError(error, 'PAYMENT_SCHEDULE_ALREADY_PROCESSED', 'PAYMENT_SCHEDULE_NOT_FOUND')) {
        return (await this.outcome(record, attempt)) ?? { type: 'processed', paymentId };
      }
      if (!isPortOneApiError(error, 'PAYMENT_SCHEDULE_ALREADY_REVOKED')) throw error;
    }
    return { type: 'revoked', paymentId };
  }

  /** What became of an attempt, as far as can be seen. */
  private async outcome(record: SubscriptionRecord, attempt: SubscriptionAttempt): Promise<AttemptChange | undefined> {
    const { paymentId, scheduleId, state, failure } = attempt;
    const payment = await this.services.payments.findPayment(paymentId);
    const told = outcomeOfPayment(attempt, payment);
    // Of one that failed, or was given up, only that it turned out paid is news.
    if (!isOpen(attempt)) return told?.type === 'paid' ? told : undefined;
    if (told) return told;
    if (scheduleId !== undefined && state === 'SCHEDULED') {
      return outcomeOfSchedule(attempt, await this.findSchedule(scheduleId));
    }
    if (state !== 'PAYING' || !this.isSettled(attempt)) return undefined;
    // Whatever was sent is decided by now, and there is no charge.
    if (failure !== undefined) return { type: 'failed', paymentId, reason: failure };
    return isWanted(record, attempt) ? undefined : { type: 'revoked', paymentId };
  }

  /** Looks for a schedule of the payment id whose own id is not known. */
  private async search(record: SubscriptionRecord, attempt: SubscriptionAttempt): Promise<AttemptChange | undefined> {
    const { paymentId, billingKey, chargeAt } = attempt;
    const told = outcomeOfPayment(attempt, await this.services.payments.findPayment(paymentId));
    if (told) return told;
    // A list knows no payment ids, and without a range nothing that lies ahead.
    const found = scheduleThatCounts(await this.schedulesOf(billingKey, Date.parse(chargeAt)), paymentId);
    if (found === undefined) return undefined;
    if (found.status === 'REVOKED') return { type: 'revoked', paymentId };
    if (found.status !== 'SCHEDULED' || hasTerms(found, record, attempt) || !isWanted(record, attempt)) {
      return { type: 'scheduled', paymentId, scheduleId: scheduleIdOf(found) };
    }
    return this.revoke(record, attempt, scheduleIdOf(found));
  }

  private nothingFound(record: SubscriptionRecord, attempt: SubscriptionAttempt): AttemptChange {
    const { paymentId, chargeAt } = attempt;
    if (isWanted(record, attempt)) return { type: this.isPast(chargeAt) ? 'past-due' : 'renewed', paymentId };
    return { type: this.isSettled(attempt) ? 'revoked' : 'looked', paymentId };
  }

  private async refund(paymentId: string): Promise<SubscriptionChange | undefined> {
    try {
      const reason = 'The same cycle of the subscription was paid before.';
      const { status } = await this.services.payments.refund({ paymentId, refundId: `surplus-${paymentId}`, reason });
      return status === 'REQUESTED' ? undefined : { type: 'refunded', paymentId, refund: status };
    } catch (error) {
      if (isPortOneApiError(error, 'PAYMENT_ALREADY_CANCELLED')) {
        return { type: 'refunded', paymentId, refund: 'SUCCEEDED' };
      }
      throw error;
    }
  }

  private async deleteKey(record: SubscriptionRecord, billingKey: string): Promise<SubscriptionChange> {
    const settled: SubscriptionChange = { type: 'key-settled', billingKey };
    if (await this.isUsedElsewhere(record, billingKey)) {
      this.logger.warn(`A billing key of ${record.subscriptionId} is not deleted: other schedules use it.`);
      return settled;
    }
    try {
      await this.services.billingKeys.deleteBillingKey({ billingKey });
    } catch (error) {
      if (isPortOneApiError(error, 'PAYMENT_SCHEDULE_ALREADY_EXISTS')) {
        this.logger.warn(
          `A billing key of ${record.subscriptionId} is not deleted: PortOne has schedules that use it.`,
        );
      } else if (!isPortOneApiError(error, ...GONE_KEYS)) throw error;
    }
    return settled;
  }

  /** Whether PortOne would charge it for somebody else. What a list says is asked again: it may be behind. */
  private async isUsedElsewhere(record: SubscriptionRecord, billingKey: string): Promise<boolean> {
    const own = record.attempts.map(({ paymentId }): string => paymentId);
    for (const listed of await this.schedulesOf(billingKey, this.now().getTime())) {
      if (!('id' in listed) || listed.status !== 'SCHEDULED' || own.includes(listed.paymentId)) continue;
      if ((await this.findSchedule(scheduleIdOf(listed)))?.status === 'SCHEDULED') return true;
    }
    return false;
  }

  private async schedulesOf(
    billingKey: string,
    aroundMs: number,
  ): Promise<Sdk.Payment.PaymentSchedule.PaymentSchedule[]> {
    const nowMs = this.now().getTime();
    const filter = {
      billingKey,
      from: new Date(Math.min(nowMs, aroundMs) - 90 * DAY).toISOString(),
      until: new Date(Math.max(nowMs, aroundMs) + 3 * 366 * DAY).toISOString(),
    };
    const found = [];
    for await (const schedule of this.services.schedules.iteratePaymentSchedules({ filter })) found.push(schedule);
    return found;
  }

  private async findSchedule(
    paymentScheduleId: ScheduleId,
  ): Promise<Sdk.Payment.PaymentSchedule.PaymentSchedule | null> {
    try {
      return await this.services.schedules.getPaymentSchedule({ paymentScheduleId });
    } catch (error) {
      if (isPortOneApiError(error, 'PAYMENT_SCHEDULE_NOT_FOUND')) return null;
      throw error;
    }
  }

  private isPast(instant: string): boolean {
    return Date.parse(instant) <= this.now().getTime();
  }

  private isSettled({ sentAt }: SubscriptionAttempt): boolean {
    return Date.parse(sentAt) + SETTLED_MS <= this.now().getTime();
  }
}

/** The same attempt, the same request: so that its idempotency key never meets another one. */
function request({ plan, payment }: SubscriptionRecord, { billingKey }: SubscriptionAttempt) {
  const { amount: total, taxFreeAmount: taxFree, currency, orderName } = plan;
  return { ...payment, billingKey, orderName, currency, amount: { total, ...(taxFree !== undefined && { taxFree }) } };
}

/** Whether PortOne decided against it, and nothing of it can have been done. */
function isRefusal(error: unknown): error is Error & { data: { type: (typeof REFUSALS)[number] } } {
  return isPortOneApiError(error, ...REFUSALS) && (error as { outcome?: unknown }).outcome !== 'unknown';
}
