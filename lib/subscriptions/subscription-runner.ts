import { Logger } from '@nestjs/common';

import { SubscriptionError } from '../errors/subscription.error.js';
import { describeThrown } from '../webhook/thrown.js';
import type { ScopedHandlers } from '../webhook/scoped-handlers.js';
import { InTurn } from './in-turn.js';
import { checkAt, nextStep, type SubscriptionStep } from './next-step.js';
import type { SubscriptionActions } from './subscription-actions.js';
import type { Present } from './subscription-attempts.js';
import { subscriptionCalendar } from './subscription-calendar.js';
import type { SubscriptionChange } from './subscription-changes.js';
import type { SubscriptionEvent } from './subscription-events.js';
import type { SubscriptionRecord } from './subscription-record.js';
import { reduce } from './subscription-reducer.js';
import type { SubscriptionStore } from './subscription-store.js';
import type { SubscriptionHooks } from './subscription.explorer.js';

/** Enough to catch up with a year of daily charges; what is left is due for the next sweep. */
const LONGEST_RUN = 2_000;

/**
 * Takes a subscription on, step by step: what is to be done is decided from the record and written down, done at PortOne,
 * and what came of it is written down. After a crash anywhere the record tells what to do, and doing it again does no
 * harm. Two processes at once are told apart by the record's version.
 */
export class SubscriptionRunner {
  private readonly logger = new Logger('PortOneSubscription');
  private readonly turns = new InTurn();
  /** Subscriptions whose events this process is telling. */
  private readonly telling = new Set<string>();
  hooks: SubscriptionHooks = new Map();

  constructor(
    readonly account: string,
    readonly store: SubscriptionStore,
    private readonly actions: SubscriptionActions,
    private readonly now: () => Date,
    private readonly scoped: Pick<ScopedHandlers, 'resolver'>,
  ) {}

  async present(): Promise<Present> {
    return { now: this.now().toISOString(), calendar: await subscriptionCalendar() };
  }

  /** @throws SubscriptionError where there is none */
  async load(subscriptionId: string): Promise<SubscriptionRecord> {
    const record = await this.store.find(this.account, subscriptionId);
    if (record !== null) return record;
    const message = `There is no subscription ${JSON.stringify(subscriptionId)}.`;
    throw new SubscriptionError('SUBSCRIPTION_NOT_FOUND', subscriptionId, message);
  }

  /** Writes a change down, on whatever record is there by then. */
  async write(record: SubscriptionRecord, change: SubscriptionChange): Promise<SubscriptionRecord> {
    for (let known = record; ;) {
      const present = await this.present();
      const changed = reduce(known, change, present);
      if (changed === known) return known;
      const next = { ...changed, version: known.version + 1, checkAt: checkAt(changed, present.now) };
      if (await this.store.replace(next, known.version)) return next;
      known = await this.load(known.subscriptionId);
    }
  }

  /**
   * Does whatever is to be done now, and tells what has happened.
   *
   * @param paymentId the attempt that there is news of
   * @throws what PortOne, the store or a hook threw; the rest waits for the next time
   */
  async advance(subscriptionId: string, paymentId?: string): Promise<SubscriptionRecord> {
    try {
      await this.turns.take(subscriptionId, () => this.goOn(subscriptionId, paymentId));
    } catch (error) {
      // What has happened is told all the same; what goes wrong with that says less than the first error.
      await this.tell(subscriptionId).catch((late: unknown) => this.logger.error(describeThrown(late)));
      throw error;
    }
    const told = await this.tell(subscriptionId);
    const { now } = await this.present();
    return told.checkAt !== null && told.checkAt <= now ? this.write(told, { type: 'rest' }) : told;
  }

  private async goOn(subscriptionId: string, paymentId: string | undefined): Promise<void> {
    let record = await this.load(subscriptionId);
    try {
      const attempt = record.attempts.find((one) => one.paymentId === paymentId);
      if (attempt) record = await this.write(record, await this.done(record, { kind: 'look', attempt }));
      for (let steps = 0; steps < LONGEST_RUN; steps += 1) {
        const step = nextStep(record, this.now().toISOString());
        if (step.kind === 'wait') return;
        const change = await this.done(record, step);
        const next = await this.write(record, change);
        if (next === record || change.type === 'setback') return;
        record = next;
      }
    } catch (error) {
      await this.write(record, { type: 'setback' }).catch((late: unknown) => this.logger.error(describeThrown(late)));
      throw error;
    }
  }

  /** What comes of a step. */
  private async done(
    record: SubscriptionRecord,
    step: Exclude<SubscriptionStep, { kind: 'wait' }>,
  ): Promise<SubscriptionChange> {
    if (step.kind === 'change') return step.change;
    return (await this.actions.act(record, step)) ?? { type: 'setback' };
  }

  /** Outside of its turn, so that a hook can ask something of the subscription in its turn. */
  private async tell(subscriptionId: string): Promise<SubscriptionRecord> {
    let record = await this.load(subscriptionId);
    if (record.events.length === 0 || this.telling.has(subscriptionId)) return record;
    this.telling.add(subscriptionId);
    try {
      for (let [event] = record.events; event !== undefined; [event] = record.events) {
        await this.call(event);
        record = await this.write(record, { type: 'told', event });
      }
    } catch (error) {
      await this.write(record, { type: 'setback' });
      throw error;
    } finally {
      this.telling.delete(subscriptionId);
    }
    return record;
  }

  private async call(event: SubscriptionEvent): Promise<void> {
    const hooks = this.hooks.get(event.type) ?? [];
    const resolve = this.scoped.resolver(event);
    for (const hook of hooks) await hook(event, resolve);
    if (hooks.length > 0) return;
    const what = `Subscription ${event.subscriptionId}: ${event.type}, payment ${event.paymentId}`;
    if (event.type === 'charged-after-cancel' || event.type === 'duplicate-charge') {
      this.logger.error(`${what}. Money moved that nobody waits for: handle it with @OnSubscription('${event.type}').`);
    } else if (event.type === 'lapsed') this.logger.warn(`${what}. Nobody was told: @OnSubscription('lapsed').`);
  }
}
