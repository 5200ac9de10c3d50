import { Module } from '@nestjs/common';
import { PortOneModule, PortOneWebhook, type TransactionalWebhookDelivery, type WebhookEvent } from 'nestjs-portone';
import { PostgresWebhookInbox, type PostgresDatabase } from 'nestjs-portone/postgres';

import { deliver, paidEvent, SECRET, type Answer } from '../../support/deliveries.js';
import { PLATFORMS, startApp, type RunningApp } from '../../support/platforms.js';
import { describeWithPostgres } from '../../support/servers.js';
import { deferred } from '../../support/webhook-app.js';
import { Ledger } from './effects.js';
import { openPostgres, type PostgresSpace } from './postgres-space.js';

const SECRET_B = Buffer.from('the secret of the second account').toString('base64');

/** The handler of the second account. */
class LedgerOfB {
  constructor(readonly ledger: Ledger) {}

  @PortOneWebhook('Transaction.Paid', { account: 'b', transactional: true })
  async onPaid({ data }: WebhookEvent<'Transaction.Paid'>, delivery: TransactionalWebhookDelivery): Promise<void> {
    await delivery.transaction.query(`INSERT INTO ${this.ledger.table} VALUES ($1)`, [`b: ${data.paymentId}`]);
  }
}

interface Process extends RunningApp {
  readonly ledger: Ledger;
}

/** An application with two accounts, whose inboxes are one database. */
async function startProcess(connection: PostgresDatabase): Promise<Process> {
  const ledger = new Ledger(connection);
  const inbox = new PostgresWebhookInbox({ connection, redrive: { pollMs: 20, baseDelayMs: 3_600_000 } });
  const webhookInbox = { useFactory: () => inbox };
  const [secrets, secretsOfB] = [[SECRET], [SECRET_B]];
  @Module({
    imports: [
      PortOneModule.forRoot({ apiSecret: 'a', webhook: { secrets }, webhookInbox }),
      PortOneModule.forRoot({ name: 'b', apiSecret: 'b', webhook: { secrets: secretsOfB }, webhookInbox }),
    ],
    providers: [
      { provide: Ledger, useValue: ledger },
      { provide: LedgerOfB, useValue: new LedgerOfB(ledger) },
    ],
  })
  class AppModule {}
  return { ledger, ...(await startApp(AppModule, PLATFORMS[0]![1])) };
}

describeWithPostgres('two processes on one PostgreSQL', () => {
  let space: PostgresSpace;
  let one: Process;
  let other: Process;

  const send = ({ url }: RunningApp, id: string): Promise<Answer> =>
    deliver(`${url}/webhook/portone`, paidEvent(`payment-${id}`), { id });
  /** As if the holder had been paused for longer than its lease. */
  const endLeases = (): Promise<unknown> =>
    space.database.query(`UPDATE ${space.database.table('webhook_inbox')} SET due_at = now()`);

  beforeAll(async () => {
    space = await openPostgres();
    [one, other] = await Promise.all([startProcess(space.database), startProcess(space.another())]);
    await one.ledger.open();
  });
  afterAll(async () => {
    await Promise.all([one.app.close(), other.app.close()]);
    await space.close();
  });

  it('have a delivery take effect once, though its lease was lost while the handler was at work', async () => {
    const begun = deferred();
    const end = deferred();
    one.ledger.work = async (_delivery, note) => {
      await note();
      begun.resolve();
      await end.promise;
    };
    const first = send(one, 'lost');
    await begun.promise;
    await endLeases();
    // The re-driver of either takes it up and waits for the open transaction.
    const waiting =
      'SELECT FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE query LIKE $1)';
    const statement = `%${space.database.schema}%webhook_completions%`;
    while ((await space.database.query(waiting, [statement])).rowCount === 0);
    end.resolve();
    expect([200, 503]).toContain((await first).status);
    expect(await send(other, 'lost')).toMatchObject({ status: 200 });
    expect([await one.ledger.effects('payment-lost'), one.ledger.calls + other.ledger.calls]).toEqual([1, 1]);
  });

  it('have a delivery that one left behind finished by the other, without PortOne', async () => {
    const done = deferred();
    one.ledger.work = () => Promise.reject(new Error('not here'));
    other.ledger.work = async (_delivery, note) => {
      await note();
      done.resolve();
    };
    expect((await send(one, 'left')).status).toBe(500);
    one.ledger.work = other.ledger.work;
    await endLeases();
    await done.promise;
    expect((await send(other, 'left')).status).toBe(200);
    expect(await one.ledger.effects('payment-left')).toBe(1);
  });

  it('keep accounts apart that use one database, also for one id', async () => {
    one.ledger.work = (_delivery, note) => note();
    const event = paidEvent('payment-same');
    const paths = { a: `${one.url}/webhook/portone`, b: `${one.url}/webhook/portone/b` };
    expect((await deliver(paths.a, event, { id: 'same' })).body).toEqual({ status: 'handled' });
    expect((await deliver(paths.b, event, { id: 'same', secret: SECRET_B })).body).toEqual({ status: 'handled' });
    expect((await deliver(paths.a, event, { id: 'same' })).body).toEqual({ status: 'duplicate' });
    expect((await deliver(paths.b, event, { id: 'same', secret: SECRET_B })).body).toEqual({ status: 'duplicate' });
    const counts = ['payment-same', 'b: payment-same'].map((payment) => one.ledger.effects(payment));
    expect(await Promise.all(counts)).toEqual([1, 1]);
  });
});
