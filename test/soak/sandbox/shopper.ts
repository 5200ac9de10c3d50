import type { PortOneClient } from '@portone/server-sdk';
import assert from 'node:assert/strict';
import type { PortOneSandbox } from '../../../lib/testing/index.js';
import type { SeededRandom } from '../../../lib/testing/state/random.js';
import { numberOf, type CountingReceiver } from './counting-receiver.js';

const PAYMENTS_PER_KEY = 10;

/** Pays one payment after the other, in ways drawn from the seed, and knows what must have become of them. */
export class Shopper {
  /** How many webhooks of each type must come. */
  readonly #expected = new Map<string, number>();
  #charged = 0;
  #refunded = 0;
  #billingKey: { key: string; paymentsLeft: number } | undefined;

  constructor(
    private readonly sandbox: PortOneSandbox,
    private readonly client: PortOneClient,
    private readonly random: SeededRandom,
  ) {}

  /** Pays once, looks, and sometimes gives the money back. */
  async shop(index: number): Promise<void> {
    const paymentId = `payment-${index}`;
    const amount = 1000 + Math.floor(this.random.fraction('amount', index) * 100_000);
    const chance = this.random.fraction('pay', index);
    if (chance < 0.2) {
      await this.#payWithBillingKey(paymentId, amount);
    } else {
      if (chance < 0.4) {
        await this.#buyerPays({ paymentId, totalAmount: amount, card: '4111 1111 1111 1112' });
        this.#expect('Transaction.Failed');
      }
      await this.#buyerPays({ paymentId, totalAmount: amount, card: '4111 1111 1111 1111' });
    }
    this.#expect('Transaction.Paid');
    this.#charged += amount;
    const payment = await this.client.payment.getPayment({ paymentId });
    assert(
      payment.status === 'PAID' && payment.amount.total === amount,
      `${paymentId} reads ${String(payment.status)}`,
    );
    await this.#cancel(index, paymentId, amount);
  }

  /** @throws AssertionError for the first thing that is not as it must be */
  async check(payments: number, receiver: CountingReceiver): Promise<void> {
    const { deliveries, ledger } = this.sandbox;
    assert.deepEqual(receiver.failures, [], 'webhooks that could not be verified');
    assert.deepEqual(
      deliveries.filter(({ status, attempt }) => status !== 200 || attempt !== 1),
      [],
      'webhooks that were not taken at once',
    );
    // Whether a window was opened is not counted: it depends on how was paid.
    const { 'Transaction.Ready': ready = 0, ...told } = Object.fromEntries(receiver.byType);
    assert.deepEqual(sorted(told), sorted(Object.fromEntries(this.#expected)), 'webhooks by type');
    assert.equal(deliveries.length, ready + sum(Object.values(told)), 'webhooks sent and received');
    assert(
      receiver.paid.every((count) => count === 1),
      'each payment is told of as paid once',
    );

    const charges = ledger.executions.filter(({ kind }) => kind === 'CHARGE');
    assert.equal(charges.length, payments, 'charges');
    assert.equal(new Set(charges.map(({ paymentId = '' }) => numberOf(paymentId))).size, payments, 'payments charged');
    assert.equal(sum(charges.map(({ amount = 0 }) => amount)), this.#charged, 'money charged');
    const cancels = ledger.executions.filter(({ kind }) => kind === 'CANCEL');
    assert.equal(sum(cancels.map(({ amount = 0 }) => amount)), this.#refunded, 'money given back');
    assert.equal(await this.#countListed(), payments, 'payments listed');
  }

  async #payWithBillingKey(paymentId: string, amount: number): Promise<void> {
    const billingKey = await this.#keyInUse();
    const body = { paymentId, billingKey, orderName: 'Subscription', amount: { total: amount }, currency: 'KRW' };
    await this.client.payment.payWithBillingKey(body);
  }

  async #keyInUse(): Promise<string> {
    if (this.#billingKey?.paymentsLeft === 0) {
      await this.client.payment.billingKey.deleteBillingKey({ billingKey: this.#billingKey.key });
      this.#expect('BillingKey.Deleted');
      this.#billingKey = undefined;
    }
    if (!this.#billingKey) {
      const credential = { number: '4111111111111111', expiryYear: '30', expiryMonth: '01' };
      const { billingKeyInfo } = await this.client.payment.billingKey.issueBillingKey({
        channelKey: 'channel-key-soak',
        customer: { id: 'customer-1' },
        method: { card: { credential } },
      });
      this.#expect('BillingKey.Issued');
      this.#billingKey = { key: billingKeyInfo.billingKey, paymentsLeft: PAYMENTS_PER_KEY };
    }
    this.#billingKey.paymentsLeft -= 1;
    return this.#billingKey.key;
  }

  async #buyerPays(options: object): Promise<void> {
    const response = await fetch(`${this.sandbox.url}/_sandbox/buyer/pay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(options),
    });
    assert.equal(response.status, 200, await response.text());
  }

  async #cancel(index: number, paymentId: string, total: number): Promise<void> {
    const chance = this.random.fraction('cancel', index);
    if (chance >= 0.3) return;
    const amount = chance < 0.15 ? total : Math.floor(total / 2);
    // Asked for twice under one key, as after an answer that was lost: the money goes back once.
    for (const attempt of [1, 2]) {
      const response = await fetch(`${this.sandbox.url}/payments/${paymentId}/cancel`, {
        method: 'POST',
        headers: {
          authorization: `PortOne ${this.sandbox.apiSecret}`,
          'content-type': 'application/json',
          'idempotency-key': `"cancel-of-${paymentId.padStart(20, '-')}"`,
        },
        body: JSON.stringify({ reason: 'soak', amount }),
      });
      assert.equal(response.status, 200, `cancel ${attempt}: ${await response.text()}`);
    }
    this.#expect(amount === total ? 'Transaction.Cancelled' : 'Transaction.PartialCancelled');
    this.#refunded += amount;
  }

  async #countListed(): Promise<number> {
    let [count, cursor]: [number, string | undefined] = [0, undefined];
    for (;;) {
      const { items }: { items: { cursor: string }[] } = await this.client.payment.getAllPaymentsByCursor({
        size: 1000,
        ...(cursor !== undefined && { cursor }),
      });
      if (items.length === 0) return count;
      count += items.length;
      cursor = items.at(-1)?.cursor;
    }
  }

  #expect(type: string): void {
    this.#expected.set(type, (this.#expected.get(type) ?? 0) + 1);
  }
}

function sorted(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
