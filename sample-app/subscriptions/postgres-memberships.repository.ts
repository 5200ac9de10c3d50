import { Injectable } from '@nestjs/common';
import { PostgresDatabase } from 'nestjs-portone/postgres';

import type { Membership } from './membership.js';
import { MembershipsRepository } from './memberships.repository.js';

@Injectable()
export class PostgresMembershipsRepository extends MembershipsRepository {
  constructor(private readonly database: PostgresDatabase) {
    super();
  }

  async add({ subscriptionId, plan }: Membership): Promise<void> {
    const insert = 'INSERT INTO memberships VALUES ($1, $2) ON CONFLICT DO NOTHING';
    await this.database.query(insert, [subscriptionId, plan]);
  }

  async find(subscriptionId: string): Promise<Membership | undefined> {
    const select = `SELECT subscription_id AS "subscriptionId", plan,
         ARRAY(SELECT payment_id FROM membership_charges WHERE subscription_id = $1 ORDER BY noted) AS "paymentIds"
       FROM memberships WHERE subscription_id = $1`;
    return (await this.database.query<Membership>(select, [subscriptionId])).rows[0];
  }

  async noteCharge(subscriptionId: string, paymentId: string): Promise<void> {
    const insert = `INSERT INTO membership_charges (subscription_id, payment_id)
       SELECT subscription_id, $2 FROM memberships WHERE subscription_id = $1 ON CONFLICT DO NOTHING`;
    await this.database.query(insert, [subscriptionId, paymentId]);
  }
}
