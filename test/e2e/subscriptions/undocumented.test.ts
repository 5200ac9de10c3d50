import { PaymentScheduleService, subscriptionPaymentId, type PaymentId } from 'nestjs-portone';

import { PLAN, subscribed } from './subscribed.js';

const [first, second] = [0, 1].map((attempt) => subscriptionPaymentId('', 's-1', 0, attempt)) as [PaymentId, PaymentId];
const DUE = '2026-01-31T00:00:00.000Z';

/** A schedule of the first payment id that the service does not know of: of a store that was lost, say. */
async function scheduledBefore(
  { world, billingKey }: Awaited<ReturnType<typeof subscribed>>,
  { timeToPay = DUE, total = PLAN.amount } = {},
): Promise<string> {
  const { schedule } = await world.app.get(PaymentScheduleService).createPaymentSchedule({
    paymentId: first,
    payment: { billingKey, orderName: PLAN.orderName, amount: { total }, currency: PLAN.currency },
    timeToPay,
  });
  return schedule.id;
}

describe.each(['active', 'ever', 'never'] as const)('a payment id has a schedule already: %s', (scheduleExists) => {
  it('is taken over where its terms are the same', async () => {
    const setup = await subscribed({ undocumented: { scheduleExists } });
    const scheduleId = await scheduledBefore(setup);
    const { attempts } = await setup.start();
    expect(attempts).toMatchObject([{ attempt: 0, state: 'SCHEDULED' }]);
    if (scheduleExists !== 'never') expect(attempts[0]?.scheduleId).toBe(scheduleId);
    await setup.days(20);
    expect(setup.ledger()).toEqual(['CHARGE 2026-01-31T00:00']);
    expect(setup.types()).toEqual(['charged']);
  });

  it('makes way where the one before was revoked', async () => {
    const setup = await subscribed({ undocumented: { scheduleExists } });
    const scheduleId = await scheduledBefore(setup);
    await setup.world.app.get(PaymentScheduleService).revokePaymentSchedules({ scheduleIds: [scheduleId] });
    const { attempts } = await setup.start();
    const attempt = scheduleExists === 'ever' ? 1 : 0;
    expect(attempts.at(-1)).toMatchObject({ attempt, state: 'SCHEDULED', paymentId: [first, second][attempt] });
    await setup.days(20);
    expect(setup.ledger()).toEqual(['CHARGE 2026-01-31T00:00']);
  });
});

it.each([
  ['another amount', { total: 5_000 }],
  ['another time', { timeToPay: '2026-03-01T00:00:00.000Z' }],
])('revokes a schedule of its payment id with %s, and takes the next', async (_, terms) => {
  const setup = await subscribed();
  await scheduledBefore(setup, terms);
  const { attempts } = await setup.start();
  expect(attempts).toMatchObject([
    { attempt: 0, state: 'REVOKED' },
    { attempt: 1, state: 'SCHEDULED', paymentId: second },
  ]);
  await setup.days(50);
  expect(setup.ledger()).toEqual(['CHARGE 2026-01-31T00:00', 'CHARGE 2026-02-28T00:00']);
});

it('waits for the list to show the schedule that it is told of', async () => {
  const setup = await subscribed({ undocumented: { listLagSeconds: 600 } });
  await scheduledBefore(setup);
  expect(await setup.start()).toMatchObject({ attempts: [{ state: 'SCHEDULING' }] });
  await setup.days(1);
  expect(await setup.subscriptions.find('s-1')).toMatchObject({ attempts: [{ attempt: 0, state: 'SCHEDULED' }] });
  await setup.days(12);
  expect(setup.ledger()).toHaveLength(1);
});

it.each([
  ['refuse', 'CHARGE 2026-01-31T00:00'],
  ['allow', 'CHARGE 2026-01-19T15:00'],
] as const)(
  'pays once what is past due and has a schedule (paid while scheduled: %s)',
  async (payWhileScheduled, charge) => {
    const setup = await subscribed({ undocumented: { payWhileScheduled } });
    await scheduledBefore(setup);
    await setup.start({ anchorDate: '2026-01-19', timeOfDay: '00:00' });
    await setup.days(20);
    expect(setup.ledger()).toEqual([charge]);
    expect(setup.types()).toEqual(['charged']);
  },
);

it.each([1, 3])('sees what became of a charge though reads are %i behind', async (staleReads) => {
  const setup = await subscribed({ undocumented: { staleReads, resentWebhookId: 'new' } });
  await setup.start();
  await setup.sandbox.clock.advance({ days: 50 });
  expect(setup.ledger()).toEqual(['CHARGE 2026-01-31T00:00', 'CHARGE 2026-02-28T00:00']);
  expect(setup.types()).toEqual(['charged', 'charged']);
  setup.sandbox.webhook = undefined;
  await setup.days(30);
  expect(setup.types()).toEqual(['charged', 'charged', 'charged']);
});
