import { setTimeout as wait } from 'node:timers/promises';

import { Injectable, Logger } from '@nestjs/common';

import type { ClientSettings } from '../client/client.settings.js';
import { endOf } from '../discovery/end-of.js';
import { isPortOneApiError } from '../errors/is-portone-api-error.js';
import { PaymentLockError } from '../errors/payment-lock.error.js';
import { StalePaymentReadError } from '../errors/stale-payment-read.error.js';
import type { AccountFlows } from '../portone.stores.js';
import type { PaymentId } from '../payment-id.js';
import type { Sdk } from '../sdk.types.js';
import type { PaymentService } from '../services/payment.service.js';
import { checkExpectations, mismatchesOf } from '../services/payment-verification.js';
import type { ScopedHandlers } from '../webhook/scoped-handlers.js';
import type { ResolveScoped, WebhookHandler } from '../webhook/webhook.routes.js';
import { showsAnnounced, showsListed, type ListedPayment, type PaymentWebhookEvent } from './announced-state.js';
import { applyPayment, type PaymentOfOrder } from './apply-payment.js';
import { PaymentLocks, type HeldLock } from './payment-locks.js';
import { fingerprintOf, holdsMoney, isOlder, isUnfinished, looselyOf } from './payment-state.js';
import type { AppliedPayment, PaymentSyncOutcome } from './payment-sync-store.js';
import type { BoundSyncHandler, PaymentSyncHandler } from './payment-sync.explorer.js';
import type { ExpectedOrder, PaymentSyncCause, PaymentSyncContext } from './payment-sync.types.js';

/** What became of a sync. */
export interface PaymentSyncResult {
  /** The payment as it was read. */
  readonly payment: Sdk.Payment.Payment;
  /** `not-ours`: `expect` knew no order. `stale`: a newer state of it was applied before; nothing was called. */
  readonly outcome: PaymentSyncOutcome | 'not-ours' | 'stale';
  /** `false`: this state was dealt with before, and nothing was called. */
  readonly changed: boolean;
}

/** What a sync may be told beside its cause. */
export interface PaymentSyncOptions {
  /** The event that was told: the sync fails when the payment does not show it yet, nor anything later. */
  event?: PaymentWebhookEvent | undefined;
  /** Ends the waiting and the reading. A method that has begun goes on to its end. */
  signal?: AbortSignal | undefined;
}

/** What became of a sync that may fail. `noted`: the store has the payment as unfinished. */
export type ReconciledPayment = PaymentSyncResult | { readonly error: unknown; readonly noted: boolean };

interface SyncRun extends PaymentSyncOptions {
  readonly paymentId: string;
  /** What the reconciler's lists show of it. */
  readonly listed?: ListedPayment;
  readonly cause: PaymentSyncCause;
  /** Makes request-scoped providers. */
  readonly resolve: ResolveScoped;
  readonly handler: PaymentSyncHandler;
}

/** Milliseconds before each further read of what a list showed. */
const READ_AGAIN_MS = [100, 300, 900];

/** How the inbox and the log call the handler that routes webhooks into the sync. */
export const SYNC_HANDLER_ID = 'PaymentSyncService.sync';

/**
 * The one path by which an application learns what became of a payment: fetched under a lock, compared with what was
 * applied last, and handed to the `@OnPaymentSync` method. The browser's return, webhooks and the reconciler all come
 * this way, in any order and at the same moment.
 */
@Injectable()
export class PaymentSyncService {
  private readonly logger = new Logger('PortOneSync');
  private readonly locks: PaymentLocks;
  /** Holds secrets: not for whoever logs this object. */
  readonly #settings: ClientSettings;
  #handler: PaymentSyncHandler | undefined;

  constructor(
    private readonly payments: PaymentService,
    settings: ClientSettings,
    private readonly flows: AccountFlows,
    private readonly scoped: ScopedHandlers,
    locks?: PaymentLocks,
  ) {
    this.#settings = settings;
    this.locks = locks ?? new PaymentLocks(flows.paymentLock);
  }

