import type { InjectionToken, OptionalFactoryDependency, Provider, Type } from '@nestjs/common';

import { shown } from './errors/shown.js';
import { InMemoryRefundJournal } from './refunds/in-memory.refund-journal.js';
import { RefundJournal } from './refunds/refund-journal.js';
import { InMemorySubscriptionStore } from './subscriptions/in-memory.subscription-store.js';
import { SubscriptionStore } from './subscriptions/subscription-store.js';
import { InMemoryPaymentLock } from './sync/in-memory.payment-lock.js';
import { InMemoryPaymentSyncStore } from './sync/in-memory.payment-sync-store.js';
import { PaymentLock } from './sync/payment-lock.js';
import { PaymentSyncStore } from './sync/payment-sync-store.js';
import { InMemoryWebhookInbox } from './webhook/inbox/in-memory.inbox.js';
import { WebhookInbox } from './webhook/inbox/webhook-inbox.js';

/** A class of a store, or how Nest gets one. */
export type StoreProvider<S> =
  | Type<S>
  | { useExisting: InjectionToken }
  | { useClass: Type<S> }
  | {
      // Whatever `inject` names is passed on; its types are between the application and Nest.
      useFactory: (...args: never[]) => S | Promise<S>;
      inject?: (InjectionToken | OptionalFactoryDependency)[];
    };

/** What an account's flows remember in, by the name of the module's extra that replaces each. */
export interface AccountStores {
  readonly webhookInbox: WebhookInbox;
  readonly paymentLock: PaymentLock;
  readonly paymentSyncStore: PaymentSyncStore;
  readonly refundJournal: RefundJournal;
  readonly subscriptionStore: SubscriptionStore;
}

/** What services are given beside client and settings: whose they are, and what their flows remember in. */
export interface AccountFlows extends AccountStores {
  /** The account's name, `''` for the unnamed one: part of every key. */
  readonly account: string;
}

/** How the module takes each store: a class or a provider; in memory without one. */
export type StoreExtras = { [K in keyof AccountStores]?: StoreProvider<AccountStores[K]> | undefined };

/** What an account was found to do at start. */
export interface AccountUses {
  /** It has webhook handlers. */
  readonly webhooks: boolean;
  /** It has an `@OnPaymentSync` method. */
  readonly sync: boolean;
  /** It has `@OnSubscription` methods. */
  readonly subscriptions: boolean;
}

interface StoreKind<S> {
  /** The token, for the unnamed account. */
  readonly type: abstract new (...args: never[]) => S;
  readonly inMemory: Type<S>;
  /** A method that every such store has: what lacks it is none. */
  readonly method: keyof S & string;
  /** Whether the store is used, where the start can tell. */
  readonly usedBy: (uses: AccountUses) => boolean;
  /** What a restart, or a second process, means for one that is in memory. Begins the sentence with its name. */
  readonly warning: string;
}

/** One row a store; everything else (token, default, extra, check, warning, export) is made of it. */
export const STORES: { readonly [K in keyof AccountStores]: StoreKind<AccountStores[K]> } = {
  webhookInbox: {
    type: WebhookInbox,
    inMemory: InMemoryWebhookInbox,
    method: 'claim',
    usedBy: ({ webhooks }) => webhooks,
    warning:
      'the webhook inbox is in memory. After a restart, and on another process, a delivery that comes again is handled again.',
  },
  paymentLock: {
    type: PaymentLock,
    inMemory: InMemoryPaymentLock,
    method: 'acquire',
    usedBy: ({ sync }) => sync,
    warning: 'the payment lock is in memory. Two processes can work on one payment at the same time.',
  },
  paymentSyncStore: {
    type: PaymentSyncStore,
    inMemory: InMemoryPaymentSyncStore,
    method: 'claimOrder',
    usedBy: ({ sync }) => sync,
    warning:
      'the payment sync store is in memory. After a restart, and on another process, a payment is applied again, and a second payment of one order is taken for the first.',
  },
  refundJournal: {
    type: RefundJournal,
    inMemory: InMemoryRefundJournal,
    method: 'begin',
    // The start cannot tell; the first refund warns.
    usedBy: () => false,
    warning:
      'the refund journal is in memory. After a restart, and on another process, a refund that is asked for again is done again.',
  },
  subscriptionStore: {
    type: SubscriptionStore,
    inMemory: InMemorySubscriptionStore,
    method: 'findDue',
    usedBy: ({ subscriptions }) => subscriptions,
    warning:
      'the subscription store is in memory. After a restart every subscription is forgotten: it is charged once more at the most, by the schedule that PortOne has.',
  },
};

export const STORE_NAMES = Object.keys(STORES) as (keyof AccountStores)[];

/** The provider of an account's store, under its token. */
export function storeProvider(name: keyof AccountStores, provide: InjectionToken, extras: StoreExtras): Provider {
  const given = extras[name];
  if (given === undefined) {
    const { inMemory } = STORES[name];
    return { provide, useFactory: () => new inMemory() };
  }
  if (typeof given === 'function') return { provide, useClass: given };
  if (isProvider(given)) return { provide, ...given } as Provider;
  const wrong: unknown = given;
  const got = typeof wrong === 'object' && wrong !== null ? `an instance of ${wrong.constructor.name}` : shown(wrong);
  throw new TypeError(
    `PortOneModule: ${name} must be a class, or a provider such as { useFactory: () => store }, got ${got}.`,
  );
}

/** How Nest is told to make something. */
const PROVIDED_BY = ['useFactory', 'useClass', 'useExisting', 'useValue'];

/** An instance, spread into a provider, would be an error of Nest's own that names neither the store nor what to give. */
function isProvider(given: unknown): boolean {
  return typeof given === 'object' && given !== null && PROVIDED_BY.some((key) => key in given);
}

/** Whether this is a store of that kind. By shape: a store may come from the package's other module system. */
export function isStore(name: keyof AccountStores, value: unknown): boolean {
  const { method } = STORES[name];
  return typeof (value as Record<string, unknown> | undefined | null)?.[method] === 'function';
}

/** What to warn of in production: the stores in use that are in memory. */
export function inMemoryWarnings(stores: AccountStores, uses: AccountUses): string[] {
  return STORE_NAMES.filter((name) => STORES[name].usedBy(uses) && stores[name] instanceof STORES[name].inMemory).map(
    (name) => `${STORES[name].warning} Give ${name} a durable one.`,
  );
}
