import { isDeepStrictEqual } from 'node:util';

import { Logger } from '@nestjs/common';

import { StalePaymentReadError } from '../errors/stale-payment-read.error.js';
import { SubscriptionError } from '../errors/subscription.error.js';
import { inParallel } from '../in-parallel.js';
import { describeThrown } from '../webhook/thrown.js';
import type { WebhookEvent } from '../webhook/webhook-event.js';
import type { WebhookHandler } from '../webhook/webhook.routes.js';
import { OTHER_PAYMENT } from './attempt-outcome.js';
import type { Present } from './subscription-attempts.js';
import type { SubscriptionChange } from './subscription-changes.js';
import {
  checkCount,
  checkDate,
  checkText,
  plainPayment,
  type StartSubscriptionOptions,
  type SubscriptionSweep,
  type SubscriptionSweepOptions,
} from './subscription-options.js';
import { resolvePlan, type StoredPlan } from './subscription-plan.js';
import { isOpen, type SubscriptionRecord } from './subscription-record.js';
import type { SubscriptionRunner } from './subscription-runner.js';
import type { SubscriptionHooks } from './subscription.explorer.js';

/**
 * Recurring payments, which PortOne has not: one schedule at PortOne for the next charge of each, a new one when it is
 * charged, and what follows where it fails. Nothing is charged twice, whatever crashes when: each attempt has a payment
 * id of its own, made of account, subscription, cycle and attempt, and is written down before PortOne is asked for it.
 *
 * Have `sweep()` run every few minutes. Hooks: `@OnSubscription('charged' | 'failed' | 'lapsed' | 'charged-after-cancel'
 * | 'duplicate-charge')`; with any of them, webhooks are listened to, else `sweep` alone sees what became of a charge.
 *
 * A call that rejects because PortOne could not be reached has its wish written down all the same: `sweep` goes on.
 */
export class SubscriptionService {
  private readonly logger = new Logger('PortOneSubscription');
  readonly #runner: SubscriptionRunner;

  constructor(runner: SubscriptionRunner) {
    this.#runner = runner;
  }

  /** @internal The module sets them once all providers exist. */
  useHooks(hooks: SubscriptionHooks): void {
    this.#runner.hooks = hooks;
  }

