import { Injectable } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import {
  BillingKeyService,
  OnPaymentSync,
  OnSubscription,
  PaymentReconciler,
  PaymentService,
  PaymentSyncService,
  refundDuplicateCharge,
  refundMismatch,
  SubscriptionService,
  type ExpectedOrder,
  type SubscriptionCharged,
  type SyncedPayment,
  type TransactionalSyncContext,
} from 'nestjs-portone';
import {
  PostgresPaymentLock,
  PostgresPaymentSyncStore,
  PostgresRefundJournal,
  PostgresSubscriptionStore,
  PostgresWebhookInbox,
  type PostgresDatabase,
} from 'nestjs-portone/postgres';
import type { PortOneSandbox } from 'nestjs-portone/testing';

import { SECRET } from '../../support/deliveries.js';
import { startWebhookApp } from '../../support/webhook-app.js';

/** The shop's own table: what was done for each payment, and how often. Nothing in it is unique. */
export class Book {
  constructor(private readonly database: PostgresDatabase) {}

  private get table(): string {
    return `"${this.database.schema}".shop_book`;
  }

  async open(): Promise<this> {
    await this.database.query(`CREATE TABLE IF NOT EXISTS ${this.table} (line text NOT NULL)`);
    return this;
  }

  async note(line: string, into: Pick<PostgresDatabase, 'query'> | TransactionalSyncContext['transaction']) {
    await into.query(`INSERT INTO ${this.table} VALUES ($1)`, [line]);
  }

  async lines(): Promise<string[]> {
    const { rows } = await this.database.query<{ line: string }>(`SELECT line FROM ${this.table}`);
    return rows.map(({ line }) => line).sort();
  }

  async clear(): Promise<void> {
    await this.database.query(`DELETE FROM ${this.table}`);
  }
}

/** Payment ids are `<order>-<try>`, and every order costs 1000 won. */
@Injectable()
export class Orders {
  /** Called in each transaction, behind the line in the book. */
  during: (payment: SyncedPayment, context: TransactionalSyncContext) => unknown = () => undefined;

  constructor(
    private readonly book: Book,
    private readonly database: PostgresDatabase,
  ) {}

  expected(paymentId: string): ExpectedOrder | null {
    const [orderId = '', attempt] = paymentId.split('-');
    return attempt === undefined ? null : { orderId, totalAmount: 1000, currency: 'KRW' };
  }

  @OnPaymentSync({
    expect: 'expected',
    onMismatch: refundMismatch,
    onDuplicateCharge: refundDuplicateCharge,
    transactional: true,
  })
  async apply(payment: SyncedPayment, context: TransactionalSyncContext): Promise<void> {
    await this.book.note(`${context.order.orderId} ${String(payment.status)}`, context.transaction);
    await this.during(payment, context);
  }

  @OnSubscription('charged')
  async charged({ subscriptionId, cycle }: SubscriptionCharged): Promise<void> {
    await this.book.note(`${subscriptionId} charged for ${cycle}`, this.database);
  }
}

export type ShopProcess = Awaited<ReturnType<typeof startShop>>;

/** A process of a shop that keeps everything in PostgreSQL. */
export async function startShop(sandbox: PortOneSandbox, database: PostgresDatabase) {
  const connection = database;
  const book = await new Book(database).open();
  const { app, url } = await startWebhookApp(() => new ExpressAdapter(), {
    providers: [{ provide: Orders, useFactory: () => new Orders(book, database) }],
    apiSecret: sandbox.apiSecret,
    storeId: sandbox.storeId,
    baseUrl: sandbox.url,
    syncOnWebhook: true,
    now: () => sandbox.clock.now(),
    webhookInbox: { useFactory: () => new PostgresWebhookInbox({ connection }) },
    paymentLock: { useFactory: () => new PostgresPaymentLock({ connection }) },
    paymentSyncStore: { useFactory: () => new PostgresPaymentSyncStore({ connection }) },
    refundJournal: { useFactory: () => new PostgresRefundJournal({ connection }) },
    subscriptionStore: { useFactory: () => new PostgresSubscriptionStore({ connection }) },
  });
  sandbox.webhook = { url: `${url}/webhook/portone`, secret: SECRET };
  return {
    app,
    url,
    book,
    orders: app.get(Orders),
    sync: app.get(PaymentSyncService),
    reconciler: app.get(PaymentReconciler),
    payments: app.get(PaymentService),
    keys: app.get(BillingKeyService),
    subscriptions: app.get(SubscriptionService),
  };
}
