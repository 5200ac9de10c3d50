import { Injectable } from '@nestjs/common';

import type { CallOptions } from '../client/call-options.js';
import type { Sdk } from '../sdk.types.js';
import { operationsOf } from './operations-of.js';
import { overPages, type ListOptions } from './paging.js';

/** Payment schedules (결제 예약): payments by billing key at a later time. Every operation of `client.payment.paymentSchedule`. */
@Injectable()
export class PaymentScheduleService extends operationsOf('payment.paymentSchedule') {
  /**
   * All schedules that match, over all pages of `getPaymentSchedules`, each fetched when it is reached.
   * Without `filter.from` and `filter.until` these are the last 90 days: schedules that lie ahead need a range.
   * What is added or removed meanwhile can move an entry across the edge of a page, so that it comes twice or not at all.
   *
   * @param options - as for `getPaymentSchedules`; `page` says where to start and how large pages are
   * @default pages of 100
   * @throws RangeError behind the 60,000th entry, which PortOne does not give; narrow the filter
   */
  iteratePaymentSchedules(
    options?: ListOptions<'payment.paymentSchedule', 'getPaymentSchedules'>,
    call?: CallOptions,
  ): AsyncIterable<Sdk.Payment.PaymentSchedule.PaymentSchedule> {
    return overPages((request) => this.getPaymentSchedules(request, call), 'getPaymentSchedules', options);
  }
}
