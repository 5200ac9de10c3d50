import { Logger } from '@nestjs/common';
import {
  migratePostgres,
  postgresDatabase,
  PostgresWebhookInbox,
  type PostgresDatabase,
} from 'nestjs-portone/postgres';
import pg from 'pg';

import { DATABASE_URL, describeWithPostgres } from '../../support/servers.js';
import { deferred } from '../../support/webhook-app.js';
import { RecordingLogger } from '../module/recording-logger.js';
import { openPostgres, type PostgresSpace } from './postgres-space.js';

const LEASE_MS = 60_000;

describeWithPostgres('a pool as the stores use it', () => {
  let space: PostgresSpace;
  const pools: pg.Pool[] = [];

  function newPool(max: number): pg.Pool {
    const pool = new pg.Pool({ connectionString: DATABASE_URL, max });
    pools.push(pool);
    return pool;
  }

  /** The tables of this suite through another pool. */
  function through(pool: pg.Pool, options: Parameters<typeof postgresDatabase>[1] = {}): PostgresDatabase {
    return postgresDatabase(pool, { schema: space.database.schema, ...options });
  }

  /** Opens so many transactions and waits for all to be open. */
  async function hold(database: PostgresDatabase, count: number): Promise<() => Promise<unknown>> {
    const end = deferred();
    const open: Promise<void>[] = [];
    const ended = Array.from({ length: count }, () => {
      const begun = deferred();
      open.push(begun.promise);
      return database.transaction(async () => {
        begun.resolve();
        await end.promise;
      });
    });
    await Promise.all(open);
    return () => {
      end.resolve();
      return Promise.all(ended);
    };
  }

  beforeAll(async () => {
    space = await openPostgres();
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await space.close();
  });

  it('renews leases while every transaction is open and more wait for their turn', async () => {
    const database = through(newPool(4));
    const inbox = new PostgresWebhookInbox({ connection: database });
    const claim = await inbox.claim('/held', LEASE_MS);
    if (claim.state !== 'claimed') throw new Error(claim.state);
    const release = await hold(database, 2);
    let began = false;
    const third = database.transaction(async () => void (began = true));
    for (let time = 0; time < 5; time += 1) expect(await inbox.renew('/held', claim.token, LEASE_MS)).toBe(true);
    expect(began).toBe(false);
    await release();
    await third;
    expect(began).toBe(true);
  });

  it('uses all of a pool that is for transactions alone, and the other for all else', async () => {
    const [pool, transactionPool] = [newPool(1), newPool(3)];
    const database = through(pool, { transactionPool });
    const release = await hold(database, 3);
    expect((await database.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect([pool.totalCount, transactionPool.totalCount]).toEqual([1, 3]);
    await release();
  });

  it('refuses what is more than may wait, at once, and takes it again afterwards', async () => {
    const pool = newPool(1);
    const database = through(pool, { maxPending: 2 });
    const held = await pool.connect();
    const waiting = [database.query('SELECT 1'), database.query('SELECT 1')];
    await expect(database.query('SELECT 1')).rejects.toThrow('2 operations wait for a connection');
    held.release();
    await Promise.all(waiting);
    expect((await database.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('counts those whose time is up for as long as the pool remembers them', async () => {
    const pool = newPool(1);
    const database = through(pool, { maxPending: 3, timeoutMs: 20 });
    const held = await pool.connect();
    for (let time = 0; time < 3; time += 1) {
      await expect(database.query('SELECT 1')).rejects.toThrow('no connection within 20 ms');
    }
    for (let time = 0; time < 100; time += 1) {
      await expect(database.query('SELECT 1')).rejects.toThrow('3 operations wait for a connection');
    }
    expect(pool.waitingCount).toBe(3);
    held.release();
    while (pool.waitingCount > 0) await new Promise(setImmediate);
    expect((await through(pool).query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect([pool.totalCount, pool.idleCount]).toEqual([1, 1]);
  });

  it('refuses transactions that are more than may wait for their turn', async () => {
    const database = through(newPool(3), { maxPending: 1 });
    const release = await hold(database, 1);
    const second = database.transaction(() => Promise.resolve('second'));
    await expect(database.transaction(() => Promise.resolve())).rejects.toThrow('1 transactions wait for their turn');
    await release();
    expect(await second).toBe('second');
  });

  it('gives a statement up that takes too long, and its connection with it', async () => {
    const pool = newPool(1);
    const database = through(pool, { timeoutMs: 100 });
    await expect(database.query('SELECT pg_sleep(60)')).rejects.toThrow('timeout');
    expect((await database.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('keeps a connection whose statement PostgreSQL refused, or whose transaction was rolled back', async () => {
    const pool = newPool(1);
    const database = through(pool);
    const pid = async (): Promise<unknown> => (await database.query('SELECT pg_backend_pid() AS pid')).rows[0];
    const first = await pid();
    await expect(database.query('SELECT 1 / 0')).rejects.toThrow('division by zero');
    await expect(database.transaction(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await pid()).toEqual(first);
  });

  it('survives idle connections that break, and says so', async () => {
    const log = new RecordingLogger();
    Logger.overrideLogger(log);
    const pool = newPool(2);
    const database = through(pool);
    const { rows } = await database.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const broke = new Promise((resolve) => pool.once('error', resolve));
    await space.database.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
    await broke;
    expect(log.ofPortOne('warn')).toEqual([expect.stringMatching(/^An idle connection to PostgreSQL broke: /)]);
    Logger.overrideLogger(false);
    expect((await database.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('takes one round trip an operation, and three more for a transactional handler', async () => {
    const pool = newPool(4);
    let trips = 0;
    pool.on('connect', (client) => {
      const query = client.query.bind(client) as (...args: unknown[]) => unknown;
      client.query = ((...args: unknown[]) => {
        trips += 1;
        return query(...args);
      }) as typeof client.query;
    });
    const inbox = new PostgresWebhookInbox({ connection: through(pool) });
    const counted = async <T>(use: () => Promise<T>): Promise<[trips: number, answer: T]> => {
      const before = trips;
      const answer = await use();
      return [trips - before, answer];
    };
    const [claimTrips, claim] = await counted(() => inbox.claim('/counted', LEASE_MS));
    if (claim.state !== 'claimed') throw new Error(claim.state);
    const { token } = claim;
    expect(claimTrips).toBe(1);
    expect(await counted(() => inbox.renew('/counted', token, LEASE_MS))).toEqual([1, true]);
    expect(await counted(() => inbox.completeHandler('/counted', token, 'h'))).toEqual([1, true]);
    expect(await counted(() => inbox.inTransaction('/counted', 'i', () => Promise.resolve()))).toEqual([3, true]);
    expect(await counted(() => inbox.complete('/counted', token))).toEqual([1, true]);
    expect(await counted(() => inbox.claim('/counted', LEASE_MS))).toEqual([1, { state: 'done' }]);
    expect(await counted(() => inbox.claimDue('', LEASE_MS))).toEqual([1, null]);
    expect(await counted(() => inbox.forget('/counted'))).toEqual([1, undefined]);
  });

  it('says what a connection must be', async () => {
    const client = new pg.Client({ connectionString: DATABASE_URL }) as unknown as pg.Pool;
    expect(() => postgresDatabase(client)).toThrow(/^postgresDatabase: connection must be a pg.Pool/);
    for (const nothing of [undefined, DATABASE_URL]) {
      expect(() => postgresDatabase(nothing as unknown as pg.Pool)).toThrow(/^postgresDatabase: connection must be a/);
    }
    expect(() => postgresDatabase(newPool(1), { maxPending: 0 })).toThrow(/maxPending must be a whole number/);
    expect(() => postgresDatabase(newPool(1), { schema: '' })).toThrow(/schema must be the name/);
    expect(() => postgresDatabase(space.database, { schema: 'x' })).toThrow(/where the database is made/);
    const pool = newPool(1);
    expect(postgresDatabase(pool)).toBe(postgresDatabase(pool));
    expect(() => new PostgresWebhookInbox({ connection: pool, retentionMs: 0 })).toThrow(/retentionMs/);
    await expect(migratePostgres(client)).rejects.toThrow(/must be a pg.Pool/);
  });
});
