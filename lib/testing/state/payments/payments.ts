import type { Sdk } from '../../../sdk.types.js';
import { Refusal } from '../../http/refusal.js';
import { paymentAmount } from './amounts.js';
import { isTaken, type Attempt, type KnownPayment, type PaymentIn, type PaymentRecord } from './attempt.js';
import type { SandboxCard } from './cards.js';
import { charge, discountOf } from './charges.js';
import type { Desk } from '../desk.js';
import { ListedMap } from '../lists/listed-map.js';
import { PaymentEvents } from '../lists/payment-events.js';
import type { PaymentRequest } from './payment-request.js';
import { tellPayment } from './payment-webhooks.js';
import { cardTender, type Tender } from './tender.js';

export type { Attempt, KnownPayment, PaymentRequest };

/** What a server registered before the window opens; the window then takes no other. */
export interface Registration {
  readonly total: number | undefined;
  readonly taxFree: number | undefined;
  readonly currency: string | undefined;
}

/** PortOne has a limit and does not say which. */
const MOST_ATTEMPTS = 10;

/** The payments of one store. */
export class Payments {
  /** In the order in which they were created. */
  readonly records = new Map<string, PaymentRecord>();
  /** What lists show of each. */
  readonly listed: ListedMap<KnownPayment>;
  readonly events: PaymentEvents;
  readonly #registrations = new Map<string, Registration>();

  constructor(private readonly desk: Desk) {
    this.listed = new ListedMap(desk);
    this.events = new PaymentEvents(desk);
  }

  clear(): void {
    this.records.clear();
    this.listed.clear();
    this.events.clear();
    this.#registrations.clear();
  }

  /** Not a payment yet: PortOne's payment has an order name, and none is known here. */
  register(paymentId: string, registration: Registration): void {
    this.refusePaid(paymentId);
    this.#registrations.set(paymentId, registration);
  }

  registration(paymentId: string): Registration | undefined {
    return this.#registrations.get(paymentId);
  }

  /** @returns the attempt that PortOne shows as the payment: the one that succeeded, else the latest */
  find(paymentId: string): Attempt {
    return this.record(paymentId).shown;
  }

  record(paymentId: string): PaymentRecord {
    const record = this.records.get(paymentId);
    if (!record) throw new Refusal('PAYMENT_NOT_FOUND', { message: `There is no payment ${paymentId}.` });
    return record;
  }

  /** Whether it is still among the store's: a reset forgets it. */
  holds(attempt: Attempt): boolean {
    return this.records.get(attempt.payment.id)?.attempts.includes(attempt) ?? false;
  }

  refusePaid(paymentId: string): void {
    const payment = this.records.get(paymentId)?.shown.payment;
    if (payment && isTaken(payment)) {
      throw new Refusal('ALREADY_PAID', { message: `Payment ${paymentId} is ${payment.status}.` });
    }
  }

  /**
   * Begins an attempt, without a webhook.
   *
   * @param tender - what it will be paid with, where that is known: what its promotion does not allow is refused now
   * @throws Refusal
   */
  open(paymentId: string, request: PaymentRequest, tender?: Tender): Attempt {
    this.refusePaid(paymentId);
    if (request.scheduleId === undefined) this.desk.schedules.refuseWhileScheduled(paymentId);
    const known = this.records.get(paymentId);
    const tried = known?.attempts.length ?? 0;
    if (tried >= MOST_ATTEMPTS) {
      throw new Refusal('MAX_TRANSACTION_COUNT_REACHED', { message: `Payment ${paymentId} was tried ${tried} times.` });
    }
    const payment = this.#ready(paymentId, request, tried);
    if (tender) discountOf(this.desk, request, payment.amount.total, tender.method);
    const attempt: Attempt = { payment, request };
    const record = known ?? { createdAtMs: this.desk.clock.nowMs(), attempts: [], shown: attempt };
    this.records.set(paymentId, record);
    const before = known?.shown.payment;
    record.attempts.push(attempt);
    record.shown = attempt;
    this.#show(record, before);
    return attempt;
  }

