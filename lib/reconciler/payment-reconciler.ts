import { Injectable, Logger } from '@nestjs/common';

import type { ClientSettings } from '../client/client.settings.js';
import { PaymentLockError } from '../errors/payment-lock.error.js';
import { shown } from '../errors/shown.js';
import type { AccountFlows } from '../portone.stores.js';
import type { PaymentService } from '../services/payment.service.js';
import type { Sdk } from '../sdk.types.js';
import type { ListedPayment } from '../sync/announced-state.js';
import { PaymentLocks } from '../sync/payment-locks.js';
import type { PaymentSyncService } from '../sync/payment-sync.service.js';
import { describeThrown } from '../webhook/thrown.js';
import { changedPayments, paymentsWithEvents, unfinishedPayments, type StoreSpan } from './payment-sources.js';
import { ReconcilerRun, type ReconcileSummary } from './reconciler-run.js';
import { redeliver, type RedeliveryMeans, type RedeliverySummary } from './redelivery.js';

/** How a run goes about it. */
export interface ReconcileOptions {
  /**
   * Look back so far at least. Without it the first run looks back a day, every other one to the watermark less an hour.
   */
  since?: Date | undefined;
  /** Payments of the application's own knowledge to look at too: of orders that wait for long. */
  paymentIds?: Iterable<string> | AsyncIterable<string> | undefined;
  /**
   * Payments that are looked at at a time.
   * @default 4
   */
  concurrency?: number | undefined;
  /** Ends the run before the next payment. What was done stays done, and the next run goes on from there. */
  signal?: AbortSignal | undefined;
}

/** How `redeliverFailed` goes about it. */
export interface RedeliverOptions {
  /**
   * Payments whose status changed since.
   * @default a day ago: as long as the inbox in memory knows what was handled
   */
  since?: Date | undefined;
  /**
   * Payments that are worked on at a time.
   * @default 4
   */
  concurrency?: number | undefined;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** After so much time the watermark moves, so that a run which ends early need not begin anew. */
const SLICE_MS = 6 * HOUR_MS;

/** Whether the ends of a time belong to it is not documented. */
const SEAM_MS = 1_000;

const CONCURRENCY = 4;

/**
 * Finds what no browser and no webhook told of, and syncs it, and follows refunds to their end. Three sources together miss nothing: what was paid or
 * cancelled, by the time of the event; what changed its status; and what the application itself knows to be unfinished
 * (deposits, cancellations and disputes under way, and what failed).
 *
 * @example
 * // With @nestjs/schedule, every ten minutes; in all processes at once, of which one works.
 * class Bookkeeping { @Cron(CronExpression.EVERY_10_MINUTES, { waitForCompletion: true }) run() { return this.reconciler.run(); } }
 */
@Injectable()
export class PaymentReconciler {
  private readonly logger = new Logger('PortOneReconciler');
  private readonly locks: PaymentLocks;
  /** Holds secrets: not for whoever logs this object. */
  readonly #settings: ClientSettings;

  constructor(
    private readonly payments: PaymentService,
    private readonly sync: PaymentSyncService,
    private readonly webhooks: RedeliveryMeans,
    settings: ClientSettings,
    private readonly flows: AccountFlows,
  ) {
    this.#settings = settings;
    this.locks = new PaymentLocks(flows.paymentLock);
  }

  /**
   * Looks at everything from the watermark, less an hour, until now, and moves the watermark. It may be ended at any
   * point; what it did not come to is for the next run.
   *
   * @returns what it did; `null` when another run of this account is under way, here or in another process
   * @throws TypeError without the option `storeId`: lists would be those of every store of the merchant; for options that
   * are none
   * @throws what PortOne or a store answered to the run itself; a payment that fails is in the summary
   */
  async run(options: ReconcileOptions = {}): Promise<ReconcileSummary | null> {
    const storeId = this.storeId('run');
    checkOptions('run', options);
    const { account } = this.flows;
    let begun = false;
    try {
      return await this.locks.run(
        `${account}/reconciler`,
        (held) => {
          begun = true;
          const signals = [held.signal, ...(options.signal === undefined ? [] : [options.signal])];
          return this.runLocked(storeId, options, AbortSignal.any(signals));
        },
        { waitMs: 0 },
      );
    } catch (error) {
      if (!begun && error instanceof PaymentLockError) return null;
      throw error;
    }
  }

