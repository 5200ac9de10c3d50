import { SubscriptionError } from '../errors/subscription.error.js';
import type { Present } from './subscription-attempts.js';
import type { SubscriptionChange } from './subscription-changes.js';
import { withStatus, type SubscriptionRecord } from './subscription-record.js';

/** What the application asks for. */
type Wish = Extract<SubscriptionChange, { type: 'pause' | 'resume' | 'cancel' | 'change-billing-key' }>;

/**
 * The record after a wish; the same object where it is so already.
 *
 * @throws SubscriptionError for one that does not fit the status
 */
export function wished(record: SubscriptionRecord, wish: Wish, present: Present): SubscriptionRecord {
  const { status } = record;
  switch (wish.type) {
    case 'pause':
      if (status === 'PAUSED') return record;
      if (status !== 'ACTIVE') throw wrongStatus(record, 'paused');
      return withStatus(record, 'PAUSED', present.now);
    case 'resume':
      if (status === 'ACTIVE') return record;
      if (status === 'CANCELLED') throw wrongStatus(record, 'resumed');
      return { ...withStatus(record, 'ACTIVE', present.now), cycle: cycleAfterPause(record, present) };
    case 'cancel': {
      const cancelled = status === 'CANCELLED' ? record : withStatus(record, 'CANCELLED', present.now);
      return wish.deleteBillingKey ? withKeyToDelete(cancelled, record.billingKey) : cancelled;
    }
    case 'change-billing-key': {
      if (status === 'CANCELLED') throw wrongStatus(record, 'given another billing key');
      if (wish.billingKey === record.billingKey) return record;
      const keysToDelete = record.keysToDelete.filter((key) => key !== wish.billingKey);
      const changed = { ...record, billingKey: wish.billingKey, keysToDelete };
      return wish.deleteOld ? withKeyToDelete(changed, record.billingKey) : changed;
    }
  }
}

/**
 * What is charged first after a pause, or a lapse: the cycle that was due before it and is still under way, else the
 * first to come. What fell due meanwhile is not charged.
 */
function cycleAfterPause({ plan, cycle, statusSince }: SubscriptionRecord, { now, calendar }: Present): number {
  const due = calendar.dueAt(plan, cycle);
  const underWay = due <= statusSince && calendar.dueAt(plan, cycle + 1) > now;
  return underWay ? cycle : Math.max(cycle, calendar.firstCycleFrom(plan, now));
}

function withKeyToDelete(record: SubscriptionRecord, billingKey: string): SubscriptionRecord {
  return record.keysToDelete.includes(billingKey)
    ? record
    : { ...record, keysToDelete: [...record.keysToDelete, billingKey] };
}

function wrongStatus({ subscriptionId, status }: SubscriptionRecord, what: string): SubscriptionError {
  return new SubscriptionError(
    'SUBSCRIPTION_STATUS',
    subscriptionId,
    `Subscription ${JSON.stringify(subscriptionId)} is ${status}, so it cannot be ${what}.`,
  );
}
