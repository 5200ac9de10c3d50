import { subscriptionPaymentId } from 'nestjs-portone';

import { PLAN, subscribed } from './subscribed.js';

/** Whoever knows the subscription's id can work out its payment ids, and open the browser's payment window with one. */
const [first, next] = [0, 1].map((cycle) => subscriptionPaymentId('', 's-1', cycle, 0)) as [string, string];

it.each([
  ['scheduled', first],
  ['yet to be scheduled', next],
])('takes no little sum for a charge that was %s, paid under its guessed id', async (_, paymentId) => {
  const { start, sandbox, days, ledger, told } = await subscribed({ undocumented: { payWhileScheduled: 'allow' } });
  await start();
  await sandbox.buyer.pay(paymentId, { totalAmount: 100 });
  await days(60);
  const charges = sandbox.ledger.executions.filter(({ kind, amount }) => kind === 'CHARGE' && amount === PLAN.amount);
  expect(charges).toHaveLength(2);
  expect(ledger()).toHaveLength(3);
  expect(told.filter(({ type }) => type === 'charged').map(({ cycle }) => cycle)).toEqual([0, 1]);
  expect(told.filter((event) => event.paymentId === paymentId)).toMatchObject([
    { type: 'failed', reason: 'OTHER_PAYMENT' },
  ]);
  expect(sandbox.deliveries.filter(({ attempt }) => attempt > 1)).toEqual([]);
});

it('takes the whole sum, however it was paid', async () => {
  const { start, sandbox, days, ledger, types } = await subscribed();
  await start();
  await sandbox.buyer.pay(next, { totalAmount: PLAN.amount });
  await days(45);
  expect(ledger()).toHaveLength(2);
  expect(types()).toEqual(['charged', 'charged']);
});

it('leaves a scheduled charge alone that somebody failed under its guessed id before its time', async () => {
  const { start, sandbox, days, ledger, types } = await subscribed({ undocumented: { payWhileScheduled: 'allow' } });
  await start();
  await sandbox.buyer.fail(first);
  await days(20);
  expect(ledger().slice(1)).toEqual(['CHARGE 2026-01-31T00:00']);
  expect(types()).toEqual(['charged']);
});
