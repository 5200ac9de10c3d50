import { Injectable } from '@nestjs/common';

import type { CallOptions } from '../client/call-options.js';
import type { Sdk } from '../sdk.types.js';
import { operationsOf } from './operations-of.js';
import { overPages, type ListOptions } from './paging.js';

/** Billing keys (빌링키): means of payment kept at a provider. Every operation of `client.payment.billingKey`. */
@Injectable()
export class BillingKeyService extends operationsOf('payment.billingKey') {
  /**
   * All billing keys that match, over all pages of `getBillingKeyInfos`, each fetched when it is reached.
   * What is added or removed meanwhile can move an entry across the edge of a page, so that it comes twice or not at all.
   *
   * @param options - as for `getBillingKeyInfos`; `page` says where to start and how large pages are
   * @default pages of 100
   * @throws RangeError behind the 60,000th entry, which PortOne does not give; narrow the filter
   */
  iterateBillingKeyInfos(
    options?: ListOptions<'payment.billingKey', 'getBillingKeyInfos'>,
    call?: CallOptions,
  ): AsyncIterable<Sdk.Payment.BillingKey.BillingKeyInfo> {
    return overPages((request) => this.getBillingKeyInfos(request, call), 'getBillingKeyInfos', options);
  }
}
