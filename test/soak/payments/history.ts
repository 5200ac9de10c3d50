import type { SandboxPayOptions } from '../../../lib/testing/index.js';
import type { Deed } from './agenda.js';
import type { Dice } from './dice.js';
import { REFUND_ACCOUNT } from './seller.js';
import type { ServerProcess } from './server-process.js';
import { RefundDesk } from './refund-desk.js';
import type { Order } from './shop.js';
import { trouble } from './trouble.js';
import type { World } from './world.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const DECLINED = '4111 1111 1111 1112';

/** What a buyer does at the till, each as often as it says. */
const WAYS = {
  card: 30,
  window: 8,
  declined: 8,
  account: 14,
  pending: 7,
  manual: 14,
  manualAccount: 3,
  amount: 6,
  currency: 2,
  manualAmount: 2,
  late: 6,
  closed: 4,
} as const;
type Way = keyof typeof WAYS;

/** All that happens to one order, drawn from the seed. */
export class History {
  readonly refunds: RefundDesk;

  constructor(
    private readonly world: World,
    private readonly order: Order,
    private readonly dice: Dice,
  ) {
    this.refunds = new RefundDesk(world, order, dice);
  }

  plan(start: number): void {
    const { dice, order } = this;
    const tries = dice.one([1, 1, 1, 1, 1, 1, 2, 2, 3]);
    let at = start;
    for (let n = 1; n <= tries; n += 1) {
      const paymentId = `${order.id}-${dice.chance(0.3) ? 1 : n}`;
      const way = dice.weighted(WAYS);
      if (!order.paymentIds.has(paymentId)) trouble(this.world.sandbox, paymentId, dice);
      order.paymentIds.add(paymentId);
      this.#at(at, () => this.#come(paymentId, way));
      // Another tab at the same moment, another try, another day.
      at += dice.one([0, 2 * MINUTE, HOUR, 30 * HOUR]);
    }
    if (dice.chance(0.2)) this.#at(start + dice.between(HOUR, 90 * HOUR), () => this.#lapse());
    if (dice.chance(0.45)) this.#at(start + dice.between(MINUTE, 30 * DAY), () => this.refunds.want());
    if (dice.chance(0.2)) this.#at(start + dice.between(MINUTE, 40 * DAY), () => this.#cancelInConsole());
    if (dice.chance(0.06)) this.#at(start + dice.between(HOUR, 20 * DAY), () => this.#dispute());
    if (dice.chance(0.08)) this.#at(start + dice.between(0, 2 * DAY), () => this.#payInOtherStore());
  }

