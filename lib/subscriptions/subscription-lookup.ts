import type { ClientSettings } from '../client/client.settings.js';
import { isPortOneApiError } from '../errors/is-portone-api-error.js';
import type { ScheduleId } from '../payment-id.js';
import type { Sdk } from '../sdk.types.js';
import { inStore } from '../services/in-store.js';
import {
  outcomeOfPayment,
  OTHER_PAYMENT,
  scheduleIdOf,
  scheduleThatCounts,
  outcomeOfSchedule,
} from './attempt-outcome.js';
import { SETTLED_MS } from './next-step.js';
import type { SubscriptionServices } from './subscription-actions.js';
import type { AttemptChange } from './subscription-changes.js';
import { isOpen, isWanted, type SubscriptionAttempt, type SubscriptionRecord } from './subscription-record.js';

type Schedule = Sdk.Payment.PaymentSchedule.PaymentSchedule;

/** What subscriptions need of an account's settings. */
export type SubscriptionSettings = Pick<ClientSettings, 'storeId' | 'environment' | 'now'>;

const DAY = 86_400_000;

/** Reads at PortOne what became of attempts; changes nothing. */
export class SubscriptionLookup {
  /** Reads are of the secret's own store unless they name one. */
  readonly ofStore: { readonly storeId?: string };

  constructor(
    private readonly services: Pick<SubscriptionServices, 'payments' | 'schedules'>,
    private readonly settings: SubscriptionSettings,
  ) {
    this.ofStore = inStore({}, settings.storeId);
  }

  /** What became of an attempt, as far as can be seen. */
  async outcome(record: SubscriptionRecord, attempt: SubscriptionAttempt): Promise<AttemptChange | undefined> {
    const { paymentId, scheduleId, state, failure, chargeAt } = attempt;
    const told = await this.outcomeOfPayment(record, attempt);
    // Of one that failed, or was given up, only that it turned out paid is news.
    if (!isOpen(attempt)) return told?.type === 'paid' ? told : undefined;
    // What failed before its time was somebody else's: the schedule is yet to charge.
    const isOthers = told?.type === 'failed' && told.reason !== OTHER_PAYMENT && !this.isPast(chargeAt);
    if (told && !(isOthers && state === 'SCHEDULED')) return told;
    if (scheduleId !== undefined && state === 'SCHEDULED') {
      return outcomeOfSchedule(attempt, await this.findSchedule(scheduleId));
    }
    if (state !== 'PAYING' || !this.isSettled(attempt)) return undefined;
    // Whatever was sent is decided by now, and there is no charge.
    if (failure !== undefined) return { type: 'failed', paymentId, reason: failure };
    return isWanted(record, attempt) ? undefined : { type: 'revoked', paymentId };
  }

  /** What an attempt's payment says by itself. */
  async outcomeOfPayment(record: SubscriptionRecord, attempt: SubscriptionAttempt): Promise<AttemptChange | undefined> {
    return outcomeOfPayment(record, attempt, await this.findPayment(attempt.paymentId), this.settings);
  }

  /** The schedule of an attempt whose own id is not known. */
  async scheduleOf({ paymentId, billingKey, chargeAt }: SubscriptionAttempt) {
    // A list knows no payment ids, and without a range nothing that lies ahead.
    return scheduleThatCounts(await this.schedulesOf(billingKey, Date.parse(chargeAt)), paymentId);
  }

  /** Whether PortOne would charge the key for somebody else. What a list says is asked again: it may be behind. */
  async isUsedElsewhere({ attempts }: SubscriptionRecord, billingKey: string): Promise<boolean> {
    const own = attempts.map(({ paymentId }): string => paymentId);
    for (const listed of await this.schedulesOf(billingKey, this.nowMs)) {
      if (!('id' in listed) || listed.status !== 'SCHEDULED' || own.includes(listed.paymentId)) continue;
      if ((await this.findSchedule(scheduleIdOf(listed)))?.status === 'SCHEDULED') return true;
    }
    return false;
  }

  isPast(instant: string): boolean {
    return Date.parse(instant) <= this.nowMs;
  }

  /** Whether what was sent for an attempt is decided by now. */
  isSettled({ sentAt }: SubscriptionAttempt): boolean {
    return Date.parse(sentAt) + SETTLED_MS <= this.nowMs;
  }

  private get nowMs(): number {
    return this.settings.now().getTime();
  }

  private async schedulesOf(billingKey: string, aroundMs: number): Promise<Schedule[]> {
    const filter = {
      ...this.ofStore,
      billingKey,
      from: new Date(Math.min(this.nowMs, aroundMs) - 90 * DAY).toISOString(),
      until: new Date(Math.max(this.nowMs, aroundMs) + 3 * 366 * DAY).toISOString(),
    };
    const found = [];
    for await (const schedule of this.services.schedules.iteratePaymentSchedules({ filter })) found.push(schedule);
    return found;
  }

  private async findPayment(paymentId: string): Promise<Sdk.Payment.Payment | null> {
    try {
      return await this.services.payments.getPayment({ ...this.ofStore, paymentId });
    } catch (error) {
      if (isPortOneApiError(error, 'PAYMENT_NOT_FOUND')) return null;
      throw error;
    }
  }

  private async findSchedule(paymentScheduleId: ScheduleId): Promise<Schedule | null> {
    try {
      return await this.services.schedules.getPaymentSchedule({ ...this.ofStore, paymentScheduleId });
    } catch (error) {
      if (isPortOneApiError(error, 'PAYMENT_SCHEDULE_NOT_FOUND')) return null;
      throw error;
    }
  }
}
