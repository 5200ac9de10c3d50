import type { StoreProvider } from './portone.stores.js';
import type { RefundJournal } from './refunds/refund-journal.js';
import type { SubscriptionStore } from './subscriptions/subscription-store.js';
import type { PaymentLock } from './sync/payment-lock.js';
import type { PaymentSyncStore } from './sync/payment-sync-store.js';
import type { WebhookInbox } from './webhook/inbox/webhook-inbox.js';

/** A `WebhookInbox` class, or how Nest gets one. */
export type WebhookInboxProvider = StoreProvider<WebhookInbox>;

/** What Nest must know of an account before its options are resolved. */
export interface PortOneModuleExtras {
  /**
   * Injectable in every module.
   * @default true
   */
  isGlobal?: boolean | undefined;
  /**
   * A second, third … account, with its own client, services, secrets and endpoint: letters, digits, `-` and `_`.
   * Inject its parts with `@InjectPortOne(PaymentService, 'b')`.
   * @default none: the account whose parts are injected by class
   */
  name?: string | undefined;
  /**
   * Where the endpoint is mounted, without the global prefix. Say it here and not with Nest's `RouterModule`, which the
   * collector of the bytes does not hear of.
   * @default 'webhook/portone', named: 'webhook/portone/<name>'
   */
  webhookPath?: string | undefined;
  /**
   * `false` mounts none; the exact bytes are still collected at `webhookPath`, for a route of the application's own.
   * @default true
   */
  webhookController?: boolean | undefined;
  /**
   * Class decorators for this account's endpoint: `[Public(), SkipThrottle()]`.
   * @default []
   */
  webhookDecorators?: readonly ClassDecorator[] | undefined;
  /**
   * Where deliveries are remembered.
   * @default in memory: this process alone, until it ends
   */
  webhookInbox?: WebhookInboxProvider | undefined;
  /**
   * What lets one at a time work on a payment.
   * @default in memory: within this process alone
   */
  paymentLock?: StoreProvider<PaymentLock> | undefined;
  /**
   * Where it is remembered what was applied of each payment.
   * @default in memory: this process alone, until it ends
   */
  paymentSyncStore?: StoreProvider<PaymentSyncStore> | undefined;
  /**
   * Where refunds are written before they are sent.
   * @default in memory: this process alone, until it ends
   */
  refundJournal?: StoreProvider<RefundJournal> | undefined;
  /**
   * Where subscriptions are kept.
   * @default in memory: this process alone, until it ends
   */
  subscriptionStore?: StoreProvider<SubscriptionStore> | undefined;
}

/** With their defaults. Every name is listed, so that none of them is taken for an option. */
export const EXTRAS: { [K in keyof Required<PortOneModuleExtras>]: PortOneModuleExtras[K] } = {
  isGlobal: true,
  name: undefined,
  webhookPath: undefined,
  webhookController: true,
  webhookDecorators: [],
  webhookInbox: undefined,
  paymentLock: undefined,
  paymentSyncStore: undefined,
  refundJournal: undefined,
  subscriptionStore: undefined,
};
