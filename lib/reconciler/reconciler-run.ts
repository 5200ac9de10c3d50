import { isPortOneApiError } from '../errors/is-portone-api-error.js';
import type { PaymentSyncResult, PaymentSyncService } from '../sync/payment-sync.service.js';
import { inParallel } from './in-parallel.js';

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
}

/** One run: each payment once, whatever the sources that name it, and what became of it. */
export class ReconcilerRun {
  private readonly seen = new Set<string>();
  private readonly outcomes: Partial<Record<ReconcileOutcome, number>> = {};
  private readonly failed: { paymentId: string; error: unknown }[] = [];
  private changed = 0;
  /** Failures that the store may know nothing of. */
  unnoted = 0;

  constructor(
    private readonly sync: PaymentSyncService,
    private readonly signal: AbortSignal,
    private readonly concurrency: number,
  ) {
    if (!Number.isInteger(concurrency) || concurrency < 1) {
      throw new TypeError(`PaymentReconciler: concurrency must be a whole number, 1 or more, got ${concurrency}.`);
    }
  }

  async over(paymentIds: AsyncIterable<string> | Iterable<string>): Promise<void> {
    await inParallel(paymentIds, this.concurrency, async (paymentId) => {
      this.signal.throwIfAborted();
      if (this.seen.has(paymentId)) return;
      this.seen.add(paymentId);
      await this.one(paymentId);
    });
  }

  summary(): Pick<ReconcileSummary, 'payments' | 'changed' | 'outcomes' | 'failed'> {
    const { seen, changed, outcomes, failed } = this;
    return { payments: seen.size, changed, outcomes, failed };
  }

  private async one(paymentId: string): Promise<void> {
    const end = await this.sync.reconcile(paymentId, this.signal);
    if (!('error' in end)) {
      this.count(end.outcome);
      if (end.changed) this.changed += 1;
    } else if (isPortOneApiError(end.error, 'PAYMENT_NOT_FOUND')) {
      this.count('not-found');
    } else {
      this.signal.throwIfAborted();
      this.failed.push({ paymentId, error: end.error });
      if (!end.noted) this.unnoted += 1;
    }
  }

  private count(outcome: ReconcileOutcome): void {
    this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
  }
}
