import type { Sdk } from '../../../sdk.types.js';
import { Refusal } from '../../http/refusal.js';
import { refuseAsProvider } from '../../http/request-faults.js';
import { paymentAmount } from '../payments/amounts.js';
import { isTaken } from '../payments/attempt.js';
import { payWithBillingKey } from './billing-key-payment.js';
import { fail } from '../payments/charges.js';
import type { Desk } from '../desk.js';
import { ListedMap } from '../lists/listed-map.js';
import type { PaymentRequest } from '../payments/payment-request.js';

export type KnownSchedule = Extract<Sdk.Payment.PaymentSchedule.PaymentSchedule, { id: string }>;

/** Which schedules a revocation means; at least one of the two is given. */
export interface RevokedSchedules {
  readonly billingKey: string | undefined;
  readonly scheduleIds: readonly string[] | undefined;
}

/** The payment schedules of one store. */
export class Schedules {
  readonly schedules: ListedMap<KnownSchedule>;
  /** Every schedule that a payment id ever had. */
  readonly #ofPayment = new Map<string, string[]>();
  /** Those yet to come of a billing key, and what takes each off the clock. */
  readonly #yetToCome = new Map<string, Map<string, () => void>>();

  constructor(private readonly desk: Desk) {
    this.schedules = new ListedMap(desk);
  }

  clear(): void {
    this.schedules.clear();
    this.#ofPayment.clear();
    this.#yetToCome.clear();
  }

