import { Injectable } from '@nestjs/common';

import type { BillingKey } from './billing-key.js';
import { BillingKeysRepository } from './billing-keys.repository.js';

/** Keeps billing keys until the process ends. */
@Injectable()
export class InMemoryBillingKeysRepository extends BillingKeysRepository {
  private readonly keys = new Map<string, BillingKey>();

  async add(key: BillingKey): Promise<void> {
    if (!this.keys.has(key.billingKey)) this.keys.set(key.billingKey, key);
  }

  async find(billingKey: string): Promise<BillingKey | undefined> {
    return this.keys.get(billingKey);
  }

  async all(): Promise<BillingKey[]> {
    return [...this.keys.values()];
  }

  async remove(billingKey: string): Promise<void> {
    this.keys.delete(billingKey);
  }
}
