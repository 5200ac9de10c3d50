import { Injectable } from '@nestjs/common';

import type { CallOptions } from '../client/call-options.js';
import type { ClientSettings } from '../client/client.settings.js';
import type { PortOneClient } from '../client/portone-client.js';
import { isPortOneApiError } from '../errors/is-portone-api-error.js';
import type { Sdk } from '../sdk.types.js';
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

  constructor(client: PortOneClient, settings: ClientSettings) {
    super(client, settings);
    this.#settings = { storeId: settings.storeId, environment: settings.environment };
  }

  /** The payment, or `null` when there is none (`PAYMENT_NOT_FOUND`). Rejects as `getPayment` does for all else. */
  async findPayment(paymentId: string, call?: CallOptions): Promise<Sdk.Payment.Payment | null> {
    try {
      return await this.getPayment({ paymentId }, call);
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
  async verifyPayment(paymentId: string, expected: ExpectedPayment, call?: CallOptions): Promise<VerifiedPayment> {
    checkExpectations(paymentId, expected);
    const { storeId } = expected;
    const payment = await this.getPayment(storeId === undefined ? { paymentId } : { paymentId, storeId }, call);
    return verify(payment, paymentId, expected, this.#settings);
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
