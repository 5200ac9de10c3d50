import { InMemoryPaymentSyncStore, InMemoryRefundJournal, type RefundRecord } from '../../../lib/index.js';

/**
 * What is broken on purpose, to see that the soak notices:
 *
 * - `journal`: refunds are not remembered
 * - `refund-id`: the shop cancels by itself
 * - `owner`: nobody remembers which payment an order was paid by
 * - `duplicates`: duplicate charges are left alone
 * - `expectations`: the shop expects whatever was paid
 * - `mismatches`: payments that are not what the order expects are left alone
 * - `lock`: everybody gets every lock, and stores know no fence
 * - `notices`: neither webhooks nor the reconciler are there
 * - `update`: the shop fulfils whatever the order's row says
 */
export const BREAKAGES = [
  'journal',
  'refund-id',
  'owner',
  'duplicates',
  'expectations',
  'mismatches',
  'lock',
  'notices',
  'update',
] as const;
export type Breakage = (typeof BREAKAGES)[number];

export class ForgetfulJournal extends InMemoryRefundJournal {
  override find(): Promise<null> {
    return Promise.resolve(null);
  }

  override begin(record: RefundRecord): Promise<RefundRecord> {
    return Promise.resolve(record);
  }

  override update(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

export class OwnerlessStore extends InMemoryPaymentSyncStore {
  override claimOrder(_account: string, _orderId: string, paymentId: string): Promise<string> {
    return Promise.resolve(paymentId);
  }

  override ownerOf(): Promise<null> {
    return Promise.resolve(null);
  }
}