  /** @internal The module sets it once all providers exist. */
  useHandler(handler: PaymentSyncHandler | undefined): void {
    this.#handler = handler;
  }

  /**
   * Fetches the payment and applies it, unless this state was applied before.
   *
   * @param paymentId - as the browser came back with it
   * @param cause - what the method is told of the occasion
   * @throws whatever the method or a hook threw; the next sync calls it again
   * @throws PaymentVerificationError when it is not what its order expects, and there is no `onMismatch`
   * @throws DuplicateChargeError when its order was paid before or has lapsed, and there is no `onDuplicateCharge`
   * @throws StalePaymentReadError when it does not show the event yet
   * @throws PaymentLockError when others kept the lock for too long, or it was lost
   * @throws the SDK's `GetPaymentError` when there is no such payment
   */
  async sync(
    paymentId: PaymentId,
    cause: PaymentSyncCause = 'browser',
    options: PaymentSyncOptions = {},
  ): Promise<PaymentSyncResult> {
    return this.run({ ...options, paymentId, cause, resolve: this.scoped.resolver({}), handler: this.handler() });
  }

  /** @internal Every event of a payment, as a handler like any other. */
  webhookHandler(): WebhookHandler {
    return {
      id: SYNC_HANDLER_ID,
      patterns: ['Transaction.*'],
      invoke: async (routed, { signal }, resolve) => {
        const event = routed as PaymentWebhookEvent;
        const { paymentId, storeId } = event.data;
        const { storeId: ours = storeId } = this.#settings;
        if (storeId !== ours) {
          return this.logger.debug(
            `${event.type} of payment ${paymentId} is another store's (${storeId}): left alone.`,
          );
        }
        await this.run({ paymentId, cause: 'webhook', event, signal, resolve, handler: this.handler() });
      },
    };
  }

