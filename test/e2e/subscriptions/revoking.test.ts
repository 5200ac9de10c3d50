import { BillingKeyService, PaymentScheduleService } from 'nestjs-portone';

import { PLAN, subscribed } from './subscribed.js';

it('revokes by id, one a call, and only then deletes the billing key', async () => {
  const { start, subscriptions, sandbox, requests, ledger, types, billingKey, world } = await subscribed();
  const { attempts } = await start();
  const cancelled = await subscriptions.cancel('s-1', { deleteBillingKey: true });
  expect(cancelled).toMatchObject({ status: 'CANCELLED', attempts: [{ state: 'REVOKED' }], keysToDelete: [] });
  const [revocation] = requests('revokePaymentSchedules');
  expect(JSON.parse(new URL(revocation!.path, sandbox.url).searchParams.get('requestBody')!)).toEqual({
    scheduleIds: [attempts[0]!.scheduleId],
  });
  const operations = sandbox.ledger.requests.map(({ operation }) => operation?.split('.').at(-1));
  expect(operations.indexOf('revokePaymentSchedules')).toBeLessThan(operations.indexOf('deleteBillingKey'));
  expect((await world.app.get(BillingKeyService).getBillingKeyInfo({ billingKey })).status).toBe('DELETED');
  await sandbox.clock.advance({ days: 60 });
  expect(ledger()).toEqual([]);
  expect(types()).toEqual([]);
  await subscriptions.cancel('s-1');
  expect(requests('revokePaymentSchedules')).toHaveLength(1);
});

it('tells of a charge that could not be revoked any more, and makes no other', async () => {
  const { start, subscriptions, sandbox, told, ledger, days } = await subscribed();
  await start();
  sandbox.webhook = undefined;
  await sandbox.clock.advance({ days: 11, hours: 10 });
  await subscriptions.cancel('s-1');
  expect(told).toMatchObject([{ type: 'charged-after-cancel', status: 'CANCELLED', cycle: 0 }]);
  await days(40);
  expect(ledger()).toEqual(['CHARGE 2026-01-31T00:00']);
  expect(told).toHaveLength(1);
});

it('charges nothing while it is paused, and only what comes after it', async () => {
  const { start, subscriptions, days, ledger, types } = await subscribed();
  await start();
  await days(15);
  await subscriptions.pause('s-1');
  expect(await subscriptions.pause('s-1')).toMatchObject({ status: 'PAUSED' });
  await days(60);
  expect(await subscriptions.resume('s-1')).toMatchObject({ status: 'ACTIVE', cycle: 3 });
  await days(30);
  expect(ledger()).toEqual(['CHARGE 2026-01-31T00:00', 'CHARGE 2026-04-30T00:00']);
  expect(types()).toEqual(['charged', 'charged']);
});

it('schedules with another card under another payment id, and deletes the old one', async () => {
  const { start, subscriptions, world, billingKey, sandbox, ledger, requests } = await subscribed();
  await start();
  const another = await world.issueKey();
  const { attempts } = await subscriptions.changeBillingKey('s-1', another, { deleteOld: true });
  expect(attempts).toMatchObject([
    { attempt: 0, state: 'REVOKED', billingKey },
    { attempt: 1, state: 'SCHEDULED', billingKey: another },
  ]);
  expect((await world.app.get(BillingKeyService).getBillingKeyInfo({ billingKey })).status).toBe('DELETED');
  await sandbox.clock.advance({ days: 12 });
  expect(ledger()).toEqual(['CHARGE 2026-01-31T00:00']);
  await subscriptions.changeBillingKey('s-1', another);
  expect(requests('revokePaymentSchedules')).toHaveLength(1);
});

it('takes the charge of the old card that came before the change of cards', async () => {
  const { start, subscriptions, world, sandbox, ledger, types, days } = await subscribed();
  await start();
  const { webhook } = sandbox;
  sandbox.webhook = undefined;
  await sandbox.clock.advance({ days: 11, hours: 10 });
  sandbox.webhook = webhook;
  const another = await world.issueKey();
  const { attempts, cycle } = await subscriptions.changeBillingKey('s-1', another);
  expect(cycle).toBe(1);
  expect(attempts.at(-1)).toMatchObject({ cycle: 1, state: 'SCHEDULED', billingKey: another });
  await days(20);
  expect(ledger()).toEqual(['CHARGE 2026-01-31T00:00']);
  expect(types()).toEqual(['charged']);
});

it.each(['refuse', 'allow'] as const)(
  'keeps a billing key that others use (deleted while scheduled: %s)',
  async (deleteWhileScheduled) => {
    const { start, subscriptions, billingKey, sandbox, ledger, world } = await subscribed({
      undocumented: { deleteWhileScheduled },
    });
    await start();
    await subscriptions.start({ subscriptionId: 's-2', plan: PLAN, billingKey });
    await subscriptions.cancel('s-1', { deleteBillingKey: true });
    expect((await world.app.get(BillingKeyService).getBillingKeyInfo({ billingKey })).status).toBe('ISSUED');
    await sandbox.clock.advance({ days: 12 });
    expect(ledger()).toHaveLength(1);
  },
);

it('mends a schedule that somebody else revoked: paid when it is due', async () => {
  const { start, world, ledger, days, types } = await subscribed();
  const { attempts } = await start();
  await world.app.get(PaymentScheduleService).revokePaymentSchedules({ scheduleIds: [attempts[0]!.scheduleId!] });
  await days(13);
  expect(ledger()).toHaveLength(1);
  expect(ledger()[0]).toMatch(/^CHARGE 2026-01-31/);
  expect(types()).toEqual(['charged']);
});

it('asks for another card when the buyer deleted the key, and charges the other one', async () => {
  const { start, subscriptions, world, billingKey, sandbox, ledger, told, days } = await subscribed();
  await start();
  await sandbox.clock.advance({ days: 12 });
  await sandbox.buyer.deleteBillingKey(billingKey);
  await days(40);
  expect(told[1]).toMatchObject({ type: 'failed', cycle: 1, retryAt: '2026-03-01T00:00:00.000Z' });
  expect(told.at(-1)).toMatchObject({ type: 'lapsed', cycle: 1 });
  await subscriptions.changeBillingKey('s-1', await world.issueKey());
  await subscriptions.resume('s-1');
  expect(ledger()).toHaveLength(2);
});

it('tells early that a key is gone, and pays when the time has come with the one that takes its place', async () => {
  const { start, subscriptions, world, billingKey, sandbox, ledger, told, days } = await subscribed();
  await start();
  await sandbox.clock.advance({ days: 11 });
  sandbox.webhook = undefined;
  await sandbox.clock.advance({ hours: 12 });
  await sandbox.buyer.deleteBillingKey(billingKey);
  await subscriptions.scheduleNext('s-1');
  expect(told).toMatchObject([
    { type: 'charged', cycle: 0 },
    { type: 'failed', cycle: 1, reason: 'BILLING_KEY_ALREADY_DELETED', retryAt: '2026-02-28T00:00:00.000Z' },
  ]);
  await subscriptions.changeBillingKey('s-1', await world.issueKey());
  await days(30);
  expect(ledger()).toEqual(['CHARGE 2026-01-31T00:00', 'CHARGE 2026-02-28T00:00']);
});
