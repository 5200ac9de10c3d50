import { PaymentLockError } from 'nestjs-portone';
import { PortOneSandbox } from 'nestjs-portone/testing';

import { describeWithPostgres } from '../../support/servers.js';
import { deferred } from '../../support/webhook-app.js';
import { openPGlite, openPostgres, type PostgresSpace } from './postgres-space.js';
import { startShop, type ShopProcess } from './shop-process.js';

function onEach(open: () => Promise<PostgresSpace>) {
  let space: PostgresSpace;
  let sandbox: PortOneSandbox;
  let shop: ShopProcess;

  beforeAll(async () => {
    space = await open();
  });
  afterAll(() => space.close());

  beforeEach(async () => {
    await space.empty('payment_sync', 'order_owners');
    sandbox = await PortOneSandbox.start({ clock: new Date('2026-01-20T03:00:00Z'), seed: 6 });
    shop = await startShop(sandbox, space.database);
    sandbox.webhook = { url: 'http://127.0.0.1:9/nobody', secret: 'none' };
    await sandbox.buyer.pay('a-1', { totalAmount: 1000 });
  });
  afterEach(async () => {
    await sandbox.stop();
    await shop.app.close();
    await shop.book.clear();
  });

  it('writes once what the method writes', async () => {
    expect(await shop.sync.sync('a-1')).toMatchObject({ outcome: 'applied', changed: true });
    expect(await shop.sync.sync('a-1')).toMatchObject({ outcome: 'applied', changed: false });
    await sandbox.console.cancel('a-1', { amount: 300 });
    expect(await shop.sync.sync('a-1')).toMatchObject({ outcome: 'applied', changed: true });
    expect(await shop.book.lines()).toEqual(['a PAID', 'a PARTIAL_CANCELLED']);
  });

  it('writes nothing when the method throws, and calls it again', async () => {
    shop.orders.during = () => Promise.reject(new Error('out of stock'));
    await expect(shop.sync.sync('a-1')).rejects.toThrow('out of stock');
    expect(await shop.book.lines()).toEqual([]);
    shop.orders.during = () => undefined;
    expect(await shop.sync.sync('a-1')).toMatchObject({ changed: true });
    expect(await shop.book.lines()).toEqual(['a PAID']);
  });

  it('applies nothing when a statement failed of which the method says nothing', async () => {
    shop.orders.during = (_, { transaction }) => transaction.query('SELECT FROM nowhere').catch(() => undefined);
    await expect(shop.sync.sync('a-1')).rejects.toThrow();
    shop.orders.during = () => undefined;
    expect(await shop.sync.sync('a-1')).toMatchObject({ changed: true });
    expect(await shop.book.lines()).toEqual(['a PAID']);
  });

  it('calls hooks outside of it, and remembers what they did', async () => {
    await shop.sync.sync('a-1');
    await sandbox.buyer.pay('a-2', { totalAmount: 1000 });
    expect(await shop.sync.sync('a-2')).toMatchObject({ outcome: 'duplicate-charge', changed: true });
    expect(await shop.book.lines()).toEqual(['a PAID']);
    expect((await shop.payments.getPayment({ paymentId: 'a-2' })).status).toBe('CANCELLED');
  });

  return {
    shop: () => shop,
    another: () => startShop(sandbox, space.another()),
    space: () => space,
  };
}

describe('a transactional payment sync on PGlite', () => void onEach(openPGlite));

describeWithPostgres('a transactional payment sync on PostgreSQL', () => {
  const { shop, another, space } = onEach(openPostgres);

  it('rolls the writes back of whoever lost the lock meanwhile', async () => {
    const [entered, leave] = [deferred(), deferred()];
    shop().orders.during = async () => {
      entered.resolve();
      await leave.promise;
    };
    const first = shop().sync.sync('a-1');
    await entered.promise;
    const { database } = space();
    await database.query(`UPDATE ${database.table('payment_locks')} SET lease_ends_at = '-infinity'`);
    const other = await another();
    expect(await other.sync.sync('a-1')).toMatchObject({ outcome: 'applied', changed: true });
    leave.resolve();
    const error: unknown = await first.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PaymentLockError);
    expect(error).toMatchObject({ reason: 'LOST' });
    expect(await shop().book.lines()).toEqual(['a PAID']);
    await other.app.close();
  });

  it('keeps the payment from others until the method has ended, though its transaction broke', async () => {
    const [entered, leave] = [deferred(), deferred()];
    let ended = false;
    shop().orders.during = async () => {
      entered.resolve();
      await leave.promise;
      ended = true;
    };
    const first = shop()
      .sync.sync('a-1')
      .catch(() => ended);
    await entered.promise;
    const { database } = space();
    const ofTransactions = `state = 'idle in transaction' AND query LIKE '%"${database.schema}"%'`;
    const { rows } = await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${ofTransactions}`,
    );
    expect(rows).toHaveLength(1);
    shop().orders.during = () => expect(ended).toBe(true);
    const next = shop().sync.sync('a-1');
    await shop().book.lines();
    leave.resolve();
    expect(await first).toBe(true);
    expect(await next).toMatchObject({ outcome: 'applied', changed: true });
    expect(await shop().book.lines()).toEqual(['a PAID']);
  });
});
