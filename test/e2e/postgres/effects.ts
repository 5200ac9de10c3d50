import { Injectable } from '@nestjs/common';
import { PortOneWebhook, type TransactionalWebhookDelivery, type WebhookEvent } from 'nestjs-portone';
import type { PostgresDatabase } from 'nestjs-portone/postgres';

type Work = (delivery: TransactionalWebhookDelivery, note: () => Promise<void>) => Promise<void> | void;

/** A handler whose effect is a row of the application's, written in the transaction of its delivery. */
@Injectable()
export class Ledger {
  calls = 0;
  /** What the handler does; `note` writes the effect. */
  work: Work = (_delivery, note) => note();

  constructor(readonly database: PostgresDatabase) {}

  /** A table of the application's, in the same schema. */
  async open(): Promise<void> {
    await this.database.query(`CREATE TABLE ${this.table} (payment text NOT NULL)`);
  }

  get table(): string {
    return `"${this.database.schema}".effects`;
  }

  @PortOneWebhook('Transaction.Paid', { transactional: true })
  async onPaid({ data }: WebhookEvent<'Transaction.Paid'>, delivery: TransactionalWebhookDelivery): Promise<void> {
    this.calls += 1;
    await this.work(delivery, async () => {
      await delivery.transaction.query(`INSERT INTO ${this.table} VALUES ($1)`, [data.paymentId]);
    });
  }

  /** How often the effect of a payment is there. */
  async effects(paymentId: string): Promise<number> {
    return this.count(`${this.table} WHERE payment = $1`, paymentId);
  }

  /** How many handlers are noted as through with a delivery. */
  async completions(deliveryId: string): Promise<number> {
    return this.count(`${this.database.table('webhook_completions')} WHERE delivery = $1`, deliveryId);
  }

  private async count(from: string, value: string): Promise<number> {
    const { rows } = await this.database.query<{ count: number }>(`SELECT count(*)::int FROM ${from}`, [value]);
    return rows[0]!.count;
  }
}
