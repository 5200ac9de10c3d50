import { Inject, Injectable, Optional } from '@nestjs/common';

import { shown } from '../errors/shown.js';
import { PaymentSyncStore, type AppliedPayment, type PaymentSyncOpening } from './payment-sync-store.js';

/** How much an `InMemoryPaymentSyncStore` remembers. */
export interface InMemoryPaymentSyncStoreOptions {
  /**
   * Payments remembered at once, and orders. Finished payments make room, the oldest first; unfinished ones never.
   * @default 100000
   */
  maxEntries?: number;
}

interface Entry {
  fence: number;
  applied: AppliedPayment | null;
}

/** The injection token of the options, for an application that wants its own and lets Nest make the store. */
export const IN_MEMORY_PAYMENT_SYNC_STORE_OPTIONS = 'nestjs-portone.InMemoryPaymentSyncStoreOptions';

/**
 * Remembers in this process alone, up to a bound. What it promises ends with the process: after a restart, and on another
 * process, a state that was applied is applied again, and a second payment of an order is taken for the first.
 */
@Injectable()
export class InMemoryPaymentSyncStore extends PaymentSyncStore {
  private readonly unfinishedEntries = new Map<string, Entry>();
  private readonly finishedEntries = new Map<string, Entry>();
  private readonly owners = new Map<string, string>();
  private readonly watermarks = new Map<string, Date>();
  private readonly maxEntries: number;

  constructor(
    @Optional()
    @Inject(IN_MEMORY_PAYMENT_SYNC_STORE_OPTIONS)
    { maxEntries = 100_000 }: InMemoryPaymentSyncStoreOptions = {},
  ) {
    super();
    if (!Number.isInteger(maxEntries) || maxEntries < 1) {
      throw new TypeError(
        `InMemoryPaymentSyncStore: maxEntries must be a whole number, 1 or more, got ${shown(maxEntries)}.`,
      );
    }
    this.maxEntries = maxEntries;
  }

  open(account: string, paymentId: string, fence: number): Promise<PaymentSyncOpening> {
    const key = keyOf(account, paymentId);
    const entry = this.find(key) ?? { fence, applied: null };
    if (entry.fence > fence) return Promise.resolve({ state: 'fenced' });
    entry.fence = fence;
    this.finishedEntries.delete(key);
    this.unfinishedEntries.set(key, entry);
    return Promise.resolve({ state: 'open', applied: entry.applied });
  }

  write(
    account: string,
    paymentId: string,
    fence: number,
    applied: AppliedPayment,
    unfinished: boolean,
  ): Promise<boolean> {
    const key = keyOf(account, paymentId);
    if ((this.find(key)?.fence ?? fence) > fence) return Promise.resolve(false);
    this.unfinishedEntries.delete(key);
    this.finishedEntries.delete(key);
    (unfinished ? this.unfinishedEntries : this.finishedEntries).set(key, { fence, applied });
    this.dropOldest(this.finishedEntries);
    return Promise.resolve(true);
  }

  claimOrder(account: string, orderId: string, paymentId: string): Promise<string> {
    const key = keyOf(account, orderId);
    const owner = this.owners.get(key) ?? paymentId;
    this.owners.set(key, owner);
    this.dropOldest(this.owners);
    return Promise.resolve(owner);
  }

  ownerOf(account: string, orderId: string): Promise<string | null> {
    return Promise.resolve(this.owners.get(keyOf(account, orderId)) ?? null);
  }

  unfinished(account: string, after: string, limit: number): Promise<readonly string[]> {
    const prefix = keyOf(account, '');
    const ids = [...this.unfinishedEntries.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
      .filter((id) => id > after)
      .sort();
    return Promise.resolve(ids.slice(0, limit));
  }

  watermark(account: string): Promise<Date | null> {
    return Promise.resolve(this.watermarks.get(account) ?? null);
  }

  advanceWatermark(account: string, to: Date): Promise<void> {
    const kept = this.watermarks.get(account);
    if (kept === undefined || kept < to) this.watermarks.set(account, to);
    return Promise.resolve();
  }

  private find(key: string): Entry | undefined {
    return this.unfinishedEntries.get(key) ?? this.finishedEntries.get(key);
  }

  private dropOldest(entries: Map<string, unknown>): void {
    if (entries.size <= this.maxEntries) return;
    const [oldest] = entries.keys();
    entries.delete(oldest!);
  }
}

/** An account's name has no slash. */
function keyOf(account: string, id: string): string {
  return `${account}/${id}`;
}
