import { subscriptionPaymentId, SubscriptionError } from 'nestjs-portone';

import { DECLINED_CARD, GOOD_CARD } from '../../support/subscription-world.js';
import { PLAN, subscribed } from './subscribed.js';

const first = subscriptionPaymentId('', 's-1', 0, 0);

it('charges on the 31st, on the last day of February, and on the 31st again, each time by webhook alone', async () => {
  const { start, sandbox, told, ledger } = await subscribed();
  const { attempts, status } = await start();
  expect(status).toBe('ACTIVE');
  expect(attempts).toMatchObject([{ cycle: 0, attempt: 0, state: 'SCHEDULED', paymentId: first }]);
  await sandbox.clock.advance({ days: 101 });
  expect(ledger()).toEqual([
    'CHARGE 2026-01-31T00:00',
    'CHARGE 2026-02-28T00:00',
    'CHARGE 2026-03-31T00:00',
    'CHARGE 2026-04-30T00:00',
  ]);
  expect(told.map(({ type, cycle, dueAt }) => [type, cycle, dueAt])).toEqual([
    ['charged', 0, '2026-01-31T00:00:00.000Z'],
    ['charged', 1, '2026-02-28T00:00:00.000Z'],
    ['charged', 2, '2026-03-31T00:00:00.000Z'],
    ['charged', 3, '2026-04-30T00:00:00.000Z'],
  ]);
});

it('charges without any webhook, by sweep', async () => {
  const { start, sandbox, days, ledger, types } = await subscribed();
  sandbox.webhook = undefined;
  await start();
  await days(45);
  expect(ledger()).toEqual(['CHARGE 2026-01-31T00:00', 'CHARGE 2026-02-28T00:00']);
  expect(types()).toEqual(['charged', 'charged']);
});

it('does no harm when it is started, scheduled and swept twice, and at once', async () => {
  const { start, subscriptions, requests, sandbox, ledger } = await subscribed();
  await Promise.all([start(), start(), start()]);
  await Promise.all([subscriptions.scheduleNext('s-1'), subscriptions.sweep(), subscriptions.sweep()]);
  expect(requests('createPaymentSchedule')).toHaveLength(1);
  await sandbox.clock.advance({ days: 12 });
  expect(ledger()).toHaveLength(1);
});

it('pays at once, under the same id, what is past due', async () => {
  const { start, ledger, told, sandbox } = await subscribed();
  const { cycle, attempts } = await start({ anchorDate: '2025-12-31' });
  expect(ledger()).toEqual(['CHARGE 2026-01-19T15:00']);
  expect(told).toMatchObject([{ type: 'charged', cycle: 0, paymentId: first }]);
  expect(cycle).toBe(1);
  expect(attempts.at(-1)).toMatchObject({ cycle: 1, state: 'SCHEDULED', chargeAt: '2026-01-31T00:00:00.000Z' });
  await sandbox.clock.advance({ days: 12 });
  expect(ledger()).toHaveLength(2);
});

it('charges no cycle that was due before it was to charge', async () => {
  const { subscriptions, billingKey, ledger } = await subscribed();
  const record = await subscriptions.start({
    subscriptionId: 's-1',
    plan: { ...PLAN, anchorDate: '2024-10-31' },
    billingKey,
    chargeFrom: new Date('2026-02-01T00:00:00Z'),
  });
  expect(record).toMatchObject({ cycle: 16, attempts: [{ chargeAt: '2026-02-28T00:00:00.000Z' }] });
  expect(ledger()).toEqual([]);
});

it('sends what the plan and the application say', async () => {
  const { subscriptions, billingKey, world, sandbox } = await subscribed();
  const payment = { customer: { id: 'member-1' }, customData: '{"team":7}' };
  const plan = { ...PLAN, taxFreeAmount: 900 };
  await subscriptions.start({ subscriptionId: 's-1', plan, billingKey, payment });
  await sandbox.clock.advance({ days: 12 });
  const { PaymentService } = await import('nestjs-portone');
  const read = await world.app.get(PaymentService).getPayment({ paymentId: first });
  expect(read).toMatchObject({
    status: 'PAID',
    orderName: 'Membership',
    amount: { total: 9_900, taxFree: 900 },
    currency: 'KRW',
    customer: { id: 'member-1' },
    customData: '{"team":7}',
    billingKey,
  });
});

it('follows a failed charge after one, three and five days, and lapses', async () => {
  const { start, sandbox, billingKey, days, ledger, told, subscriptions } = await subscribed();
  await start();
  await sandbox.buyer.updateBillingKey(billingKey, { card: DECLINED_CARD });
  await days(30);
  const declines = ['2026-01-31T00:00', '2026-02-01T00:00', '2026-02-03T00:00', '2026-02-05T00:00'];
  expect(ledger()).toEqual(declines.map((at) => `DECLINE ${at}`));
  expect(told).toMatchObject([
    { type: 'failed', retryAt: '2026-02-01T00:00:00.000Z', paymentId: first },
    { type: 'failed', retryAt: '2026-02-03T00:00:00.000Z' },
    { type: 'failed', retryAt: '2026-02-05T00:00:00.000Z' },
    { type: 'lapsed', cycle: 0, paymentId: subscriptionPaymentId('', 's-1', 0, 3) },
  ]);
  expect(await subscriptions.find('s-1')).toMatchObject({ status: 'LAPSED' });
});