  async #come(paymentId: string, way: Way): Promise<void> {
    const { dice } = this;
    const request = { totalAmount: this.order.price, payMethod: dice.one(['CARD', 'EASY_PAY', 'TRANSFER'] as const) };
    switch (way) {
      case 'card':
        return this.#payAndReturn(paymentId, request);
      case 'window':
        await this.#buyer(paymentId, 'opens the window', (buyer) => buyer.open(paymentId, request));
        return this.#in(5 * MINUTE, () => this.#payAndReturn(paymentId));
      case 'declined':
        await this.#payAndReturn(paymentId, { ...request, payMethod: 'CARD', card: DECLINED });
        return this.#in(2 * MINUTE, () => this.#payAndReturn(paymentId, request));
      case 'account':
        await this.#payAndReturn(paymentId, { ...request, payMethod: 'VIRTUAL_ACCOUNT' });
        return this.#deposit(paymentId);
      case 'pending': {
        const as = dice.chance(0.7) ? 'PAID' : 'FAILED';
        this.#in(dice.between(MINUTE, 30 * HOUR), () =>
          this.#person(paymentId, `the provider says ${as}`, () =>
            this.#sandbox.provider.settlePayment(paymentId, { as }),
          ),
        );
        return this.#payAndReturn(paymentId, { ...request, pending: true });
      }
      case 'manual':
        return this.#payManually(paymentId, request);
      case 'manualAccount':
        this.#deposit(paymentId);
        return this.#payManually(paymentId, { ...request, payMethod: 'VIRTUAL_ACCOUNT' });
      case 'amount':
        return this.#payAndReturn(paymentId, { ...request, totalAmount: dice.one([10, request.totalAmount - 1]) });
      case 'currency':
        return this.#payAndReturn(paymentId, { ...request, currency: 'USD' });
      case 'manualAmount':
        return this.#payManually(paymentId, { ...request, totalAmount: 10 });
      case 'late':
        this.#in(dice.between(MINUTE, 12 * DAY), () =>
          this.#person(paymentId, 'succeeds late', () => this.#sandbox.provider.succeedLate(paymentId)),
        );
        await this.#buyer(paymentId, 'fails', (buyer) => buyer.fail(paymentId, request));
        return this.#return(paymentId);
      case 'closed':
        await this.#buyer(paymentId, 'closes the window', (buyer) => buyer.closeWindow(paymentId, request));
        return this.#return(paymentId);
    }
  }

  async #payAndReturn(paymentId: string, options: SandboxPayOptions = {}): Promise<void> {
    await this.#buyer(paymentId, 'pays', (buyer) => buyer.pay(paymentId, options));
    await this.#return(paymentId);
  }

  /** The browser comes back while webhooks are on their way; or never, or twice. */
  async #return(paymentId: string): Promise<void> {
    if (this.dice.chance(0.25)) return;
    const sync = () => this.#ask(paymentId, 'browser returns', ({ sync }) => sync.sync(paymentId, 'browser'));
    await Promise.all(this.dice.chance(0.2) ? [sync(), sync()] : [sync()]);
  }

  #deposit(paymentId: string): void {
    if (this.dice.chance(0.2)) return;
    this.#in(this.dice.between(HOUR, 80 * HOUR), () =>
      this.#buyer(paymentId, 'deposits', (buyer) => buyer.deposit(paymentId)),
    );
  }

  async #payManually(paymentId: string, options: SandboxPayOptions): Promise<void> {
    await this.#buyer(paymentId, 'brings a token', async (buyer) => {
      const { paymentToken } = await buyer.pay(paymentId, { ...options, approval: 'manual' });
      const approve = () => this.#approve(paymentId, paymentToken, 3);
      await Promise.all(this.dice.chance(0.2) ? [approve(), approve()] : [approve()]);
    });
  }

  async #approve(paymentId: string, paymentToken: string, tries: number): Promise<void> {
    const { price: totalAmount } = this.order;
    const { error } = await this.#ask(paymentId, 'approves', async ({ payments, sync }) => {
      const { status } = await payments.approve({ paymentId, paymentToken, totalAmount, currency: 'KRW' });
      return [status, await sync.sync(paymentId, 'browser')];
    });
    if (error === undefined || tries === 1 || this.dice.chance(0.3)) return;
    this.#in(this.dice.one([0, MINUTE, 4 * HOUR]), () => this.#approve(paymentId, paymentToken, tries - 1));
  }

  #lapse(): Promise<void> {
    const { order } = this;
    // UPDATE orders SET lapsed = true WHERE id = $1 AND status = 'PENDING'
    if (order.status === 'PENDING') order.lapsed = true;
    this.world.orders.note(order.id, `lapses: ${order.lapsed}`);
    return Promise.resolve();
  }

  async #cancelInConsole(): Promise<void> {
    const { order, dice } = this;
    const paymentId = dice.one([...order.paymentIds]);
    const amount = dice.chance(0.5) ? undefined : Math.floor(order.price / 3);
    await this.#person(paymentId, `the console cancels ${amount ?? 'all'}`, () =>
      this.#sandbox.console.cancel(paymentId, {
        refundAccount: REFUND_ACCOUNT,
        ...(amount !== undefined && { amount }),
      }),
    );
  }

  async #dispute(): Promise<void> {
    const paymentId = this.dice.one([...this.order.paymentIds]);
    const { provider } = this.#sandbox;
    await this.#person(paymentId, 'is disputed', () => provider.openDispute(paymentId));
    this.#in(this.dice.between(HOUR, 10 * DAY), () =>
      this.#person(paymentId, 'dispute ends', () => provider.resolveDispute(paymentId)),
    );
  }

  async #payInOtherStore(): Promise<void> {
    const paymentId = this.dice.one([...this.order.paymentIds]);
    await this.#person(paymentId, 'is paid in another store', () =>
      this.world.otherStore.buyer.pay(paymentId, { totalAmount: this.order.price }),
    );
  }

  get #sandbox() {
    return this.world.sandbox;
  }

  #ask<T>(paymentId: string, what: string, call: (process: ServerProcess) => Promise<T>) {
    return this.world.ask(paymentId, what, this.dice, call);
  }

  #buyer(paymentId: string, what: string, act: (buyer: World['sandbox']['buyer']) => Promise<unknown>): Promise<void> {
    return this.#person(paymentId, `the buyer ${what}`, () => act(this.#sandbox.buyer));
  }

  /** What may be impossible by now: then it is not done. */
  async #person(paymentId: string, what: string, act: () => Promise<unknown>): Promise<void> {
    this.world.orders.note(paymentId, what);
    try {
      await act();
    } catch (error) {
      this.world.orders.note(paymentId, `${what}: ${String(error)}`);
    }
  }

  #at(at: number, deed: Deed): void {
    // By ten minutes, so that many things fall on one moment.
    this.world.agenda.at(Math.ceil(at / (10 * MINUTE)) * 10 * MINUTE, deed);
  }

  #in(ms: number, deed: Deed): void {
    this.world.agenda.in(ms, deed);
  }
}
