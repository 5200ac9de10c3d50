import { Injectable } from '@nestjs/common';

import { RefundJournal, type RefundRecord } from './refund-journal.js';

/**
 * Remembers every refund of this process, until it ends. After a restart, and on another process, nothing is known of an
 * earlier refund: what is asked for again under its id is done again.
 */
@Injectable()
export class InMemoryRefundJournal extends RefundJournal {
  private readonly records = new Map<string, RefundRecord>();
  private readonly payments = new Map<string, Set<string>>();
  /** The keys of records that are `OPEN` or `REQUESTED`. */
  private readonly openKeys = new Set<string>();

  find(account: string, refundId: string): Promise<RefundRecord | null> {
    return Promise.resolve(this.records.get(keyOf(account, refundId)) ?? null);
  }

  begin(record: RefundRecord, replaces?: string): Promise<RefundRecord> {
    const { account, refundId, paymentId } = record;
    const known = this.records.get(keyOf(account, refundId));
    if (known !== undefined && !(known.state === 'REFUSED' && known.idempotencyKey === replaces)) {
      return Promise.resolve(known);
    }
    const other = this.recordsOf(account, paymentId).find(isOpen);
    if (other !== undefined) return Promise.resolve(other);
    this.write(record);
    return Promise.resolve(record);
  }

  update(record: RefundRecord): Promise<boolean> {
    const known = this.records.get(keyOf(record.account, record.refundId));
    const replaceable = known?.idempotencyKey === record.idempotencyKey && !isFinal(known);
    if (replaceable) this.write(record);
    return Promise.resolve(replaceable);
  }

  open(account: string, after: string, limit: number): Promise<readonly RefundRecord[]> {
    const records = [...this.openKeys]
      .map((key) => this.records.get(key)!)
      .filter((record) => record.account === account && record.refundId > after)
      .sort((a, b) => (a.refundId < b.refundId ? -1 : 1));
    return Promise.resolve(records.slice(0, limit));
  }

  ofPayment(account: string, paymentId: string): Promise<readonly RefundRecord[]> {
    return Promise.resolve(this.recordsOf(account, paymentId));
  }

  private recordsOf(account: string, paymentId: string): RefundRecord[] {
    return [...(this.payments.get(keyOf(account, paymentId)) ?? [])].map((key) => this.records.get(key)!);
  }

  private write(record: RefundRecord): void {
    const key = keyOf(record.account, record.refundId);
    const payment = keyOf(record.account, record.paymentId);
    this.records.set(key, record);
    const keys = this.payments.get(payment);
    if (keys === undefined) this.payments.set(payment, new Set([key]));
    else keys.add(key);
    if (isOpen(record)) this.openKeys.add(key);
    else this.openKeys.delete(key);
  }
}

function isOpen({ state }: RefundRecord): boolean {
  return state === 'OPEN' || state === 'REQUESTED';
}

function isFinal({ state }: RefundRecord): boolean {
  return state === 'SUCCEEDED' || state === 'FAILED';
}

/** An account's name has no slash. */
function keyOf(account: string, id: string): string {
  return `${account}/${id}`;
}