  /**
   * Begins a subscription and schedules its first charge; one that is due is paid now. Started again with the same terms,
   * it goes on with the first.
   *
   * @throws SubscriptionError `SUBSCRIPTION_EXISTS` for an id that was used with other terms, `SUBSCRIPTION_REFUSED` when
   * PortOne will not have the charge (no such billing key, say): it may be started again then. A card that is declined is
   * no refusal: dunning follows
   * @throws TypeError for a plan that does not fit
   */
  async start(options: StartSubscriptionOptions): Promise<SubscriptionRecord> {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError('Subscription: start takes { subscriptionId, plan, billingKey, … }.');
    }
    const { subscriptionId, plan, billingKey, payment = {}, chargeFrom } = options;
    checkText('subscriptionId', subscriptionId);
    checkText('billingKey', billingKey);
    if (chargeFrom !== undefined) checkDate('chargeFrom', chargeFrom);
    const resolved = resolvePlan(plan);
    const runner = this.#runner;
    const present = await runner.present();
    const fresh: SubscriptionRecord = {
      account: runner.account,
      subscriptionId,
      version: 1,
      status: 'ACTIVE',
      statusSince: present.now,
      plan: resolved,
      billingKey,
      payment: plainPayment(payment),
      cycle: firstCycle(resolved, chargeFrom, present),
      begun: false,
      attempts: [],
      keysToDelete: [],
      surplus: [],
      events: [],
      checkAt: present.now,
      setbacks: 0,
    };
    if (!(await runner.store.create(fresh))) await this.#startAgain(fresh);
    const { refusal, ...started } = await runner.advance(subscriptionId);
    if (refusal === undefined) return started;
    const message = `Subscription ${JSON.stringify(subscriptionId)} did not begin: PortOne refused its first charge (${refusal}).`;
    throw new SubscriptionError('SUBSCRIPTION_REFUSED', subscriptionId, message);
  }

  /** The subscription as it is stored, or `null`. */
  async find(subscriptionId: string): Promise<SubscriptionRecord | null> {
    checkText('subscriptionId', subscriptionId);
    return this.#runner.store.find(this.#runner.account, subscriptionId);
  }

  /**
   * Does what is to be done about one subscription now: sees what became of the charge that was due, schedules the next.
   * Webhooks and `sweep` do the same. Harmless at any time, and twice.
   */
  async scheduleNext(subscriptionId: string): Promise<SubscriptionRecord> {
    checkText('subscriptionId', subscriptionId);
    return this.#runner.advance(subscriptionId);
  }

  /**
   * Charges another billing key from now on: revokes the schedule and makes another, under the next payment id. Where a
   * charge of the present cycle failed, it is tried at once.
   *
   * @param options - `deleteOld`: delete the old one at PortOne, once nothing is scheduled with it
   */
  async changeBillingKey(
    subscriptionId: string,
    billingKey: string,
    { deleteOld = false }: { deleteOld?: boolean } = {},
  ): Promise<SubscriptionRecord> {
    checkText('billingKey', billingKey);
    return this.#wish(subscriptionId, { type: 'change-billing-key', billingKey, deleteOld });
  }

  /** Charges nothing until `resume`, and revokes the schedule. */
  pause(subscriptionId: string): Promise<SubscriptionRecord> {
    return this.#wish(subscriptionId, { type: 'pause' });
  }

  /**
   * Goes on after a pause or a lapse. What fell due meanwhile is not charged; a cycle that was due before and is still
   * under way is charged now.
   */
  resume(subscriptionId: string): Promise<SubscriptionRecord> {
    return this.#wish(subscriptionId, { type: 'resume' });
  }

  /**
   * Ends it for good and revokes the schedule. A charge that can no longer be revoked is told as `charged-after-cancel`.
   *
   * @param options - `deleteBillingKey`: delete it at PortOne, once nothing is scheduled with it
   */
  cancel(
    subscriptionId: string,
    { deleteBillingKey = false }: { deleteBillingKey?: boolean } = {},
  ): Promise<SubscriptionRecord> {
    return this.#wish(subscriptionId, { type: 'cancel', deleteBillingKey });
  }

  /**
   * Takes on every subscription that is due to be looked at: those without a schedule get one, what was interrupted goes
   * on, charges that no webhook told of are found, hooks that threw are called again. Several may run at once.
   */
  async sweep({ concurrency = 8, limit = 10_000 }: SubscriptionSweepOptions = {}): Promise<SubscriptionSweep> {
    checkCount('concurrency', concurrency);
    checkCount('limit', limit);
    const { account, store } = this.#runner;
    const until = (await this.#runner.present()).now;
    const swept = new Set<string>();
    const failures: { subscriptionId: string; error: unknown }[] = [];
    const sweepOne = async ({ subscriptionId }: SubscriptionRecord) => {
      try {
        await this.#runner.advance(subscriptionId);
      } catch (error) {
        failures.push({ subscriptionId, error });
        this.logger.error(`Subscription ${subscriptionId} could not be taken on: ${describeThrown(error)}`);
      }
    };
    while (swept.size < limit) {
      // One that failed may be due still, and first: it must not keep the others from their turn.
      const found = await store.findDue(account, until, Math.min(100, limit - swept.size) + failures.length);
      const due = found.filter(({ subscriptionId }) => !swept.has(subscriptionId)).slice(0, limit - swept.size);
      if (due.length === 0) break;
      for (const { subscriptionId } of due) swept.add(subscriptionId);
      await inParallel(due, concurrency, sweepOne);
    }
    return { swept: swept.size, failures };
  }

  /** @internal Sees what became of a charge as soon as PortOne tells. */
  webhookHandler(): WebhookHandler {
    return {
      id: 'nestjs-portone.subscriptions',
      patterns: ['Transaction.Paid', 'Transaction.Failed'],
      invoke: (event) => this.#onPayment(event as WebhookEvent<'Transaction.Paid' | 'Transaction.Failed'>),
    };
  }

  async #onPayment({ type, data: { paymentId } }: WebhookEvent<'Transaction.Paid' | 'Transaction.Failed'>) {
    const { account, store } = this.#runner;
    const known = await store.findByPayment(account, paymentId);
    if (known === null) return;
    const record = await this.#runner.advance(known.subscriptionId, paymentId);
    const attempt = record.attempts.find((one) => one.paymentId === paymentId);
    if (attempt === undefined || attempt.state === 'PAID' || attempt.failure === OTHER_PAYMENT) return;
    if (type === 'Transaction.Paid' || isOpen(attempt)) throw new StalePaymentReadError(paymentId, type, attempt.state);
  }

  async #wish(subscriptionId: string, wish: SubscriptionChange): Promise<SubscriptionRecord> {
    checkText('subscriptionId', subscriptionId);
    await this.#runner.write(await this.#runner.load(subscriptionId), wish);
    return this.#runner.advance(subscriptionId);
  }

  /** Goes on with one of the same terms; begins one anew that was refused. */
  async #startAgain(fresh: SubscriptionRecord): Promise<void> {
    const { subscriptionId } = fresh;
    const known = await this.#runner.load(subscriptionId);
    if (known.refusal !== undefined) {
      // Their payment ids are used up.
      const { attempts, version } = known;
      if (await this.#runner.store.replace({ ...fresh, version: version + 1, attempts }, version)) return;
      return this.#startAgain(fresh);
    }
    const same = (['plan', 'billingKey', 'payment'] as const).every((field) =>
      isDeepStrictEqual(known[field], fresh[field]),
    );
    if (same && known.status !== 'CANCELLED') return;
    throw new SubscriptionError(
      'SUBSCRIPTION_EXISTS',
      subscriptionId,
      `There is a subscription ${JSON.stringify(subscriptionId)} already, ${same ? 'which was cancelled' : 'with other terms'}. Give each an id of its own.`,
    );
  }
}

function firstCycle(plan: StoredPlan, chargeFrom: Date | undefined, { now, calendar }: Present): number {
  if (chargeFrom !== undefined) return calendar.firstCycleFrom(plan, chargeFrom.toISOString());
  const next = calendar.firstCycleFrom(plan, now);
  return next === 0 || calendar.dueAt(plan, next) === now ? next : next - 1;
}
