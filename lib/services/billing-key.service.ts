import { Injectable } from '@nestjs/common';

import {
  approveBillingKey,
  approveBillingKeyAndPay,
  type ApproveAndPayOptions,
  type ApproveBillingKeyOptions,
  type ApprovedBillingKeyPayment,
} from '../approvals/billing-key-approval.js';
import { withConfirmedKeys } from '../approvals/confirmed-billing-keys.js';
import type { CallOptions } from '../client/call-options.js';
import type { ClientSettings } from '../client/client.settings.js';
import type { PortOneClient } from '../client/portone-client.js';
import type { Sdk } from '../sdk.types.js';
import { operationsOf } from './operations-of.js';
import { overPages, type ListOptions } from './paging.js';

/**
 * Billing keys (빌링키): means of payment kept at a provider. Every operation of `client.payment.billingKey`. None hands
 * out `NEEDS_CONFIRMATION`, which stands in place of a key whose issue is not approved: an answer with it is a
 * `BillingKeyNotConfirmedError`, and lists leave it out.
 */
@Injectable()
export class BillingKeyService extends operationsOf('payment.billingKey', withConfirmedKeys) {
  readonly #settings: Pick<ClientSettings, 'storeId' | 'environment' | 'now'>;

  constructor(client: PortOneClient, settings: ClientSettings) {
    super(client, settings);
    const { storeId, environment, now } = settings;
    this.#settings = { storeId, environment, now };
  }

  /**
   * Approves the issue of a billing key, where the channel is set to manual approval, and answers the key. `isTest` is
   * sent as the environment says. The same approval has the same idempotency key, so called again, also after a crash,
   * it answers the same key for three hours. After an unknown outcome, a `PG_PROVIDER` or a `BILLING_KEY_ALREADY_ISSUED`
   * the key is looked for by `issueId`, where that is given, among those of the last day.
   *
   * @throws the SDK's `ConfirmBillingKeyError` when PortOne refuses and no such key is found
   * @throws TypeError when the token is empty
   */
  approve(options: ApproveBillingKeyOptions, call?: CallOptions): Promise<{ readonly billingKey: string }> {
    return approveBillingKey(this, this.#settings, options, call);
  }

  /**
   * Approves the issue of a billing key together with its first payment, and reads the payment: PortOne refuses another
   * amount, currency or environment than the given, and the payment is compared with all that is expected of it. After
   * an unknown outcome, a `PG_PROVIDER`, `BILLING_KEY_ALREADY_ISSUED` or `ALREADY_PAID` the payment is read before
   * anything is decided; a paid one has the billing key.
   *
   * @throws the SDK's `ConfirmBillingKeyIssueAndPayError` when PortOne refuses and the payment is not paid
   * @throws PaymentVerificationError when the payment is not as expected
   * @throws PaymentUndecidedError when PortOne took the approval, or may have, and no read shows it yet
   * @throws TypeError when an id or a token is empty or an amount is no whole number
   */
  approveAndPay(options: ApproveAndPayOptions, call?: CallOptions): Promise<ApprovedBillingKeyPayment> {
    return approveBillingKeyAndPay(this, { payments: this.client.payment, settings: this.#settings }, options, call);
  }

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
