import { Injectable } from '@nestjs/common';

import { approvePayment, type ApproveOptions } from '../approvals/payment-approval.js';
import type { ApprovedPayment } from '../approvals/payment-outcome.js';
import type { CallOptions } from '../client/call-options.js';
import type { ClientSettings } from '../client/client.settings.js';
import type { PortOneClient } from '../client/portone-client.js';
import { isPortOneApiError } from '../errors/is-portone-api-error.js';
import type { PaymentId } from '../payment-id.js';
import type { AccountFlows } from '../portone.stores.js';
import { followRefunds, type FollowedRefunds } from '../refunds/follow-refunds.js';
import { InMemoryRefundJournal } from '../refunds/in-memory.refund-journal.js';
import { refundOrder, type Refund, type RefundOptions } from '../refunds/refund-options.js';
import { Refunds, type RefundCallOptions, type RefundSurroundings } from '../refunds/refunds.js';
import type { Sdk } from '../sdk.types.js';
import { inStore } from './in-store.js';
import { operationsOf } from './operations-of.js';
import { overCursors, overPages, type ListOptions } from './paging.js';
import {
  checkExpectations,
  verify,
  type ExpectedPayment,
  type VerificationSettings,
  type VerifiedPayment,
} from './payment-verification.js';

/** Payments (결제). Every operation of `client.payment`, and what a shop needs around them. */
@Injectable()
export class PaymentService extends operationsOf('payment') {
  readonly #settings: VerificationSettings;
  readonly #journalled: RefundSurroundings;
  readonly #refunds: Refunds;

  constructor(
    client: PortOneClient,
    settings: ClientSettings,
    flows?: Pick<AccountFlows, 'account' | 'refundJournal'>,
  ) {
    super(client, settings);
    const { storeId, environment, now } = settings;
    this.#settings = { storeId, environment };
    const { account = '', refundJournal: journal = new InMemoryRefundJournal() } = flows ?? {};
    this.#journalled = { account, journal, now, payments: this };
    this.#refunds = new Refunds(this.#journalled);
  }

