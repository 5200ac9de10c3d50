import type { SubscriptionPlan } from 'nestjs-portone';
import { PortOneSandbox } from 'nestjs-portone/testing';

import { deliver, paidEvent } from '../../support/deliveries.js';
import { describeWithPostgres } from '../../support/servers.js';
import { openPostgres, type PostgresSpace } from './postgres-space.js';
import { startShop, type ShopProcess } from './shop-process.js';

const PLAN: SubscriptionPlan = {
  interval: { unit: 'MONTH', count: 1 },
  anchorDate: '2026-01-31',
  amount: 9_900,
  currency: 'KRW',
  orderName: 'Membership',
};

describeWithPostgres('two processes of a shop on one PostgreSQL', () => {
  let space: PostgresSpace;
  let sandbox: PortOneSandbox;
  let one: ShopProcess;
  let two: ShopProcess;

  beforeEach(async () => {
    space = await openPostgres();
    sandbox = await PortOneSandbox.start({ clock: new Date('2026-01-20T03:00:00Z'), seed: 5 });
    one = await startShop(sandbox, space.database);
    two = await startShop(sandbox, space.another());
  });
  afterEach(async () => {
    await sandbox.stop();
    await Promise.all([one.app.close(), two.app.close()]);
    await space.close();
  });

  const executed = (kind: string) => sandbox.ledger.executions.filter((one) => one.kind === kind);
  const sent = (operation: string) => sandbox.ledger.requests.filter((one) => one.operation?.endsWith(operation));

  const ORDERS = ['a', 'b', 'c', 'd'];

  /** Every way by which a shop learns of a payment, in both processes at once. */
  async function learn(paymentIds: readonly string[]): Promise<void> {
    const processes = [one, two];
    await Promise.all([
      ...paymentIds.flatMap((id) => processes.map(({ sync }) => sync.sync(id))),
      ...processes.map(({ reconciler }) => reconciler.run()),
      sandbox.settled(),
    ]);
  }

  it('apply a payment once, that browser, webhook and reconciler tell of at the same time', async () => {
    const ids = ORDERS.map((order) => `${order}-1`);
    await Promise.all(ids.map((id) => sandbox.buyer.pay(id, { totalAmount: 1000 })));
    await learn(ids);
    const paid = ORDERS.map((order) => `${order} PAID`);
    const readPaid = async () => (await one.book.lines()).filter((line) => line.endsWith('PAID'));
    expect(await readPaid()).toEqual(paid);
    await learn(ids);
    expect(await readPaid()).toEqual(paid);
    expect(sandbox.deliveries.every(({ status }) => status === 200)).toBe(true);
  });

  it('give an order to one of two payments, and the money of the other back, once', async () => {
    const ids = ['a-1', 'a-2'];
    await Promise.all(ids.map((id) => sandbox.buyer.pay(id, { totalAmount: 1000 })));
    await learn(ids);
    expect((await one.book.lines()).filter((line) => line === 'a PAID')).toHaveLength(1);
    expect(executed('CANCEL').map(({ amount }) => amount)).toEqual([1000]);
  });

  it('send one cancel for a refund that both are asked for at once', async () => {
    await sandbox.buyer.pay('a-1', { totalAmount: 1000 });
    const ask = ({ payments }: ShopProcess) =>
      payments.refund({ paymentId: 'a-1', refundId: 'r-1', amount: 300, reason: '단순 변심' });
    const answers = await Promise.all([one, two, one, two, one, two].map(ask));
    expect(executed('CANCEL').map(({ amount }) => amount)).toEqual([300]);
    expect(new Set(sent('cancelPayment').map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    for (const answer of answers) expect(answer).toMatchObject({ status: 'SUCCEEDED', remaining: 700 });
  });

  it('charge a subscription once, whichever of them sweeps', async () => {
    const ids = ['s-1', 's-2', 's-3'];
    await startSubscriptions(ids);
    await sweptFor(45);
    expect(await one.book.lines()).toEqual(ids.flatMap((id) => [0, 1].map((cycle) => `${id} charged for ${cycle}`)));
    expect(executed('CHARGE')).toHaveLength(2 * ids.length);
    expect(executed('DECLINE')).toEqual([]);
  });

  it('remember everything when they start again', async () => {
    await sandbox.buyer.pay('a-1', { totalAmount: 1000 });
    await sandbox.settled();
    await startSubscriptions(['s-1']);
    await one.payments.refund({ paymentId: 'a-1', refundId: 'r-1', amount: 300, reason: '단순 변심' });
    await sandbox.settled();
    const [lines, record] = [await one.book.lines(), await one.subscriptions.find('s-1')];

    await Promise.all([one.app.close(), two.app.close()]);
    one = await startShop(sandbox, space.another());
    two = await startShop(sandbox, space.another());
    expect(await one.sync.sync('a-1')).toMatchObject({ outcome: 'applied', changed: false });
    expect(
      await one.payments.refund({ paymentId: 'a-1', refundId: 'r-1', amount: 300, reason: '단순 변심' }),
    ).toMatchObject({ status: 'SUCCEEDED', remaining: 700 });
    const reads = sent('getPayment').length;
    const { webhookId: id } = sandbox.deliveries.find(({ type }) => type === 'Transaction.Paid')!;
    expect(await deliver(`${two.url}/webhook/portone`, paidEvent('a-1'), { id })).toMatchObject({ status: 200 });
    expect(sent('getPayment')).toHaveLength(reads);
    expect(await two.subscriptions.find('s-1')).toEqual(record);
    expect(await one.book.lines()).toEqual(lines);
    expect(executed('CANCEL')).toHaveLength(1);
    await sweptFor(45);
    expect(executed('CHARGE').filter(({ paymentId }) => paymentId !== 'a-1')).toHaveLength(2);
  });

  async function startSubscriptions(ids: readonly string[]): Promise<void> {
    const credential = { number: '4111 1111 1111 1111', expiryMonth: '12', expiryYear: '30' };
    const { billingKeyInfo } = await one.keys.issueBillingKey({ channelKey: 'c', method: { card: { credential } } });
    const { billingKey } = billingKeyInfo;
    const start = ({ subscriptions }: ShopProcess, subscriptionId: string) =>
      subscriptions.start({ subscriptionId, plan: PLAN, billingKey });
    await Promise.all(ids.flatMap((id) => [start(one, id), start(two, id)]));
  }

  async function sweptFor(days: number): Promise<void> {
    for (let day = 0; day < days; day += 1) {
      await Promise.all([one, two, one].map(({ subscriptions }) => subscriptions.sweep()));
      await sandbox.clock.advance({ days: 1 });
    }
  }
});
