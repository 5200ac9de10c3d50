import type { Sdk } from '../sdk.types.js';
import type { PaymentService } from '../services/payment.service.js';
import type { ListedPayment } from '../sync/announced-state.js';
import type { PaymentSyncStore } from '../sync/payment-sync-store.js';

type Payments = Pick<PaymentService, 'getPayments' | 'iteratePaymentEvents'>;

/** A time of one store. */
export interface StoreSpan {
  readonly storeId: string;
  readonly from: Date;
  readonly until: Date;
}

/** What a list's filter may say beside. */
export type ChangedFilter = Pick<Sdk.Payment.PaymentFilterInput, 'webhookStatus'>;

const PAGE_SIZE = 100;

/** Payments that were paid or cancelled, by the time of that. */
export async function* paymentsWithEvents(
  payments: Payments,
  { storeId, from, until }: StoreSpan,
): AsyncGenerator<ListedPayment> {
  const range = { storeId, from: from.toISOString(), until: until.toISOString() };
  for await (const { paymentEvent } of payments.iteratePaymentEvents(range)) {
    if (!('paymentId' in paymentEvent) || paymentEvent.version === 'V1') continue;
    const { paymentId, type, totalAmount } = paymentEvent;
    yield { paymentId, status: type, cancelled: totalAmount.cancelled };
  }
}

/**
 * Payments whose status changed, by the time of that, each with its list entry. By keys and not by page numbers: a payment
 * that changes meanwhile leaves its place, and with numbers the next one would slip through the edge of a page. Nor is
 * there an end to it at 60,000.
 */
export async function* changedPayments(
  payments: Payments,
  { storeId, from, until }: StoreSpan,
  more: ChangedFilter = {},
): AsyncGenerator<Sdk.Payment.PaidPayment> {
  let [since, number] = [from.toISOString(), 0];
  for (;;) {
    const { items } = await payments.getPayments({
      page: { number, size: PAGE_SIZE },
      filter: {
        ...more,
        storeId,
        version: 'V2',
        timestampType: 'STATUS_CHANGED_AT',
        sortBy: 'STATUS_CHANGED_AT',
        sortOrder: 'ASC',
        from: since,
        until: until.toISOString(),
      },
    });
    // Each has an id and times, whatever its status; one that is newer than the SDK too.
    const changed = items as Sdk.Payment.PaidPayment[];
    yield* changed;
    const last = changed.at(-1)?.statusChangedAt;
    if (changed.length < PAGE_SIZE || last === undefined) return;
    // Whether `from` belongs to the time is not documented: just before it, what changed at that instant does.
    const next = new Date(Date.parse(last) - 1).toISOString();
    [since, number] = next > since ? [next, 0] : [since, number + 1];
  }
}

/** What the application knows to be unfinished, page by page; what is finished meanwhile is not missed. */
export async function* unfinishedPayments(store: PaymentSyncStore, account: string): AsyncGenerator<string> {
  let after = '';
  for (;;) {
    const ids = await store.unfinished(account, after, PAGE_SIZE);
    yield* ids;
    if (ids.length < PAGE_SIZE) return;
    after = ids.at(-1)!;
  }
}