  /** @throws Refusal where the key, the payment id or the amounts do not allow it */
  create(paymentId: string, billingKey: string, request: PaymentRequest, timeToPayMs: number): KnownSchedule {
    const { desk } = this;
    const nowMs = desk.clock.nowMs();
    desk.billingKeys.findUsable(billingKey);
    this.#refusePaidOrWaiting(paymentId);
    this.#refuseSecond(paymentId);
    paymentAmount(request);
    const ofPayment = this.#ofPayment.get(paymentId) ?? [];
    const id = `schedule-${desk.random.uuid('schedule', paymentId, ofPayment.length)}`;
    const { taxFree, vat, installmentMonth, noticeUrls, products } = request;
    this.#ofPayment.set(paymentId, [...ofPayment, id]);
    const toCome = this.#yetToCome.get(billingKey) ?? new Map<string, () => void>();
    this.#yetToCome.set(
      billingKey,
      toCome.set(
        id,
        desk.schedule(timeToPayMs - nowMs, () => this.#pay(id, request)),
      ),
    );
    return this.#put({
      status: 'SCHEDULED',
      id,
      merchantId: desk.merchantId,
      storeId: desk.storeId,
      paymentId,
      billingKey,
      orderName: request.orderName,
      isCulturalExpense: request.isCulturalExpense ?? false,
      isEscrow: request.isEscrow ?? false,
      customer: request.customer,
      customData: request.customData ?? '',
      totalAmount: request.total,
      ...(taxFree !== undefined && { taxFreeAmount: taxFree }),
      ...(vat !== undefined && { vatAmount: vat }),
      currency: request.currency,
      ...(installmentMonth !== undefined && { installmentMonth }),
      ...(noticeUrls.length > 0 && { noticeUrls: [...noticeUrls] }),
      ...(products && { products: [...products] }),
      createdAt: new Date(nowMs).toISOString(),
      timeToPay: new Date(timeToPayMs).toISOString(),
    });
  }

  find(id: string): KnownSchedule {
    const schedule = this.schedules.get(id);
    if (schedule) return schedule;
    throw new Refusal('PAYMENT_SCHEDULE_NOT_FOUND', { message: `There is no payment schedule ${id}.` });
  }

  /**
   * All of them or none.
   *
   * @throws Refusal where one of them cannot be revoked any more
   */
  revoke({ billingKey, scheduleIds }: RevokedSchedules): KnownSchedule[] {
    if (billingKey !== undefined) this.desk.billingKeys.findUsable(billingKey);
    if (scheduleIds === undefined) return this.revokeAllOf(billingKey ?? '');
    const chosen = [...new Set(scheduleIds)].map((id) => this.find(id));
    for (const schedule of chosen) refuseUnlessToCome(schedule, billingKey);
    return chosen.map((schedule) => this.#revoke(schedule));
  }

  /** Those of the billing key that are yet to come. */
  revokeAllOf(billingKey: string): KnownSchedule[] {
    return [...(this.#yetToCome.get(billingKey)?.keys() ?? [])].map((id) => this.#revoke(this.find(id)));
  }

  /** @throws Refusal for a payment id that has a schedule yet to come, unless the sandbox was told to let it pass */
  refuseWhileScheduled(paymentId: string): void {
    if (this.desk.undocumented.payWhileScheduled === 'allow') return;
    const active = this.#of(paymentId).find(({ status }) => status === 'SCHEDULED');
    if (active) throw alreadyExists(active);
  }

  /** @throws Refusal for a billing key with schedules yet to come, unless the sandbox was told to let it pass */
  refuseDeletion(billingKey: string): void {
    const [active] = this.#yetToCome.get(billingKey)?.keys() ?? [];
    if (active === undefined || this.desk.undocumented.deleteWhileScheduled === 'allow') return;
    throw alreadyExists(this.find(active));
  }

  #pay(id: string, request: PaymentRequest): void {
    const scheduled = this.find(id);
    const startedAt = this.desk.clock.now().toISOString();
    this.#yetToCome.get(scheduled.billingKey)?.delete(id);
    const started = this.#put({ ...scheduled, status: 'STARTED', startedAt });
    const status = this.#charge(started, request);
    this.#put({ ...started, status, startedAt, completedAt: this.desk.clock.now().toISOString() });
  }

  #charge({ id, paymentId, billingKey }: KnownSchedule, planned: PaymentRequest): 'SUCCEEDED' | 'FAILED' {
    const request = { ...planned, billingKey, scheduleId: id };
    try {
      refuseAsProvider(this.desk.faults.strike(['pg-error'], { operation: 'payment.payWithBillingKey', paymentId }));
      const payment = payWithBillingKey(this.desk, paymentId, billingKey, request);
      return payment.status === 'FAILED' ? 'FAILED' : 'SUCCEEDED';
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#showFailure(paymentId, request, error);
      return 'FAILED';
    }
  }

  /** As a payment that failed, so that there is a webhook, unless the payment id takes no other attempt. */
  #showFailure(paymentId: string, request: PaymentRequest, { message: reason, data }: Refusal): void {
    const { pgCode, pgMessage } = data;
    try {
      fail(this.desk, this.desk.payments.open(paymentId, request), {
        reason,
        ...(pgCode !== undefined && { pgCode }),
        ...(pgMessage !== undefined && { pgMessage }),
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  #revoke(schedule: KnownSchedule): KnownSchedule {
    const toCome = this.#yetToCome.get(schedule.billingKey);
    toCome?.get(schedule.id)?.();
    toCome?.delete(schedule.id);
    return this.#put({ ...schedule, status: 'REVOKED', revokedAt: this.desk.clock.now().toISOString() });
  }

  #refusePaidOrWaiting(paymentId: string): void {
    const payment = this.desk.payments.records.get(paymentId)?.shown.payment;
    if (!payment || !isTaken(payment)) return;
    throw new Refusal('ALREADY_PAID_OR_WAITING', { message: `Payment ${paymentId} is ${payment.status}.` });
  }

  #refuseSecond(paymentId: string): void {
    const { scheduleExists } = this.desk.undocumented;
    if (scheduleExists === 'never') return;
    const other = this.#of(paymentId).find(({ status }) => scheduleExists === 'ever' || status === 'SCHEDULED');
    if (other) throw alreadyExists(other);
  }

  #of(paymentId: string): KnownSchedule[] {
    return (this.#ofPayment.get(paymentId) ?? []).map((id) => this.find(id));
  }

  #put<S extends KnownSchedule>(schedule: S): S {
    this.schedules.set(schedule.id, schedule);
    this.desk.tell('schedule', schedule.id);
    return schedule;
  }
}

function refuseUnlessToCome({ id, status, billingKey: its }: KnownSchedule, billingKey = its): void {
  if (billingKey !== its) {
    throw new Refusal('INVALID_REQUEST', { message: `scheduleIds: ${id} is not a schedule of the billingKey.` });
  }
  if (status === 'SCHEDULED') return;
  throw status === 'REVOKED'
    ? new Refusal('PAYMENT_SCHEDULE_ALREADY_REVOKED', { message: `Schedule ${id} is revoked.` })
    : new Refusal('PAYMENT_SCHEDULE_ALREADY_PROCESSED', { message: `Schedule ${id} is ${status}.` });
}

function alreadyExists({ id, paymentId, status }: KnownSchedule): Refusal {
  return new Refusal('PAYMENT_SCHEDULE_ALREADY_EXISTS', {
    message: `Payment ${paymentId} has the schedule ${id}, which is ${status}.`,
  });
}
