import type { SandboxFault } from '../../../lib/testing/index.js';
import type { SeededRandom } from '../../../lib/testing/state/random.js';
import { Killed } from '../../support/killing.js';
import type { Subscriber, Wish } from './subscriber.js';
import { DECLINED_CARD, GOOD_CARD, type World } from '../../support/subscription-world.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

type Deed = () => Promise<void>;

/** What buyers and the application do in a world over the years, drawn from the seed. */
export class Play {
  /** What is to be done, by subscriber; each begins when the one before is through. */
  readonly #planned: { at: number; deed: Deed }[] = [];
  #drawn = 0;

  constructor(
    private readonly world: World,
    private readonly random: SeededRandom,
    private readonly span: { from: Date; to: Date },
  ) {}

  /** Plans a subscriber's story. */
  cast(subscriber: Subscriber): void {
    const { id, story } = subscriber;
    const start = this.#moment(id, 'start', 0, 0.05);
    const middle = this.#moment(id, 'middle', 0.2, 0.6);
    this.#at(start, () => this.#start(subscriber));
    switch (story) {
      case 'plain':
        return;
      case 'card-change':
        for (const share of [0.2, 0.45, 0.7]) {
          const at = this.#moment(id, `card-${share}`, share, share + 0.2);
          this.#at(at, () => this.#changeCard(subscriber, { deleteOld: share > 0.3 }));
        }
        return;
      case 'decline':
      case 'lapse':
      case 'late-success':
      case 'late-success-after-dunning':
        return this.#at(middle, async () => {
          await this.world.sandbox.buyer.updateBillingKey(subscriber.billingKey, { card: DECLINED_CARD });
        });
      case 'pause':
        this.#at(middle, () => this.#wish(subscriber, 'pause', () => this.world.subscriptions.pause(id)));
        return this.#at(middle + this.random.fraction(id, 'pause') * 90 * DAY, () => this.#resume(subscriber));
      case 'cancel':
        return this.#at(middle, () => this.#cancel(subscriber));
      case 'cancel-too-late':
        return this.#at(middle, () => this.#cancelTooLate(subscriber));
      case 'key-deleted':
        this.#at(middle, async () => void (await this.world.sandbox.buyer.deleteBillingKey(subscriber.billingKey)));
        return this.#at(middle + 50 * DAY, () => this.#changeCard(subscriber));
    }
  }

  /** What a buyer does when told that a charge failed. */
  afterFailure(subscriber: Subscriber, paymentId: string): void {
    const { id, story } = subscriber;
    const now = this.world.sandbox.clock.now().getTime();
    const failures = subscriber.told.filter(({ event }) => event.type === 'failed').length;
    const { buyer } = this.world.sandbox;
    const repair = async () => void (await buyer.updateBillingKey(subscriber.billingKey, { card: GOOD_CARD }));
    if (story === 'decline' && failures === 1 + Math.floor(3 * this.random.fraction(id, 'patience'))) {
      const at = now + 6 * HOUR;
      this.#at(at, this.random.fraction(id, 'repair') < 0.5 ? repair : () => this.#changeCard(subscriber));
    }
    const late = async () => {
      subscriber.lateSuccesses.push(this.world.sandbox.clock.now());
      await this.world.sandbox.provider.succeedLate(paymentId);
    };
    if (failures > 1) return;
    if (story === 'late-success') {
      this.#at(now + this.random.fraction(id, 'late') * 20 * HOUR, late);
      this.#at(now + 21 * HOUR, repair);
    }
    if (story === 'late-success-after-dunning') {
      this.#at(now + 6 * HOUR, repair);
      this.#at(now + 12 * DAY, late);
    }
  }

  /** After a lapse: some come back with another card. */
  afterLapse(subscriber: Subscriber): void {
    if (this.random.fraction(subscriber.id, 'back') < 0.3) return;
    const now = this.world.sandbox.clock.now().getTime();
    this.#at(now + this.random.fraction(subscriber.id, 'away') * 60 * DAY, async () => {
      await this.#changeCard(subscriber);
      await this.#resume(subscriber);
    });
  }

  /** Does what is due by now. What a kill or a fault kept from its end is done again at the next turn. */
  async turn(): Promise<void> {
    const now = this.world.sandbox.clock.now().getTime();
    const due = this.#planned.filter(({ at }) => at <= now).sort((one, other) => one.at - other.at);
    for (const planned of due) {
      this.#planned.splice(this.#planned.indexOf(planned), 1);
      try {
        await this.world.killing.process(planned.deed);
      } catch (error) {
        if (!isTransient(error)) throw error;
        this.#planned.push(planned);
      }
    }
  }

  /** Adds something that goes wrong. */
  disturb(): void {
    const { faults } = this.world.sandbox;
    const operation = this.#one(['createPaymentSchedule', 'revokePaymentSchedules', 'getPaymentSchedule'] as const);
    const fault = this.#one(['reset-before', 'reset-after', 'html-502', 'truncated-json', 'unavailable'] as const);
    if (
      faults.active.some(({ rule, struck }) => struck < (rule.count ?? 0) && rule.operation?.startsWith('payment.'))
    ) {
      return;
    }
    for (const { id } of [...faults.active]) faults.remove(id);
    faults.add({ fault, operation: `payment.paymentSchedule.${operation}`, count: 1 });
    faults.add({
      fault: this.#one(['reset-after', 'reset-before'] as const),
      operation: 'payment.payWithBillingKey',
      count: 1,
    });
    faults.add({ fault: 'reset-before', operation: 'payment.getPayment', count: 1 });
    const told: SandboxFault['fault'] = this.#one(['duplicate', 'drop', 'wrong-signature', 'corrupt'] as const);
    faults.add({ fault: told, operation: 'Transaction.Paid', count: 1 });
    faults.add({ fault: 'drop', operation: 'Transaction.Failed', count: 1 });
  }

  async #start(subscriber: Subscriber): Promise<void> {
    subscriber.billingKey ||= await this.world.issueKey();
    const { id: subscriptionId, plan, billingKey } = subscriber;
    await this.#wish(subscriber, 'start', () =>
      this.world.subscriptions.start({ subscriptionId, plan, billingKey, chargeFrom: this.span.from }),
    );
  }

  async #changeCard(subscriber: Subscriber, options: { deleteOld?: boolean } = {}): Promise<void> {
    const open = subscriber.wishes.find(({ kind, done }) => kind === 'card' && done === undefined);
    if (!open) subscriber.billingKey = await this.world.issueKey();
    const { id, billingKey } = subscriber;
    await this.#wish(subscriber, 'card', () => this.world.subscriptions.changeBillingKey(id, billingKey, options));
  }

  async #resume(subscriber: Subscriber): Promise<void> {
    await this.#wish(subscriber, 'resume', () => this.world.subscriptions.resume(subscriber.id));
  }

  async #cancel(subscriber: Subscriber): Promise<void> {
    const deleteBillingKey = this.random.fraction(subscriber.id, 'delete') < 0.5;
    await this.#wish(subscriber, 'cancel', () => this.world.subscriptions.cancel(subscriber.id, { deleteBillingKey }));
  }

  /** The next charge is made, and nothing tells the application of it before it cancels. */
  async #cancelTooLate(subscriber: Subscriber): Promise<void> {
    const { attempts } = await this.world.record(subscriber.id);
    const next = attempts.at(-1);
    if (next?.state !== 'SCHEDULED') return this.#at(this.#now() + 4 * HOUR, () => this.#cancelTooLate(subscriber));
    this.world.sandbox.faults.add({ fault: 'drop', operation: 'Transaction.Paid', paymentId: next.paymentId });
    this.#at(Date.parse(next.chargeAt), () => this.#cancel(subscriber));
  }

  async #wish(subscriber: Subscriber, kind: Wish['kind'], ask: () => Promise<unknown>): Promise<void> {
    let wish = subscriber.wishes.find((one) => one.kind === kind && one.done === undefined);
    if (!wish) subscriber.wishes.push((wish = { kind, tried: this.world.sandbox.clock.now() }));
    await ask();
    wish.done = this.world.sandbox.clock.now();
  }

  #now(): number {
    return this.world.sandbox.clock.now().getTime();
  }

  #at(at: number, deed: Deed): void {
    this.#planned.push({ at, deed });
  }

  /** A moment between two shares of the span. */
  #moment(id: string, what: string, earliest: number, latest: number): number {
    const [from, to] = [this.span.from.getTime(), this.span.to.getTime()];
    return from + (to - from) * (earliest + (latest - earliest) * this.random.fraction(id, what));
  }

  #one<T>(choices: readonly T[]): T {
    this.#drawn += 1;
    return choices[Math.floor(choices.length * this.random.fraction('one', this.#drawn))]!;
  }
}

/** Killed, or PortOne was not reached: an application tries again. */
function isTransient(error: unknown): boolean {
  return error instanceof Killed || (error as { operation?: unknown }).operation !== undefined;
}
