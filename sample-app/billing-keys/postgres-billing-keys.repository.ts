import { Injectable } from '@nestjs/common';
import { PostgresDatabase } from 'nestjs-portone/postgres';

import type { BillingKey } from './billing-key.js';
import { BillingKeysRepository } from './billing-keys.repository.js';

const COLUMNS = 'billing_key AS "billingKey", card, issued_at AS "issuedAt"';

@Injectable()
export class PostgresBillingKeysRepository extends BillingKeysRepository {
  constructor(private readonly database: PostgresDatabase) {
    super();
  }

  async add({ billingKey, card, issuedAt }: BillingKey): Promise<void> {
    const insert = 'INSERT INTO billing_keys (billing_key, card, issued_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING';
    await this.database.query(insert, [billingKey, card, issuedAt]);
  }

  async find(billingKey: string): Promise<BillingKey | undefined> {
    const select = `SELECT ${COLUMNS} FROM billing_keys WHERE billing_key = $1`;
    return (await this.database.query<BillingKey>(select, [billingKey])).rows[0];
  }

  async all(): Promise<BillingKey[]> {
    return (await this.database.query<BillingKey>(`SELECT ${COLUMNS} FROM billing_keys ORDER BY added`)).rows;
  }

  async remove(billingKey: string): Promise<void> {
    await this.database.query('DELETE FROM billing_keys WHERE billing_key = $1', [billingKey]);
  }
}