  /**
   * The payment, or `null` when there is none (`PAYMENT_NOT_FOUND`), in the module's `storeId` where that is given. Rejects
   * as `getPayment` does for all else.
   */
  async findPayment(paymentId: PaymentId, call?: CallOptions): Promise<Sdk.Payment.Payment | null> {
    try {
      return await this.getPayment(inStore({ paymentId }, this.#settings.storeId), call);
    } catch (error) {
      if (isPortOneApiError(error, 'PAYMENT_NOT_FOUND')) return null;
      throw error;
    }
  }

  /**
   * Fetches the payment and compares it with the application's own order, before anything is handed over: the browser
   * that says "paid" may have asked for any amount, and a webhook alone is no proof of it either. Always checked are the
   * id, status `PAID`, total, currency, that nothing is cancelled or being cancelled, the store where one is configured,
   * and TEST or LIVE as the environment says.
   *
   * @param paymentId - the merchant's id of the payment
   * @param expected - what the order says
   * @throws PaymentVerificationError whose `mismatches` lists every difference
   * @throws the SDK's `GetPaymentError` when there is no such payment
   * @throws TypeError when `paymentId` is empty or an amount is no whole number
   */
  async verifyPayment(paymentId: PaymentId, expected: ExpectedPayment, call?: CallOptions): Promise<VerifiedPayment> {
    checkExpectations(paymentId, expected);
    const { storeId = this.#settings.storeId } = expected;
    const payment = await this.getPayment(inStore({ paymentId }, storeId), call);
    return verify(payment, paymentId, expected, this.#settings);
  }

  /**
   * Approves a payment whose channel is set to manual approval, with the token that the browser was given, and reads it:
   * PortOne refuses another amount, currency or environment (`isTest`) than the given, and the payment is compared with
   * all that is expected of it, as `verifyPayment` does. A payment into a virtual account comes back as issued, not paid.
   *
   * The same approval has the same idempotency key, so called again, also after a crash, it answers what became of the
   * first. After an unknown outcome, a `PG_PROVIDER` or an `ALREADY_PAID` the payment is read before anything is decided.
   *
   * @throws the SDK's `ConfirmPaymentError` when PortOne refuses and the payment is not paid
   * @throws PaymentVerificationError when the payment is not as expected
   * @throws PaymentUndecidedError when PortOne took the approval, or may have, and no read shows it yet
   * @throws the failure itself when the outcome is unknown and the payment shows no approval: call again
   * @throws TypeError when an id or a token is empty or an amount is no whole number
   * @example
   * const payment = await payments.approve({ paymentId, paymentToken, totalAmount: order.total, currency: 'KRW' });
   * if (payment.status === 'PAID') await orders.fulfil(payment);
   */
  approve(options: ApproveOptions, call?: CallOptions): Promise<ApprovedPayment> {
    return approvePayment({ payments: this, settings: this.#settings }, options, call);
  }

  /**
   * Refunds a payment, all that is left of it or a part, once: called again with the same `refundId`, at once or after a
   * crash or days later, it goes on where it was and answers what became of it. The request is written to the
   * `RefundJournal` before it is sent, and sent only as it was written. Of one payment there is one refund at a time.
   *
   * A `REQUESTED` one is followed with each further call; `followRefunds` follows all. `FAILED` is final as `SUCCEEDED`
   * is: another try is another refund, with an id of its own. What PortOne refuses may be tried again with the same id.
   *
   * With the journal in memory all of that holds until the process ends.
   *
   * @throws the SDK's `CancelPaymentError` when PortOne refuses, and the failure itself when the outcome is unknown: call again
   * @throws RefundConflictError when the refund id was used with another payment, store, amount, reason or account
   * @throws RefundInProgressError when another refund of the payment is not through
   * @throws RefundAccountRequiredError for a virtual account, or a mobile payment of an earlier month, without `refundAccount`
   * @throws TypeError when an id or the reason is empty or an amount is no whole number
   * @example
   * await payments.refund({ paymentId, refundId: returnRequest.id, amount: 3000, reason: '단순 변심' });
   */
  async refund<P extends Sdk.Payment.Payment>(options: RefundOptions<P>, call?: RefundCallOptions): Promise<Refund> {
    const order = refundOrder(options);
    return this.#refunds.refund({ ...order, storeId: order.storeId ?? this.#settings.storeId }, call);
  }

  /**
   * Looks at every refund of the journal that is not at its end: what the provider made of `REQUESTED` ones (an
   * asynchronous cancel can fail without a webhook), and what a crash left behind, which is finished. To be called now and
   * then; the reconciler does.
   */
  followRefunds(call?: RefundCallOptions): Promise<FollowedRefunds> {
    return followRefunds(this.#refunds, this.#journalled, call);
  }

  /**
   * All payments that match, over all pages of `getPayments`, each fetched when it is reached. Without a range these are
   * the last 90 days. What is added or changed meanwhile can move a payment across the edge of a page, so that it comes
   * twice or not at all; for a complete run use {@link iteratePaymentsByCursor}.
   *
   * @param options - as for `getPayments`; `page` says where to start and how large pages are
   * @default pages of 100
   * @throws RangeError behind the 60,000th payment, which PortOne does not give; narrow the filter or use cursors
   */
  iteratePayments(
    options?: ListOptions<'payment', 'getPayments'>,
    call?: CallOptions,
  ): AsyncIterable<Sdk.Payment.Payment> {
    return overPages((request) => this.getPayments(request, call), 'getPayments', options);
  }

  /**
   * All payments that were created in a time, in that order, each with its cursor: a later run starts behind it with
   * `cursor`. Each page is fetched when it is reached.
   *
   * @param options - as for `getAllPaymentsByCursor`
   * @default pages of 200, the last 90 days
   */
  iteratePaymentsByCursor(
    options?: ListOptions<'payment', 'getAllPaymentsByCursor'>,
    call?: CallOptions,
  ): AsyncIterable<Sdk.Payment.PaymentWithCursor> {
    return overCursors((request) => this.getAllPaymentsByCursor(request, call), options);
  }

  /**
   * All payment events of a time (paid, cancelled, partially cancelled), each with its cursor: a later run starts behind
   * it with `cursor`. Without a `storeId`, here or in the module, every store of the merchant is covered. Each page is
   * fetched when it is reached.
   *
   * @param options - as for `getAllPaymentEventsByCursor`
   * @default pages of 200, the last 90 days
   */
  iteratePaymentEvents(
    options?: ListOptions<'payment', 'getAllPaymentEventsByCursor'>,
    call?: CallOptions,
  ): AsyncIterable<Sdk.Payment.PaymentEventWithCursor> {
    return overCursors((request) => this.getAllPaymentEventsByCursor(request, call), options);
  }
}
