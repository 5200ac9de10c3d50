import { PortOneWebhook, PortOneWebhookEvents, WebhookDiscard, type PortOneTransaction } from 'nestjs-portone';
import { PostgresWebhookInbox } from 'nestjs-portone/postgres';

import { deliver, paidEvent, type Answer } from '../../support/deliveries.js';
import { PLATFORMS, type RunningApp } from '../../support/platforms.js';
import { describeWithPostgres } from '../../support/servers.js';
import { deferred, startWebhookApp } from '../../support/webhook-app.js';
import { Ledger } from './effects.js';
import { openPGlite, openPostgres, type PostgresSpace } from './postgres-space.js';

/** Beside `Ledger`, so that a delivery has two handlers. */
class Mails {
  sent = 0;
  failure: Error | undefined;

  @PortOneWebhook('Transaction.Paid')
  onPaid(): void {
    if (this.failure) throw this.failure;
    this.sent += 1;
  }
}

let made = 0;
let space: PostgresSpace;
let running: RunningApp;
let ledger: Ledger;
let mails: Mails;
let id: string;
let paymentId: string;

const send = (): Promise<Answer> => deliver(`${running.url}/webhook/portone`, paidEvent(paymentId), { id });
const pid = async (transaction: PortOneTransaction): Promise<number> =>
  (await transaction.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid;

function onDatabase(open: () => Promise<PostgresSpace>): void {
  beforeAll(async () => {
    space = await open();
    ledger = new Ledger(space.database);
    mails = new Mails();
    await ledger.open();
    running = await startWebhookApp(PLATFORMS[0]![1], {
      providers: [
        { provide: Ledger, useValue: ledger },
        { provide: Mails, useValue: mails },
      ],
      webhookInbox: {
        // A test sends its delivery again itself.
        useFactory: () => new PostgresWebhookInbox({ connection: space.database, redrive: { baseDelayMs: 3_600_000 } }),
      },
    });
  });
  afterAll(async () => {
    await running.app.close();
    await space.close();
  });
  beforeEach(() => {
    made += 1;
    id = `msg-${made}`;
    paymentId = `payment-${made}`;
    ledger.calls = 0;
    ledger.work = (_delivery, note) => note();
    mails.sent = 0;
    mails.failure = undefined;
  });

  it('commits what the handler writes and that it is through together', async () => {
    expect((await send()).status).toBe(200);
    expect([await ledger.effects(paymentId), await ledger.completions(id)]).toEqual([1, 1]);
    expect((await send()).body).toEqual({ status: 'duplicate' });
    expect([ledger.calls, await ledger.effects(paymentId)]).toEqual([1, 1]);
  });

  it('leaves neither of a handler that throws', async () => {
    ledger.work = async (_delivery, note) => {
      await note();
      throw new Error('after all');
    };
    expect((await send()).status).toBe(500);
    expect([await ledger.effects(paymentId), await ledger.completions(id)]).toEqual([0, 0]);
    ledger.work = (_delivery, note) => note();
    expect((await send()).status).toBe(200);
    expect([await ledger.effects(paymentId), mails.sent]).toEqual([1, 1]);
  });

  it('does not run it again when another handler of the delivery failed', async () => {
    mails.failure = new Error('no mail');
    expect((await send()).status).toBe(500);
    mails.failure = undefined;
    expect((await send()).status).toBe(200);
    expect([ledger.calls, await ledger.effects(paymentId), mails.sent]).toEqual([1, 1, 1]);
  });

  it('takes a failed statement that was swallowed for a failure of the handler', async () => {
    ledger.work = async ({ transaction }, note) => {
      await note();
      await transaction.query('SELECT 1 / 0').catch(() => undefined);
    };
    expect((await send()).status).toBe(500);
    expect([await ledger.effects(paymentId), await ledger.completions(id)]).toEqual([0, 0]);
  });

  it('lets a statement fail within a savepoint', async () => {
    ledger.work = async ({ transaction }, note) => {
      await transaction.query('SAVEPOINT here');
      await transaction.query('SELECT 1 / 0').catch(() => transaction.query('ROLLBACK TO SAVEPOINT here'));
      await note();
    };
    expect((await send()).status).toBe(200);
    expect(await ledger.effects(paymentId)).toBe(1);
  });

  it('rolls back what a handler wrote that discards the event, and does not run it again', async () => {
    const discarded: string[] = [];
    const subscription = running.app
      .get(PortOneWebhookEvents)
      .discarded$.subscribe(({ delivery }) => discarded.push(delivery.id));
    ledger.work = async (_delivery, note) => {
      await note();
      throw new WebhookDiscard('not ours');
    };
    mails.failure = new Error('no mail');
    expect((await send()).status).toBe(500);
    mails.failure = undefined;
    expect((await send()).status).toBe(200);
    subscription.unsubscribe();
    expect([ledger.calls, await ledger.effects(paymentId), discarded]).toEqual([1, 0, [id]]);
  });

  it('has the handler end its transaction in no way of its own', async () => {
    const refused: string[] = [];
    ledger.work = async ({ transaction }, note) => {
      await note();
      for (const text of [
        'COMMIT',
        ' rollback;',
        '-- all of it\n/* is */ BEGIN',
        'START TRANSACTION',
        'END',
        'abort',
      ]) {
        await transaction.query(text).catch(() => refused.push(text));
      }
      throw new Error('after all');
    };
    expect((await send()).status).toBe(500);
    expect(refused).toHaveLength(6);
    expect([await ledger.effects(paymentId), await ledger.completions(id)]).toEqual([0, 0]);
  });

  it('refuses a statement that comes after the end', async () => {
    let late: () => Promise<void> = () => Promise.resolve();
    ledger.work = (_delivery, note) => void (late = note);
    expect((await send()).status).toBe(200);
    await expect(late()).rejects.toThrow('The transaction has ended');
    expect(await ledger.effects(paymentId)).toBe(0);
  });

  it('keeps the completions of accounts apart', async () => {
    const inbox = new PostgresWebhookInbox({ connection: space.database });
    const run = (account: string): Promise<boolean> => inbox.inTransaction(`${account}/${id}`, 'h', async () => {});
    expect(await run('')).toBe(true);
    expect(await run('b')).toBe(true);
    expect([await run(''), await run('b')]).toEqual([false, false]);
    await inbox.forget(`b/${id}`);
    expect([await run(''), await run('b')]).toEqual([false, true]);
  });
}

describeWithPostgres('transactional handlers on PostgreSQL', () => {
  onDatabase(openPostgres);

  const kill = (backend: number): Promise<unknown> =>
    space.database.query('SELECT pg_terminate_backend($1, 10000)', [backend]);

  it.each([
    ['before it writes', true],
    ['after it wrote', false],
  ])('leaves neither when the connection breaks while the handler is at work, %s', async (_when, early) => {
    ledger.work = async ({ transaction }, note) => {
      const backend = await pid(transaction);
      if (!early) await note();
      await kill(backend);
      if (early) await note();
    };
    expect((await send()).status).toBe(500);
    expect([await ledger.effects(paymentId), await ledger.completions(id)]).toEqual([0, 0]);
    ledger.work = (_delivery, note) => note();
    expect((await send()).status).toBe(200);
    expect([ledger.calls, await ledger.effects(paymentId), await ledger.completions(id)]).toEqual([2, 1, 1]);
  });

  it('does not wait for a handler that hangs when its connection breaks', async () => {
    const end = deferred();
    ledger.work = async ({ transaction }, note) => {
      await note();
      await kill(await pid(transaction));
      await end.promise;
    };
    expect((await send()).status).toBe(500);
    end.resolve();
    ledger.work = (_delivery, note) => note();
    expect((await send()).status).toBe(200);
    expect(await ledger.effects(paymentId)).toBe(1);
  });

  it('leaves neither when the connection breaks in the middle of the commit', async () => {
    const schema = `"${space.database.schema}"`;
    const query = (text: string): Promise<unknown> => space.database.query(text);
    await query(`CREATE FUNCTION ${schema}.die() RETURNS trigger LANGUAGE plpgsql
      AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(10); RETURN NULL; END'`);
    await query(`CREATE CONSTRAINT TRIGGER die AFTER INSERT ON ${schema}.effects DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION ${schema}.die()`);
    expect((await send()).status).toBe(500);
    expect([await ledger.effects(paymentId), await ledger.completions(id)]).toEqual([0, 0]);
    await query(`DROP TRIGGER die ON ${schema}.effects`);
    expect((await send()).status).toBe(200);
    expect([await ledger.effects(paymentId), await ledger.completions(id)]).toEqual([1, 1]);
  });

  it.each([
    ['skips when the first one commits', 'commits'],
    ['does the work when the first one rolls back', 'rolls back'],
  ])('of two workers at one delivery the second waits, and %s', async (_what, first) => {
    const inboxes = [space.database, space.another()].map((connection) => new PostgresWebhookInbox({ connection }));
    const begun = deferred<number>();
    const end = deferred();
    const work = async (transaction: PortOneTransaction): Promise<void> => {
      await transaction.query(`INSERT INTO ${ledger.table} VALUES ($1)`, [paymentId]);
      begun.resolve(await pid(transaction));
      await end.promise;
      if (first === 'rolls back') throw new Error('after all');
    };
    const one = inboxes[0]!.inTransaction(`/${id}`, 'h', work).catch(() => 'rolled back');
    const backend = await begun.promise;
    const other = inboxes[1]!.inTransaction(`/${id}`, 'h', async (transaction) => {
      await transaction.query(`INSERT INTO ${ledger.table} VALUES ($1)`, [paymentId]);
    });
    // Until it waits for the first one's row.
    const waiting = 'SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))';
    while ((await space.database.query(waiting, [backend])).rowCount === 0);
    end.resolve();
    expect([await one, await other]).toEqual(first === 'commits' ? [true, false] : ['rolled back', true]);
    expect(await ledger.effects(paymentId)).toBe(1);
  });

  it('waits for another worker for three seconds at the most, and bounds no statement of the handler', async () => {
    const inbox = new PostgresWebhookInbox({ connection: space.database });
    const begun = deferred();
    const end = deferred();
    let bound: unknown;
    const one = inbox.inTransaction(`/${id}`, 'h', async (transaction) => {
      bound = (await transaction.query('SHOW lock_timeout')).rows[0];
      begun.resolve();
      await end.promise;
    });
    await begun.promise;
    expect(bound).toEqual({ lock_timeout: '0' });
    let called = false;
    const other = inbox.inTransaction(`/${id}`, 'h', async () => void (called = true));
    await expect(other).rejects.toThrow('h is at work on this delivery in another transaction');
    end.resolve();
    expect([await one, called]).toEqual([true, false]);
  });
});

describe('transactional handlers on PGlite', () => {
  onDatabase(openPGlite);

  it('fails a handler that waits for another store, instead of waiting for itself for ever', async () => {
    const inbox = new PostgresWebhookInbox({ connection: space.another() });
    ledger.work = async (_delivery, note) => {
      await note();
      await inbox.backlog('');
    };
    expect((await send()).status).toBe(500);
    ledger.work = (_delivery, note) => note();
    expect((await send()).status).toBe(200);
    expect(await ledger.effects(paymentId)).toBe(1);
  });
});
