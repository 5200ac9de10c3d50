import { setTimeout as wait } from 'node:timers/promises';

import type { Logger } from '@nestjs/common';

import type { ClientSettings } from '../client/client.settings.js';
import { endOf } from '../discovery/end-of.js';
import { PaymentLockError } from '../errors/payment-lock.error.js';
import { StalePaymentReadError } from '../errors/stale-payment-read.error.js';
import type { AccountFlows } from '../portone.stores.js';
import type { PortOneTransaction } from '../portone.transaction.js';
import type { Sdk } from '../sdk.types.js';
import { inStore } from '../services/in-store.js';
import type { PaymentService } from '../services/payment.service.js';
import { checkExpectations, mismatchesOf } from '../services/payment-verification.js';
import type { ResolveScoped } from '../webhook/webhook.routes.js';
import { showsAnnounced, showsListed, type ListedPayment, type PaymentWebhookEvent } from './announced-state.js';
import { applyPayment, type PaymentOfOrder } from './apply-payment.js';
import type { HeldLock } from './payment-locks.js';
import { fingerprintOf, holdsMoney, isOlder, isUnfinished, looselyOf } from './payment-state.js';
import type { AppliedPayment, PaymentSyncOutcome } from './payment-sync-store.js';
import type { BoundSyncHandler, PaymentSyncHandler } from './payment-sync.explorer.js';
import type { PaymentSyncResult } from './payment-sync.service.js';
import type { ExpectedOrder, PaymentSyncCause, PaymentSyncContext } from './payment-sync.types.js';

/** What is to be looked at, and why. */
export interface SyncRequest {
  readonly paymentId: string;
  readonly cause: PaymentSyncCause;
  /** What was told of it. */
  readonly event?: PaymentWebhookEvent | undefined;
  /** What the reconciler knows of it. */
  readonly listed?: ListedPayment;
  readonly signal?: AbortSignal | undefined;
  /** Makes request-scoped providers. */
  readonly resolve: ResolveScoped;
  readonly handler: PaymentSyncHandler;
}

/** What every sync of an account is done with. */
export interface SyncMeans {
  readonly payments: PaymentService;
  readonly flows: Pick<AccountFlows, 'account' | 'paymentSyncStore'>;
  readonly settings: ClientSettings;
  readonly logger: Logger;
}

/** Milliseconds before each further read of what a list showed. */
const READ_AGAIN_MS = [100, 300, 900];

/** One look at a payment, under its lock. */
export class PaymentSyncRun {
  constructor(
    private readonly means: SyncMeans,
    private readonly request: SyncRequest,
    private readonly held: HeldLock,
  ) {}

  /** Fetches the payment and applies it, unless this state was applied before. */
  async readAndApply(): Promise<PaymentSyncResult> {
    const { paymentId, event } = this.request;
    const payment = await this.read();
    if (event !== undefined) {
      const { storeId } = looselyOf(payment);
      if (storeId !== undefined && storeId !== event.data.storeId) return this.notOurs(payment);
      if (!showsAnnounced(payment, event))
        throw new StalePaymentReadError(paymentId, event.type, String(payment.status));
    }
    const handler = await this.bound();
    const order = await this.orderOf(payment, handler);
    if (order === null) return this.notOurs(payment);
    const mismatches = order === undefined ? [] : mismatchesOf(payment, paymentId, order, this.means.settings, 'any');
    const applied = await this.open();
    if (applied !== null && isOlder(payment, applied)) return { payment, outcome: 'stale', changed: false };
    // An order that changes once its payment was applied is no other state of the payment; one that is mended is.
    const fingerprint = (outcome?: PaymentSyncOutcome) =>
      fingerprintOf(payment, outcome === 'mismatch' ? mismatches : []);
    const changed = applied?.fingerprint !== fingerprint(applied?.outcome);
    const outcome = changed ? await this.apply({ payment, paymentId, mismatches }, order, handler) : applied.outcome;
    this.held.signal.throwIfAborted();
    const isCommitted = changed && outcome === 'applied' && this.request.handler.transactional === true;
    if (!isCommitted) await this.write(payment, { fingerprint: fingerprint(outcome), outcome });
    return { payment, outcome, changed };
  }

  /** Marks it unfinished, and answers what was applied last. */
  async open(): Promise<AppliedPayment | null> {
    const { account, paymentSyncStore } = this.means.flows;
    const opening = await paymentSyncStore.open(account, this.request.paymentId, this.held.fence);
    if (opening.state === 'fenced') throw this.lost();
    return opening.applied;
  }

