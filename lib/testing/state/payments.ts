import type { Sdk } from '../../sdk.types.js';
import type { Desk } from './desk.js';
import { Refusal } from '../http/refusal.js';
import { describeCard, DECLINE, type SandboxCard } from './cards.js';
import { cancelAmounts, paymentAmount, type CancelInput } from './amounts.js';
import type { PaymentRequest } from './payment-request.js';

/** A payment in one of the states that the SDK knows. */
export type KnownPayment = Extract<Sdk.Payment.Payment, { status: string }>;
type CancellablePayment = Sdk.Payment.PaidPayment | Sdk.Payment.PartialCancelledPayment;

export type { PaymentRequest };

/** What a server registered before the window opens; the window then takes no other. */
export interface Registration {
  readonly total: number | undefined;
  readonly taxFree: number | undefined;
  readonly currency: string | undefined;
}

/** One try to pay; of the tries of one payment id at most one succeeds. */
export interface Attempt {
  payment: KnownPayment;
  readonly noticeUrls: readonly string[];
  /** The buyer's part is done, the merchant's server has yet to approve it. */
  awaitingApproval?: { readonly token: string; readonly card: SandboxCard };
}

export interface PaymentRecord {
  readonly createdAtMs: number;
  readonly attempts: Attempt[];
}

/** The payments of one store. */
export class Payments {
  /** In the order in which they were created. */
  readonly records = new Map<string, PaymentRecord>();
  readonly #registrations = new Map<string, Registration>();

  constructor(private readonly desk: Desk) {}

