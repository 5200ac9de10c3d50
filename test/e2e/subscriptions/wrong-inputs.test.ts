import { PLAN, subscribed } from './subscribed.js';

type Setup = Awaited<ReturnType<typeof subscribed>>;

it.each<[message: string, call: (setup: Setup) => () => Promise<unknown>]>([
  ['start takes { subscriptionId, plan, billingKey, … }', (s) => () => s.subscriptions.start(undefined as never)],
  ['subscriptionId must be a text that is not empty', (s) => () => s.subscriptions.pause('')],
  ['subscriptionId must be a text that is not empty', (s) => () => s.subscriptions.find(undefined as never)],
  ['subscriptionId must be a text that is not empty', (s) => () => s.subscriptions.scheduleNext(7 as never)],
  ['billingKey must be a text that is not empty', (s) => () => s.subscriptions.changeBillingKey('s-1', null as never)],
  ['plan.amount must be .+, got 9900n', (s) => () => s.start({ amount: 9_900n as never })],
  ['plan.timeOfDay must be', (s) => () => s.start({ timeOfDay: ['09:00'] as never })],
  ['plan.currency must be', (s) => () => s.start({ currency: ['KRW'] as never })],
  ['payment must be', (s) => () => startWith(s, { payment: { customData: 1n } as never })],
  ['payment must be', (s) => () => startWith(s, { payment: null as never })],
  ['chargeFrom must be a valid Date', (s) => () => startWith(s, { chargeFrom: new Date('soon') })],
  ['chargeFrom must be a valid Date', (s) => () => startWith(s, { chargeFrom: '2026-01-01' as never })],
  ['concurrency must be a whole number, 1 or more, got 0', (s) => () => s.subscriptions.sweep({ concurrency: 0 })],
  ['limit must be a whole number, 1 or more, got NaN', (s) => () => s.subscriptions.sweep({ limit: NaN })],
])('rejects with %j, and writes nothing down', async (message, call) => {
  const setup = await subscribed();
  const rejected = call(setup)();
  await expect(rejected).rejects.toThrow(TypeError);
  await expect(rejected).rejects.toThrow(new RegExp(`^Subscription: ${message.replace(/[{}]/g, '\\$&')}`));
  expect(await setup.subscriptions.find('s-1')).toBeNull();
});

function startWith({ subscriptions, billingKey }: Setup, more: object) {
  return subscriptions.start({ subscriptionId: 's-1', plan: PLAN, billingKey, ...more });
}

it('begins anew with the terms of one alone, when two do so at once', async () => {
  const { start, days, ledger } = await subscribed();
  await expect(start({}, 'no-such-key')).rejects.toMatchObject({ reason: 'SUBSCRIPTION_REFUSED' });
  const both = await Promise.allSettled([start({ amount: 1_000 }), start({ amount: 2_000 })]);
  expect(both).toMatchObject([
    { status: 'fulfilled', value: { plan: { amount: 1_000 } } },
    { status: 'rejected', reason: { reason: 'SUBSCRIPTION_EXISTS' } },
  ]);
  await days(15);
  expect(ledger()).toHaveLength(1);
});