  private async bound(): Promise<BoundSyncHandler> {
    const { handler, resolve } = this.request;
    const bound = await handler.bind(resolve);
    if (handler.transactional !== true) return bound;
    return { ...bound, apply: (payment, context) => this.inTransaction(bound, payment, context) };
  }

  /** The method's writes, and that this state was applied: both or neither. */
  private async inTransaction(
    { apply }: BoundSyncHandler,
    payment: Sdk.Payment.Payment,
    context: PaymentSyncContext,
  ): Promise<void> {
    let work: Promise<void> | undefined;
    try {
      await this.means.flows.paymentSyncStore.inTransaction!((transaction) => {
        work = (async () => {
          await endOf(apply(payment, { ...context, transaction }));
          this.held.signal.throwIfAborted();
          await this.write(payment, { fingerprint: fingerprintOf(payment), outcome: 'applied' }, transaction);
        })();
        return work;
      });
    } catch (error) {
      // A transaction may break while the method goes on, which must not be called again beside itself.
      await work?.catch(() => undefined);
      throw error;
    }
  }

  /** A read that is behind what a list showed is made again, for a moment. */
  private async read(): Promise<Sdk.Payment.Payment> {
    const { paymentId, listed, signal: given } = this.request;
    const signal = given === undefined ? this.held.signal : AbortSignal.any([given, this.held.signal]);
    const { payments, settings } = this.means;
    // Without one it is the secret's own store, whatever store an event names: nothing else tells two payments of one id.
    const which = inStore({ paymentId }, settings.storeId);
    for (const waits = [...READ_AGAIN_MS]; ;) {
      const payment = await payments.getPayment(which, { signal });
      if (listed === undefined || showsListed(looselyOf(payment), listed)) return payment;
      const ms = waits.shift();
      if (ms === undefined) {
        const announced = listed.status ?? `change of ${listed.statusChangedAt}`;
        throw new StalePaymentReadError(paymentId, announced, String(payment.status));
      }
      await wait(ms, undefined, { signal });
    }
  }

  /** `null`: it is of no order; `undefined`: nothing is expected of any. */
  private async orderOf(
    payment: Sdk.Payment.Payment,
    { expect }: BoundSyncHandler,
  ): Promise<ExpectedOrder | null | undefined> {
    if (expect === undefined) return undefined;
    const order = await expect(this.request.paymentId, payment);
    if (order !== null) checkOrder(this.request.paymentId, order);
    return order;
  }

  /** What the reconciler has noted after a failure need not be looked at for ever. */
  private async notOurs(payment: Sdk.Payment.Payment): Promise<PaymentSyncResult> {
    const { listed } = this.request;
    if (listed !== undefined && listed.status === undefined && listed.statusChangedAt === undefined) {
      await this.finish((await this.open()) ?? { fingerprint: '', updatedAt: '', outcome: 'not-ours' }, false);
    }
    return { payment, outcome: 'not-ours', changed: false };
  }

  private async apply(
    state: Omit<PaymentOfOrder, 'order'>,
    order: ExpectedOrder | undefined,
    handler: BoundSyncHandler,
  ): Promise<PaymentSyncOutcome> {
    const { payments, logger, flows } = this.means;
    const { account, paymentSyncStore: store } = flows;
    const { signal } = this.held;
    const context: PaymentSyncContext = { cause: this.request.cause, signal, ...(account !== '' && { account }) };
    if (order === undefined) {
      await endOf(handler.apply(state.payment, context));
      return 'applied';
    }
    const owners = { account, store, logger };
    return applyPayment({ ...state, order }, handler, { ...context, order, payments }, owners);
  }

  private write(
    payment: Sdk.Payment.Payment,
    state: Pick<AppliedPayment, 'fingerprint' | 'outcome'>,
    transaction?: PortOneTransaction,
  ): Promise<void> {
    // What a hook began to refund may fail without a word.
    const isUnwanted = state.outcome === 'mismatch' || state.outcome === 'duplicate-charge';
    const unfinished = isUnfinished(payment, this.means.settings.now()) || (isUnwanted && holdsMoney(payment));
    return this.finish({ ...state, updatedAt: looselyOf(payment).updatedAt ?? '' }, unfinished, transaction);
  }

  private async finish(applied: AppliedPayment, unfinished: boolean, transaction?: PortOneTransaction): Promise<void> {
    const { account, paymentSyncStore } = this.means.flows;
    const { paymentId } = this.request;
    if (await paymentSyncStore.write(account, paymentId, this.held.fence, applied, unfinished, transaction)) return;
    throw this.lost();
  }

  private lost(): PaymentLockError {
    return new PaymentLockError('LOST', `${this.means.flows.account}/${this.request.paymentId}`);
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