  private handler(): PaymentSyncHandler {
    if (this.#handler !== undefined) return this.#handler;
    throw new Error(
      `PaymentSyncService: ${this.flows.account === '' ? 'the unnamed account' : `account "${this.flows.account}"`} has no @OnPaymentSync method to apply payments. Add one to a provider.`,
    );
  }

  /** @internal A sync that the reconciler wants: one that fails is noted, so that the next run finds it in the store. */
  async reconcile(listed: ListedPayment, signal: AbortSignal): Promise<ReconciledPayment> {
    const { paymentId } = listed;
    let noted = false;
    const run: SyncRun = {
      paymentId,
      listed,
      cause: 'reconcile',
      signal,
      resolve: this.scoped.resolver({}),
      handler: this.handler(),
    };
    try {
      return await this.locked(run, async (held) => {
        try {
          return await this.readAndApply(run, held);
        } catch (error) {
          if (!isPortOneApiError(error, 'PAYMENT_NOT_FOUND')) {
            await this.open(paymentId, held);
            noted = true;
          }
          throw error;
        }
      });
    } catch (error) {
      return { error, noted };
    }
  }

  private run(run: SyncRun): Promise<PaymentSyncResult> {
    return this.locked(run, (held) => this.readAndApply(run, held));
  }

  private locked<T>({ paymentId, signal }: SyncRun, work: (held: HeldLock) => Promise<T>): Promise<T> {
    if (typeof paymentId !== 'string' || paymentId === '') {
      throw new TypeError('sync: paymentId must be a text that is not empty.');
    }
    return this.locks.run(`${this.flows.account}/${paymentId}`, work, { signal });
  }

  private async readAndApply(run: SyncRun, held: HeldLock): Promise<PaymentSyncResult> {
    const { paymentId, event } = run;
    const signal = run.signal === undefined ? held.signal : AbortSignal.any([run.signal, held.signal]);
    const payment = await this.read(run, signal);
    if (event !== undefined) {
      const { storeId } = looselyOf(payment);
      if (storeId !== undefined && storeId !== event.data.storeId)
        return { payment, outcome: 'not-ours', changed: false };
      if (!showsAnnounced(payment, event))
        throw new StalePaymentReadError(paymentId, event.type, String(payment.status));
    }
    const handler = await run.handler.bind(run.resolve);
    const order = handler.expect && (await handler.expect(paymentId, payment));
    if (order === null) return { payment, outcome: 'not-ours', changed: false };
    if (order !== undefined) checkOrder(paymentId, order);
    const mismatches = order === undefined ? [] : mismatchesOf(payment, paymentId, order, this.#settings, 'any');
    const applied = await this.open(paymentId, held);
    if (applied !== null && isOlder(payment, applied)) return { payment, outcome: 'stale', changed: false };
    const fingerprint = fingerprintOf(payment, mismatches);
    const changed = applied?.fingerprint !== fingerprint;
    const outcome = changed
      ? await this.apply(run, { payment, paymentId, mismatches }, order, handler, held)
      : applied.outcome;
    held.signal.throwIfAborted();
    await this.write(payment, paymentId, held, { fingerprint, outcome });
    return { payment, outcome, changed };
  }

  /** A read that is behind what a list showed is made again, for a moment. */
  private async read({ paymentId, listed }: SyncRun, signal: AbortSignal): Promise<Sdk.Payment.Payment> {
    for (const waits = [...READ_AGAIN_MS]; ;) {
      const payment = await this.payments.getPayment({ paymentId }, { signal });
      if (listed === undefined || showsListed(looselyOf(payment), listed)) return payment;
      const ms = waits.shift();
      if (ms === undefined) {
        const announced = listed.status ?? `change of ${listed.statusChangedAt}`;
        throw new StalePaymentReadError(paymentId, announced, String(payment.status));
      }
      await wait(ms, undefined, { signal });
    }
  }

  private async apply(
    { cause }: SyncRun,
    state: Omit<PaymentOfOrder, 'order'>,
    order: ExpectedOrder | undefined,
    handler: BoundSyncHandler,
    { signal }: HeldLock,
  ): Promise<PaymentSyncOutcome> {
    const { account, paymentSyncStore } = this.flows;
    const context: PaymentSyncContext = { cause, signal, ...(account !== '' && { account }) };
    if (order === undefined) {
      await endOf(handler.apply(state.payment, context));
      return 'applied';
    }
    const outcome = await applyPayment(
      { ...state, order },
      handler,
      { ...context, order, payments: this.payments },
      { account, store: paymentSyncStore },
    );
    if (outcome === 'mismatch' || outcome === 'duplicate-charge') {
      const { paymentId, payment } = state;
      this.logger.error(
        `Payment ${paymentId} (${String(payment.status)}) is no success of order ${order.orderId}: ${outcome}.`,
      );
    }
    return outcome;
  }

  private async open(paymentId: string, { fence }: HeldLock): Promise<AppliedPayment | null> {
    const { account, paymentSyncStore } = this.flows;
    const opening = await paymentSyncStore.open(account, paymentId, fence);
    if (opening.state === 'fenced') throw new PaymentLockError('LOST', `${account}/${paymentId}`);
    return opening.applied;
  }

  private async write(
    payment: Sdk.Payment.Payment,
    paymentId: string,
    { fence }: HeldLock,
    state: Pick<AppliedPayment, 'fingerprint' | 'outcome'>,
  ): Promise<void> {
    const { account, paymentSyncStore } = this.flows;
    const applied = { ...state, updatedAt: looselyOf(payment).updatedAt ?? '' };
    // What a hook began to refund may fail without a word.
    const isUnwanted = state.outcome === 'mismatch' || state.outcome === 'duplicate-charge';
    const unfinished = isUnfinished(payment, this.#settings.now()) || (isUnwanted && holdsMoney(payment));
    if (await paymentSyncStore.write(account, paymentId, fence, applied, unfinished)) return;
    throw new PaymentLockError('LOST', `${account}/${paymentId}`);
  }
}

/** @throws TypeError for an answer of `expect` that nothing can be compared with */
function checkOrder(paymentId: string, order: ExpectedOrder): void {
  checkExpectations(paymentId, order, 'expect');
  if (typeof order.orderId === 'string' && order.orderId !== '') return;
  throw new TypeError(
    'expect: orderId must be a text that is not empty. Answer null for a payment of no order of yours.',
  );
}