  #ready(paymentId: string, request: PaymentRequest, tried: number): PaymentIn<'READY'> {
    const { clock, random, merchantId, storeId } = this.desk;
    const { scheduleId, billingKey, promotionId, products, productCount, isCulturalExpense, customData } = request;
    const now = clock.now().toISOString();
    return {
      status: 'READY',
      id: paymentId,
      transactionId: random.uuid('transaction', paymentId, tried),
      merchantId,
      storeId,
      ...this.#channelOf(request),
      version: 'V2',
      ...(scheduleId !== undefined && { scheduleId }),
      ...(billingKey !== undefined && { billingKey }),
      requestedAt: now,
      updatedAt: now,
      statusChangedAt: now,
      orderName: request.orderName,
      amount: paymentAmount(request),
      currency: request.currency,
      customer: request.customer,
      ...(promotionId !== undefined && { promotionId }),
      ...(isCulturalExpense !== undefined && { isCulturalExpense }),
      ...(request.isEscrow === true && { escrow: { status: 'BEFORE_REGISTERED' } }),
      ...(products !== undefined && { products: [...products] }),
      ...(productCount !== undefined && { productCount }),
      ...(customData !== undefined && { customData }),
      ...(request.country !== undefined && { country: request.country }),
    };
  }

  #channelOf({ channelKey, channelGroupId }: PaymentRequest) {
    if (channelKey !== undefined || channelGroupId === undefined) return { channel: this.desk.channel(channelKey) };
    const { summary, channels } = this.desk.world.channels.findGroup(channelGroupId);
    return { channel: channels[0] ?? this.desk.channel(), channelGroup: summary };
  }

  /** Tells that the payment window is open. */
  announce(attempt: Attempt): void {
    tellPayment(this.desk, 'Transaction.Ready', attempt);
  }

  /** Takes the money. Declined, the attempt is `FAILED`, and the payment id free for another. */
  charge(attempt: Attempt, by: Tender | SandboxCard): PaymentIn<'PAID' | 'FAILED'> {
    return charge(this.desk, attempt, 'method' in by ? by : cardTender(by, attempt.request));
  }

  /** Puts the attempt's payment into a new state. */
  change(attempt: Attempt, payment: KnownPayment): void {
    const record = this.record(payment.id);
    const before = record.shown.payment;
    attempt.payment = payment;
    if (isTaken(payment)) record.shown = attempt;
    else if (record.shown === attempt) record.shown = record.attempts.at(-1) ?? attempt;
    this.#show(record, before);
  }

  #show(record: PaymentRecord, before: KnownPayment | undefined): void {
    const { payment } = record.shown;
    const reads = this.desk.undocumented.staleReads;
    if (reads > 0 && before) record.stale = { payment: before, reads };
    this.listed.set(payment.id, payment);
    this.desk.tell('payment', payment.id);
  }

  /** The payment as PortOne answers it, with its webhooks and its cash receipt. */
  read(paymentId: string): KnownPayment {
    const record = this.record(paymentId);
    return this.complete(this.#takeStale(record) ?? record.shown.payment);
  }

  /** What lists show, in the order of creation. */
  *listing(): Iterable<{ payment: KnownPayment; createdAtMs: number }> {
    for (const payment of this.listed.listed()) {
      const { shown, stale, createdAtMs } = this.record(payment.id);
      yield { payment: (payment === shown.payment && stale?.payment) || payment, createdAtMs };
    }
  }

  /** A payment of the {@link listing} as PortOne answers it: a read like any other. */
  readListed(payment: KnownPayment): KnownPayment {
    const record = this.record(payment.id);
    if (payment === record.stale?.payment) this.#takeStale(record);
    return this.complete(payment);
  }

  #takeStale(record: PaymentRecord): KnownPayment | undefined {
    const { stale } = record;
    if (stale === undefined) return undefined;
    if (stale.reads > 1) record.stale = { ...stale, reads: stale.reads - 1 };
    else delete record.stale;
    return stale.payment;
  }

  /** With what is kept beside it. */
  complete<P extends KnownPayment>(payment: P): P {
    const { webhooks, cashReceipt } = this.companionsOf(payment.id);
    const hasReceipt = cashReceipt && 'paidAt' in payment;
    return { ...payment, ...(webhooks && { webhooks }), ...(hasReceipt && { cashReceipt }) };
  }

  /** What is kept beside a payment and shown with it. */
  companionsOf(paymentId: string): {
    webhooks?: Sdk.Payment.PaymentWebhook[];
    cashReceipt?: Sdk.Payment.PaymentCashReceipt;
  } {
    const webhooks = this.desk.webhooks.historyOf(paymentId);
    const cashReceipt = this.desk.cashReceipts.ofPayment(paymentId);
    return { ...(webhooks.length > 0 && { webhooks }), ...(cashReceipt && { cashReceipt }) };
  }
}
