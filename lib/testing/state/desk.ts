import type { Sdk } from '../../sdk.types.js';
import type { Clock } from './clock.js';
import { Ledger } from './ledger.js';
import type { SeededRandom } from './random.js';
import { BillingKeys } from './billing-keys.js';
import { Payments } from './payments.js';
import type { WebhookSender } from '../webhooks/webhook-sender.js';

/** One store and all that belongs to it. The routes and the buyer work on it. */
export class Desk {
  readonly merchantId = 'merchant-sandbox';
  readonly ledger = new Ledger();
  readonly payments = new Payments(this);
  readonly billingKeys = new BillingKeys(this);

  constructor(
    readonly storeId: string,
    readonly clock: Clock,
    readonly random: SeededRandom,
    readonly webhooks: WebhookSender,
  ) {}

  clear(): void {
    this.ledger.clear();
    this.payments.clear();
    this.billingKeys.clear();
  }

  /** The sandbox has a channel for every key. */
  channel(key = 'channel-key-sandbox'): Sdk.Common.SelectedChannel {
    return {
      type: 'TEST',
      id: 'channel-id-sandbox',
      key,
      name: 'Sandbox',
      pgProvider: 'TOSSPAYMENTS',
      pgMerchantId: 'sandbox',
    };
  }
}