it('charges the cycle when dunning succeeds, once', async () => {
  const { start, sandbox, billingKey, days, ledger, types } = await subscribed();
  await start({ dunningDays: [2, 4] });
  await sandbox.buyer.updateBillingKey(billingKey, { card: DECLINED_CARD });
  await days(12);
  await sandbox.buyer.updateBillingKey(billingKey, { card: GOOD_CARD });
  await days(30);
  expect(ledger()).toEqual(['DECLINE 2026-01-31T00:00', 'CHARGE 2026-02-02T00:00', 'CHARGE 2026-02-28T00:00']);
  expect(types()).toEqual(['failed', 'charged', 'charged']);
});

it('goes on after a lapse with another card: the cycle under way is charged now', async () => {
  const { start, world, sandbox, billingKey, days, ledger, subscriptions } = await subscribed();
  await start({ dunningDays: [] });
  await sandbox.buyer.updateBillingKey(billingKey, { card: DECLINED_CARD });
  await days(15);
  await subscriptions.changeBillingKey('s-1', await world.issueKey());
  expect(ledger()).toHaveLength(1);
  await subscriptions.resume('s-1');
  expect(ledger()[1]).toBe(`CHARGE ${sandbox.clock.now().toISOString().slice(0, 16)}`);
  await days(30);
  expect(ledger()[2]).toBe('CHARGE 2026-02-28T00:00');
});

it('takes a late success, and revokes the attempt that was scheduled after the failure', async () => {
  const { start, sandbox, billingKey, days, ledger, types } = await subscribed();
  await start();
  await sandbox.buyer.updateBillingKey(billingKey, { card: DECLINED_CARD });
  await sandbox.clock.advance({ days: 11, hours: 12 });
  await sandbox.buyer.updateBillingKey(billingKey, { card: GOOD_CARD });
  await sandbox.provider.succeedLate(first);
  await days(20);
  expect(ledger().slice(0, 2)).toEqual(['DECLINE 2026-01-31T00:00', 'CHARGE 2026-01-31T03:00']);
  expect(ledger()).toHaveLength(2);
  expect(types()).toEqual(['failed', 'charged']);
});

it('finds a late success that no webhook told of', async () => {
  const { start, sandbox, billingKey, days, types } = await subscribed();
  await start({ dunningDays: [] });
  await sandbox.buyer.updateBillingKey(billingKey, { card: DECLINED_CARD });
  await sandbox.clock.advance({ days: 12 });
  sandbox.webhook = undefined;
  await sandbox.provider.succeedLate(first);
  await days(3);
  expect(types()).toEqual(['lapsed', 'charged-after-cancel']);
});

it('gives back what a late success charged a second time', async () => {
  const { start, sandbox, billingKey, days, ledger, told } = await subscribed();
  await start();
  await sandbox.buyer.updateBillingKey(billingKey, { card: DECLINED_CARD });
  await sandbox.clock.advance({ days: 11, hours: 12 });
  await sandbox.buyer.updateBillingKey(billingKey, { card: GOOD_CARD });
  await days(2);
  await sandbox.provider.succeedLate(first);
  await sandbox.settled();
  expect(ledger().map((entry) => entry.split(' ')[0])).toEqual(['DECLINE', 'CHARGE', 'CHARGE', 'CANCEL']);
  expect(told.at(-1)).toMatchObject({ type: 'duplicate-charge', paymentId: first, refund: 'SUCCEEDED' });
});

it('says that PortOne refused the first charge, and begins when asked again', async () => {
  const { start, subscriptions, sandbox, ledger } = await subscribed();
  const refused = start({}, 'no-such-key');
  await expect(refused).rejects.toThrow(SubscriptionError);
  await expect(refused).rejects.toMatchObject({ reason: 'SUBSCRIPTION_REFUSED' });
  await sandbox.clock.advance({ days: 1 });
  expect(await subscriptions.sweep()).toEqual({ swept: 0, failures: [] });
  await start();
  await sandbox.clock.advance({ days: 12 });
  expect(ledger()).toHaveLength(1);
});

it('has one subscription of an id', async () => {
  const { start, subscriptions } = await subscribed();
  await start();
  await expect(start({ amount: 1 })).rejects.toMatchObject({ reason: 'SUBSCRIPTION_EXISTS' });
  await subscriptions.cancel('s-1');
  await expect(start()).rejects.toMatchObject({ reason: 'SUBSCRIPTION_EXISTS' });
  await expect(subscriptions.resume('s-1')).rejects.toMatchObject({ reason: 'SUBSCRIPTION_STATUS' });
  await expect(subscriptions.pause('nobody')).rejects.toMatchObject({ reason: 'SUBSCRIPTION_NOT_FOUND' });
  expect(await subscriptions.find('nobody')).toBeNull();
});

it('tells a hook again that threw, and lets it ask something of the subscription', async () => {
  const { start, world, sandbox, subscriptions, days, ledger } = await subscribed();
  const calls: string[] = [];
  world.onEvent = async ({ type }) => {
    calls.push(type);
    if (calls.length === 1) throw new Error('the database is away');
    await subscriptions.cancel('s-1');
  };
  await start();
  await sandbox.clock.advance({ days: 11 });
  await days(40);
  expect(calls).toEqual(['charged', 'charged']);
  expect(ledger()).toEqual(['CHARGE 2026-01-31T00:00']);
});
