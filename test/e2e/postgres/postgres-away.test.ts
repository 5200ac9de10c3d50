import { Injectable } from '@nestjs/common';
import { PortOneWebhook } from 'nestjs-portone';
import { migratePostgres, postgresDatabase, PostgresWebhookInbox } from 'nestjs-portone/postgres';
import pg from 'pg';

import { describeWhere } from '../../support/describe-where.js';
import { deliver, paidEvent } from '../../support/deliveries.js';
import { missingOwnPostgres, OwnPostgres } from '../../support/own-postgres.js';
import { PLATFORMS, type RunningApp } from '../../support/platforms.js';
import { deferred, startWebhookApp } from '../../support/webhook-app.js';
import { Ledger } from './effects.js';

@Injectable()
class Mails {
  readonly sent: string[] = [];

  @PortOneWebhook('Transaction.Paid')
  onPaid({ data }: { data: { paymentId: string } }): void {
    this.sent.push(data.paymentId);
  }
}

// A rejection or an 'error' event that nobody handles fails a test by itself.
describeWhere(missingOwnPostgres)('an application whose PostgreSQL is away', () => {
  let server: OwnPostgres;
  let pool: pg.Pool;
  let running: RunningApp;
  let ledger: Ledger;
  let mails: Mails;

  const send = (id: string): ReturnType<typeof deliver> =>
    deliver(`${running.url}/webhook/portone`, paidEvent(`payment-${id}`), { id });

  beforeAll(async () => {
    server = await OwnPostgres.start(['max_connections=20']);
    pool = new pg.Pool({ connectionString: server.url, max: 4 });
    await migratePostgres(pool);
    ledger = new Ledger(postgresDatabase(pool, { timeoutMs: 500 }));
    await ledger.open();
    mails = new Mails();
    running = await startWebhookApp(PLATFORMS[0]![1], {
      providers: [
        { provide: Ledger, useValue: ledger },
        { provide: Mails, useValue: mails },
      ],
      webhookInbox: {
        useFactory: () => new PostgresWebhookInbox({ connection: ledger.database, redrive: { baseDelayMs: 1 } }),
      },
    });
  });
  afterAll(async () => {
    await running.app.close();
    await pool.end();
    await server.stop();
  });

  async function isRefused(id: string): Promise<void> {
    const answer = await send(id);
    expect(answer).toMatchObject({ status: 503, body: { type: 'WEBHOOK_INBOX_UNAVAILABLE' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }

  async function isHandledOnce(id: string): Promise<void> {
    expect((await send(id)).status).toBe(200);
    expect((await send(id)).body).toEqual({ status: 'duplicate' });
    expect(await ledger.effects(`payment-${id}`)).toBe(1);
    expect(mails.sent.filter((sent) => sent === `payment-${id}`)).toHaveLength(1);
  }

  it('answers 503 while it refuses connections, and works again when it is back', async () => {
    await isHandledOnce('before');
    await server.kill();
    for (const id of ['while-1', 'while-2', 'while-3']) await isRefused(id);
    await server.restart();
    for (const id of ['while-1', 'while-2', 'while-3']) await isHandledOnce(id);
  });

  it('answers 503 within its time while it lets nobody in, and works again when it does', async () => {
    const held = await Promise.all(Array.from({ length: pool.idleCount }, () => pool.connect()));
    for (const client of held) client.release(true);
    server.pause();
    await isRefused('hung');
    server.resume();
    await isHandledOnce('hung');
  });

  it('answers 503 while the application has every connection in use, and works again when one is free', async () => {
    const held = await Promise.all(Array.from({ length: 4 }, () => pool.connect()));
    await isRefused('exhausted');
    held.forEach((client) => client.release());
    await isHandledOnce('exhausted');
    // What came too late went back.
    expect(pool.idleCount).toBe(pool.totalCount);
  });

  it('finishes by itself what it was at work on when the server was killed', async () => {
    const begun = deferred();
    const killed = deferred();
    ledger.work = async (_delivery, note) => {
      begun.resolve();
      await killed.promise;
      await note();
    };
    const answer = send('in-hand');
    await begun.promise;
    await server.kill();
    killed.resolve();
    expect((await answer).status).toBeGreaterThanOrEqual(500);
    const again = deferred();
    ledger.work = async (_delivery, note) => {
      await note();
      again.resolve();
    };
    await server.restart();
    // PortOne does not send it again: its lease ends, and the re-driver takes it up.
    await ledger.database.query(
      `UPDATE ${ledger.database.table('webhook_inbox')} SET due_at = now() WHERE body IS NOT NULL`,
    );
    await again.promise;
    expect(mails.sent.filter((sent) => sent === 'payment-in-hand').length).toBeGreaterThan(0);
    await isHandledOnceMore('in-hand');
  });

  /** The transaction of the re-driver's handler may not have ended yet: the endpoint waits for it. */
  async function isHandledOnceMore(id: string): Promise<void> {
    expect((await send(id)).status).toBe(200);
    expect(await ledger.effects(`payment-${id}`)).toBe(1);
  }
});
