import type { InjectionToken } from '@nestjs/common';

import type { PortOneModuleExtras } from '../portone.extras.js';
import type { PostgresConnection } from './postgres-connection.js';
import { PostgresDatabase } from './postgres-database.js';
import { PostgresPaymentLock } from './postgres.payment-lock.js';
import { PostgresPaymentSyncStore } from './postgres.payment-sync-store.js';
import { PostgresRefundJournal } from './postgres.refund-journal.js';
import { PostgresSubscriptionStore } from './postgres.subscription-store.js';
import { PostgresWebhookInbox, type PostgresWebhookInboxOptions } from './postgres.webhook-inbox.js';

/** The module's extras that are stores. */
export type PostgresStores = Required<
  Pick<PortOneModuleExtras, 'webhookInbox' | 'paymentLock' | 'paymentSyncStore' | 'refundJournal' | 'subscriptionStore'>
>;

/**
 * Every store of an account on one database, for `PortOneModule`.
 *
 * @param token what Nest injects the connection by, from a module that is global: a `pg.Pool`, a PGlite instance, or a
 *   `PostgresDatabase`
 * @param inbox options of the inbox
 *
 * @example
 * PortOneModule.forRootAsync({ ...portOneConfig.asProvider(), ...postgresStores(Pool) })
 */
export function postgresStores(
  token: InjectionToken = PostgresDatabase,
  inbox: Omit<PostgresWebhookInboxOptions, 'connection'> = {},
): PostgresStores {
  const made = <S>(make: (connection: PostgresConnection) => S) => ({ useFactory: make, inject: [token] });
  return {
    webhookInbox: made((connection) => new PostgresWebhookInbox({ ...inbox, connection })),
    paymentLock: made((connection) => new PostgresPaymentLock({ connection })),
    paymentSyncStore: made((connection) => new PostgresPaymentSyncStore({ connection })),
    refundJournal: made((connection) => new PostgresRefundJournal({ connection })),
    subscriptionStore: made((connection) => new PostgresSubscriptionStore({ connection })),
  };
}
