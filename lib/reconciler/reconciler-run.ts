import { isPortOneApiError } from '../errors/is-portone-api-error.js';
import type { FollowedRefunds } from '../refunds/follow-refunds.js';
import type { PaymentSyncResult, PaymentSyncService } from '../sync/payment-sync.service.js';
import { showsListed, type ListedPayment } from '../sync/announced-state.js';
import { looselyOf, type LoosePayment } from '../sync/payment-state.js';
import { inParallel } from '../in-parallel.js';

/** What became of a payment that was looked at. `not-found`: PortOne has none, as of an order that nobody has paid yet. */
export type ReconcileOutcome = PaymentSyncResult['outcome'] | 'not-found';

/** What a run did. */
export interface ReconcileSummary {
  readonly from: Date;
  readonly until: Date;
  /** How many payments were looked at. */
  readonly payments: number;
  /** How many of them had changed, so that the method or a hook was called. */
  readonly changed: number;
  readonly outcomes: Readonly<Partial<Record<ReconcileOutcome, number>>>;
  /** Those that could not be applied. They are noted as unfinished: every run looks at them until they are through. */
  readonly failed: readonly { readonly paymentId: string; readonly error: unknown }[];
  /** What became of the refunds that were not at their end: an asynchronous one can fail without a webhook. */
  readonly refunds: FollowedRefunds;
}

/** One run: each payment once, whatever the sources that name it, and what became of it. */
export class ReconcilerRun {
  /** What is read of each, as far as a list can tell more; nothing of one that failed. */
  private readonly seen = new Map<string, Promise<LoosePayment | undefined>>();
  private readonly outcomes: Partial<Record<ReconcileOutcome, number>> = {};
  private readonly failed: { paymentId: string; error: unknown }[] = [];
  private changed = 0;
  /** Failures that the store may know nothing of. */
  unnoted = 0;

  constructor(
    private readonly sync: PaymentSyncService,
    private readonly signal: AbortSignal,
    private readonly concurrency: number,
  ) {}

  async over(payments: AsyncIterable<string | ListedPayment> | Iterable<string>): Promise<void> {
    await inParallel(payments, this.concurrency, async (payment) => {
      this.signal.throwIfAborted();
      const listed = typeof payment === 'string' ? { paymentId: payment } : payment;
      if (await this.isSeen(listed)) return;
      const reading = this.one(listed);
      this.seen.set(listed.paymentId, reading);
      await reading;
    });
  }

  summary(): Pick<ReconcileSummary, 'payments' | 'changed' | 'outcomes' | 'failed'> {
    const { seen, changed, outcomes, failed } = this;
    return { payments: seen.size, changed, outcomes, failed };
  }

  /** A payment changes on: another entry may say more than what was read. */
  private async isSeen(listed: ListedPayment): Promise<boolean> {
    const reading = this.seen.get(listed.paymentId);
    if (reading === undefined) return false;
    const read = await reading;
    return read === undefined || showsListed(read, listed);
  }

  private async one(listed: ListedPayment): Promise<LoosePayment | undefined> {
    const { paymentId } = listed;
    const end = await this.sync.reconcile(listed, this.signal);
    if (!('error' in end)) {
      this.count(end.outcome);
      if (end.changed) this.changed += 1;
      const { status, statusChangedAt, amount } = looselyOf(end.payment);
      return { status, statusChangedAt, amount } as LoosePayment;
    }
    if (isPortOneApiError(end.error, 'PAYMENT_NOT_FOUND')) {
      this.count('not-found');
    } else {
      this.signal.throwIfAborted();
      this.failed.push({ paymentId, error: end.error });
      if (!end.noted) this.unnoted += 1;
    }
    return undefined;
  }

  private count(outcome: ReconcileOutcome): void {
    this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
  }
}
