import { Injectable } from '@nestjs/common';

import type { SubscriptionRecord } from './subscription-record.js';
import { SubscriptionStore } from './subscription-store.js';

/**
 * Keeps subscriptions in this process alone, until it ends: for development and tests. What it forgets is charged no
 * more, but for the one schedule that PortOne still has of each.
 */
@Injectable()
export class InMemorySubscriptionStore extends SubscriptionStore {
  private readonly records = new Map<string, SubscriptionRecord>();
  private readonly byPayment = new Map<string, string>();

  create(record: SubscriptionRecord): Promise<boolean> {
    const key = keyOf(record.account, record.subscriptionId);
    if (this.records.has(key)) return Promise.resolve(false);
    this.put(key, record);
    return Promise.resolve(true);
  }

  find(account: string, subscriptionId: string): Promise<SubscriptionRecord | null> {
    return Promise.resolve(this.records.get(keyOf(account, subscriptionId)) ?? null);
  }

  findByPayment(account: string, paymentId: string): Promise<SubscriptionRecord | null> {
    const key = this.byPayment.get(keyOf(account, paymentId));
    return Promise.resolve((key !== undefined && this.records.get(key)) || null);
  }

  replace(record: SubscriptionRecord, expectedVersion: number): Promise<boolean> {
    const key = keyOf(record.account, record.subscriptionId);
    const known = this.records.get(key);
    if (known?.version !== expectedVersion) return Promise.resolve(false);
    for (const { paymentId } of known.attempts) this.byPayment.delete(keyOf(known.account, paymentId));
    this.put(key, record);
    return Promise.resolve(true);
  }

  findDue(account: string, until: string, limit: number): Promise<readonly SubscriptionRecord[]> {
    const due = [...this.records.values()].filter(
      ({ account: its, checkAt }) => its === account && checkAt !== null && checkAt <= until,
    );
    due.sort((one, other) => Date.parse(one.checkAt!) - Date.parse(other.checkAt!));
    return Promise.resolve(due.slice(0, limit));
  }

  private put(key: string, record: SubscriptionRecord): void {
    this.records.set(key, record);
    for (const { paymentId } of record.attempts) this.byPayment.set(keyOf(record.account, paymentId), key);
  }
}

/** An account's name has no slash. */
function keyOf(account: string, id: string): string {
  return `${account}/${id}`;
}
