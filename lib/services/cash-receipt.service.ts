import { Injectable } from '@nestjs/common';

import type { CallOptions } from '../client/call-options.js';
import type { Sdk } from '../sdk.types.js';
import { operationsOf } from './operations-of.js';
import { overPages, type ListOptions } from './paging.js';

/** Cash receipts (현금영수증). Every operation of `client.payment.cashReceipt`. */
@Injectable()
export class CashReceiptService extends operationsOf('payment.cashReceipt') {
  /**
   * All cash receipts that match, over all pages of `getCashReceipts`, each fetched when it is reached.
   * What is added or removed meanwhile can move an entry across the edge of a page, so that it comes twice or not at all.
   *
   * @param options - as for `getCashReceipts`; `page` says where to start and how large pages are
   * @default pages of 100
   * @throws RangeError behind the 60,000th entry, which PortOne does not give; narrow the filter
   */
  iterateCashReceipts(
    options?: ListOptions<'payment.cashReceipt', 'getCashReceipts'>,
    call?: CallOptions,
  ): AsyncIterable<Sdk.Payment.CashReceipt.CashReceipt> {
    return overPages((request) => this.getCashReceipts(request, call), 'getCashReceipts', options);
  }
}