  clear(): void {
    this.records.clear();
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

  /** @returns the latest attempt, which is the one that PortOne shows */
  find(paymentId: string): Attempt {
    const attempt = this.records.get(paymentId)?.attempts.at(-1);
    if (!attempt) throw new Refusal('PAYMENT_NOT_FOUND', { message: `There is no payment ${paymentId}.` });
    return attempt;
  }

  refusePaid(paymentId: string): void {
    const status = this.records.get(paymentId)?.attempts.at(-1)?.payment.status;
    if (status !== undefined && status !== 'READY' && status !== 'FAILED') {
      throw new Refusal('ALREADY_PAID', { message: `Payment ${paymentId} is ${status}.` });
    }
  }

  /** Begins an attempt, without a webhook. */
  open(paymentId: string, request: PaymentRequest): Attempt {
    this.refusePaid(paymentId);
    const amount = paymentAmount(request);
    const { clock, random } = this.desk;
    let record = this.records.get(paymentId);
    if (!record) this.records.set(paymentId, (record = { createdAtMs: clock.nowMs(), attempts: [] }));
    const now = clock.now().toISOString();
    const payment: Sdk.Payment.ReadyPayment = {
      status: 'READY',
      id: paymentId,
      transactionId: random.uuid('transaction', paymentId, record.attempts.length),
      merchantId: this.desk.merchantId,
      storeId: this.desk.storeId,
      channel: this.desk.channel(request.channelKey),
      version: 'V2',
      ...(request.scheduleId !== undefined && { scheduleId: request.scheduleId }),
      ...(request.billingKey !== undefined && { billingKey: request.billingKey }),
      requestedAt: now,
      updatedAt: now,
      statusChangedAt: now,
      orderName: request.orderName,
      amount,
      currency: request.currency,
      customer: request.customer,
      ...(request.customData !== undefined && { customData: request.customData }),
    };
    const attempt: Attempt = { payment, noticeUrls: request.noticeUrls };
    record.attempts.push(attempt);
    return attempt;
  }

  /** Tells that the payment window is open. */
  announce(attempt: Attempt): void {
    this.#tell('Transaction.Ready', attempt);
  }

  /** Asks the card's bank. A declined card leaves the attempt `FAILED`, and the payment id free for another. */
  charge(attempt: Attempt, card: SandboxCard): Sdk.Payment.PaidPayment | Sdk.Payment.FailedPayment {
    const { desk } = this;
    const at = desk.clock.now();
    const now = at.toISOString();
    const ready = attempt.payment;
    if (ready.status !== 'READY') throw new Error(`Attempt ${ready.transactionId} was charged before.`);
    const { id: paymentId, transactionId, amount, channel = desk.channel() } = ready;
    delete attempt.awaitingApproval;
    const common = { ...ready, channel, updatedAt: now, statusChangedAt: now };
    const method: Sdk.Payment.PaymentMethodCard = { type: 'PaymentMethodCard', card: describeCard(card) };
    if (card.declined) {
      const failure = { reason: DECLINE.pgMessage, ...DECLINE };
      const failed: Sdk.Payment.FailedPayment = { ...common, status: 'FAILED', method, failedAt: now, failure };
      attempt.payment = failed;
      desk.ledger.executions.push({ at, kind: 'DECLINE', paymentId, transactionId, amount: amount.total });
      this.#tell('Transaction.Failed', attempt);
      return failed;
    }
    const paid: Sdk.Payment.PaidPayment = {
      ...common,
      status: 'PAID',
      method: { ...method, approvalNumber: desk.random.digits(8, 'approval', transactionId) },
      amount: { ...amount, paid: amount.total },
      paidAt: now,
      pgTxId: desk.random.uuid('pg', transactionId),
      disputes: [],
    };
    attempt.payment = paid;
    desk.ledger.executions.push({ at, kind: 'CHARGE', paymentId, transactionId, amount: amount.total });
    this.#tell('Transaction.Paid', attempt);
    return paid;
  }

  cancel(paymentId: string, input: CancelInput): Sdk.Payment.SucceededPaymentCancellation {
    const attempt = this.find(paymentId);
    const payment = cancellable(attempt.payment);
    const { desk } = this;
    const at = desk.clock.now();
    const now = at.toISOString();
    const earlier = payment.cancellations ?? [];
    const { cancelled, amount } = cancelAmounts(payment.amount, input);
    const cancellation: Sdk.Payment.SucceededPaymentCancellation = {
      status: 'SUCCEEDED',
      id: desk.random.uuid('cancellation', payment.transactionId, earlier.length),
      pgCancellationId: desk.random.uuid('pg-cancellation', payment.transactionId, earlier.length),
      ...cancelled,
      reason: input.reason,
      requestedAt: now,
      cancelledAt: now,
      trigger: 'API',
    };
    const whole = amount.cancelled === amount.total;
    attempt.payment = {
      ...payment,
      status: whole ? 'CANCELLED' : 'PARTIAL_CANCELLED',
      amount,
      cancellations: [...earlier, cancellation],
      cancelledAt: now,
      updatedAt: now,
      statusChangedAt: now,
    };
    const { transactionId } = payment;
    desk.ledger.executions.push({ at, kind: 'CANCEL', paymentId, transactionId, amount: cancelled.totalAmount });
    if (!input.skipWebhook) {
      const type = whole ? 'Transaction.Cancelled' : 'Transaction.PartialCancelled';
      this.#tellCancelled(type, attempt, cancellation.id);
    }
    return cancellation;
  }

  #tell(type: 'Transaction.Ready' | 'Transaction.Paid' | 'Transaction.Failed', attempt: Attempt): void {
    const { clock, webhooks } = this.desk;
    webhooks.send({ type, timestamp: clock.now().toISOString(), data: this.#subject(attempt) }, attempt);
  }

  #tellCancelled(
    type: 'Transaction.Cancelled' | 'Transaction.PartialCancelled',
    attempt: Attempt,
    cancellationId: string,
  ): void {
    const { clock, webhooks } = this.desk;
    const data = { ...this.#subject(attempt), cancellationId };
    webhooks.send({ type, timestamp: clock.now().toISOString(), data }, attempt);
  }

  #subject({ payment }: Attempt) {
    return { paymentId: payment.id, storeId: this.desk.storeId, transactionId: payment.transactionId };
  }
}

function cancellable(payment: KnownPayment): CancellablePayment {
  if (payment.status === 'PAID' || payment.status === 'PARTIAL_CANCELLED') return payment;
  if (payment.status === 'CANCELLED') {
    throw new Refusal('PAYMENT_ALREADY_CANCELLED', { message: `Payment ${payment.id} is cancelled as a whole.` });
  }
  throw new Refusal('PAYMENT_NOT_PAID', { message: `Payment ${payment.id} is ${payment.status}.` });
}
