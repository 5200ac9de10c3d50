import { Logger } from '@nestjs/common';

import { isPortOneApiError } from '../errors/is-portone-api-error.js';
import type { ScheduleId } from '../payment-id.js';
import type { BillingKeyService } from '../services/billing-key.service.js';
import type { PaymentScheduleService } from '../services/payment-schedule.service.js';
import type { PaymentService } from '../services/payment.service.js';
import { hasTerms, scheduleIdOf } from './attempt-outcome.js';
import type { SubscriptionStep } from './next-step.js';
import type { AttemptChange, SubscriptionChange } from './subscription-changes.js';
import { SubscriptionLookup, type SubscriptionSettings } from './subscription-lookup.js';
import { payKey, revokeKey, scheduleKey } from './subscription-ids.js';
import { isWanted, type SubscriptionAttempt, type SubscriptionRecord } from './subscription-record.js';

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

/**
 * Does at PortOne what was decided and written down, and says what came of it: a change of the record, or nothing, where
 * it cannot be told yet. Every call may be made again: by its idempotency key, or because it changes nothing.
 */
export class SubscriptionActions {
  private readonly logger = new Logger('PortOneSubscription');
  private readonly lookup: SubscriptionLookup;

  constructor(
    private readonly services: SubscriptionServices,
    settings: SubscriptionSettings,
  ) {
    this.lookup = new SubscriptionLookup(services, settings);
  }

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
        return (
          (await this.lookup.outcome(record, step.attempt)) ?? { type: 'looked', paymentId: step.attempt.paymentId }
        );
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
        { paymentId, payment: this.request(record, attempt), timeToPay: chargeAt },
        { idempotencyKey: scheduleKey(paymentId) },
      );
      return { type: 'scheduled', paymentId, scheduleId: scheduleIdOf(schedule) };
    } catch (error) {
      if (isPortOneApiError(error, 'PAYMENT_SCHEDULE_ALREADY_EXISTS')) return this.search(record, attempt);
      if (isPortOneApiError(error, 'ALREADY_PAID_OR_WAITING')) return this.lookup.outcome(record, attempt);
      if (!isRefusal(error)) throw error;
      if (!isWanted(record, attempt)) return { type: 'revoked', paymentId };
      // The time came while it was asked for.
      if (this.lookup.isPast(chargeAt)) return { type: 'past-due', paymentId };
      return { type: 'refused', paymentId, reason: error.data.type };
    }
  }

  private async pay(record: SubscriptionRecord, attempt: SubscriptionAttempt): Promise<SubscriptionChange | undefined> {
    const { paymentId } = attempt;
    try {
      const body = { paymentId, ...this.request(record, attempt) };
      await this.services.payments.payWithBillingKey(body, { idempotencyKey: payKey(paymentId) });
      return { type: 'paid', paymentId };
    } catch (error) {
      if (isPortOneApiError(error, 'ALREADY_PAID')) return this.lookup.outcome(record, attempt);
      if (isPortOneApiError(error, 'PAYMENT_SCHEDULE_ALREADY_EXISTS')) return this.search(record, attempt);
      if (isPortOneApiError(error, 'PG_PROVIDER')) {
        const reason = error.data.pgMessage;
        return (await this.lookup.outcome(record, attempt)) ?? { type: 'in-doubt', paymentId, reason };
      }
      if (isRefusal(error)) return { type: 'refused', paymentId, reason: error.data.type };
      throw error;
    }
  }

  /** The same attempt, the same request: so that its idempotency key never meets another one. */
  private request({ plan, payment }: SubscriptionRecord, { billingKey }: SubscriptionAttempt) {
    const { amount: total, taxFreeAmount: taxFree, currency, orderName } = plan;
    const amount = { total, ...(taxFree !== undefined && { taxFree }) };
    return { ...payment, ...this.lookup.ofStore, billingKey, orderName, currency, amount };
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
        return (await this.lookup.outcome(record, attempt)) ?? { type: 'processed', paymentId };
      }
      if (!isPortOneApiError(error, 'PAYMENT_SCHEDULE_ALREADY_REVOKED')) throw error;
    }
    return { type: 'revoked', paymentId };
  }

  /** Looks for a schedule of the payment id whose own id is not known. */
  private async search(record: SubscriptionRecord, attempt: SubscriptionAttempt): Promise<AttemptChange | undefined> {
    const { paymentId } = attempt;
    const told = await this.lookup.outcomeOfPayment(record, attempt);
    if (told) return told;
    const found = await this.lookup.scheduleOf(attempt);
    if (found === undefined) return undefined;
    if (found.status === 'REVOKED') return { type: 'revoked', paymentId };
    if (found.status !== 'SCHEDULED' || hasTerms(found, record, attempt) || !isWanted(record, attempt)) {
      return { type: 'scheduled', paymentId, scheduleId: scheduleIdOf(found) };
    }
    return this.revoke(record, attempt, scheduleIdOf(found));
  }

  private nothingFound(record: SubscriptionRecord, attempt: SubscriptionAttempt): AttemptChange {
    const { paymentId, chargeAt } = attempt;
    if (isWanted(record, attempt)) return { type: this.lookup.isPast(chargeAt) ? 'past-due' : 'renewed', paymentId };
    return { type: this.lookup.isSettled(attempt) ? 'revoked' : 'looked', paymentId };
  }

  private async refund(paymentId: string): Promise<SubscriptionChange | undefined> {
    try {
      const reason = 'The same cycle of the subscription was paid before.';
      const { status } = await this.services.payments.refund({
        paymentId,
        refundId: `surplus-${paymentId}`,
        reason,
        ...this.lookup.ofStore,
      });
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
    if (await this.lookup.isUsedElsewhere(record, billingKey)) {
      this.logger.warn(`A billing key of ${record.subscriptionId} is not deleted: other schedules use it.`);
      return settled;
    }
    try {
      await this.services.billingKeys.deleteBillingKey({ ...this.lookup.ofStore, billingKey });
    } catch (error) {
      if (isPortOneApiError(error, 'PAYMENT_SCHEDULE_ALREADY_EXISTS')) {
        this.logger.warn(
          `A billing key of ${record.subscriptionId} is not deleted: PortOne has schedules that use it.`,
        );
      } else if (!isPortOneApiError(error, ...GONE_KEYS)) throw error;
    }
    return settled;
  }
}

/** Whether PortOne decided against it, and nothing of it can have been done. */
function isRefusal(error: unknown): error is Error & { data: { type: (typeof REFUSALS)[number] } } {
  return isPortOneApiError(error, ...REFUSALS) && (error as { outcome?: unknown }).outcome !== 'unknown';
}