  /**
   * Finds payments whose webhook PortOne could not deliver, and runs the handlers of those events through the inbox, so
   * that what was handled before is not handled again. PortOne lists a payment here by the webhook of its latest status.
   *
   * @throws TypeError without the option `storeId`, and for options that are none
   */
  async redeliverFailed(options: RedeliverOptions = {}): Promise<RedeliverySummary> {
    const storeId = this.storeId('redeliverFailed');
    checkOptions('redeliverFailed', options);
    const until = this.#settings.now();
    const { since: from = new Date(until.getTime() - DAY_MS), concurrency = CONCURRENCY } = options;
    const summary = await redeliver(this.payments, this.webhooks, { storeId, from, until }, concurrency);
    for (const { paymentId, webhookId } of summary.failed) {
      this.logger.error(`The webhook ${webhookId} of payment ${paymentId} failed again.`);
    }
    return summary;
  }

  private async runLocked(storeId: string, options: ReconcileOptions, signal: AbortSignal): Promise<ReconcileSummary> {
    const { account, paymentSyncStore } = this.flows;
    const until = this.#settings.now();
    const watermark = await paymentSyncStore.watermark(account);
    const from = beginning(watermark, options.since, until);
    // A first run that comes to nothing must not have the next one begin later.
    if (watermark === null) await paymentSyncStore.advanceWatermark(account, from);
    const run = new ReconcilerRun(this.sync, signal, options.concurrency ?? CONCURRENCY);
    // First, so that the payments are then looked at as these leave them.
    const refunds = await this.payments.followRefunds({ signal });
    await run.over(refunds.ended.map(({ paymentId }) => paymentId));
    let isComplete = true;
    for (const span of slices({ storeId, from, until })) {
      await run.over(paymentsWithEvents(this.payments, span));
      await run.over(listed(changedPayments(this.payments, span)));
      // Behind one that is not noted the watermark stays: the next run has to find it in the lists again.
      isComplete &&= run.unnoted === 0;
      if (isComplete) await paymentSyncStore.advanceWatermark(account, span.until);
    }
    await run.over(unfinishedPayments(paymentSyncStore, account));
    if (options.paymentIds !== undefined) await run.over(options.paymentIds);
    const summary = { from, until, ...run.summary(), refunds };
    this.report(summary);
    return summary;
  }

  private report({ payments, changed, failed }: ReconcileSummary): void {
    for (const { paymentId, error } of failed) {
      this.logger.error(`Payment ${paymentId} could not be applied.`, describeThrown(error));
    }
    if (changed > 0 || failed.length > 0) {
      this.logger.log(`${payments} payment(s) looked at: ${changed} had changed, ${failed.length} failed.`);
    }
  }

  private storeId(method: string): string {
    const { storeId } = this.#settings;
    if (storeId !== undefined) return storeId;
    throw new TypeError(
      `PaymentReconciler.${method} needs the option storeId (PORTONE_STORE_ID): without it PortOne lists the payments of every store.`,
    );
  }
}

/** A date that is none would be kept as the watermark; a number that is none would let everything begin at once. */
function checkOptions(method: string, { since, concurrency = CONCURRENCY, paymentIds }: ReconcileOptions): void {
  if (since !== undefined && !(since instanceof Date && !Number.isNaN(since.getTime()))) {
    throw new TypeError(`PaymentReconciler.${method}: since must be a valid Date, got ${shown(since)}.`);
  }
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new TypeError(
      `PaymentReconciler.${method}: concurrency must be a whole number, 1 or more, got ${shown(concurrency)}.`,
    );
  }
  if (paymentIds !== undefined && !isList(paymentIds)) {
    throw new TypeError(
      `PaymentReconciler.${method}: paymentIds must be a list of payment ids, got ${shown(paymentIds)}.`,
    );
  }
}

/** A text is an iterable too: of its letters. */
function isList(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

/** Never later than now: a watermark, which only rises, would keep every later run from what lies before it. */
function beginning(watermark: Date | null, since: Date | undefined, until: Date): Date {
  if (watermark === null) return new Date(Math.min(since?.getTime() ?? until.getTime() - DAY_MS, until.getTime()));
  const latest = Math.min(watermark.getTime(), until.getTime()) - HOUR_MS;
  return new Date(Math.min(since?.getTime() ?? latest, latest));
}

/** Times one after another, each a little over the end of the one before. */
function* slices({ storeId, from, until }: StoreSpan): Generator<StoreSpan> {
  for (let start = from.getTime(); ; start += SLICE_MS) {
    const end = Math.min(start + SLICE_MS, until.getTime());
    yield { storeId, from: new Date(start - SEAM_MS), until: new Date(end) };
    if (end === until.getTime()) return;
  }
}

async function* listed(payments: AsyncIterable<Sdk.Payment.PaidPayment>): AsyncGenerator<ListedPayment> {
  for await (const { id: paymentId, statusChangedAt } of payments) yield { paymentId, statusChangedAt };
}
