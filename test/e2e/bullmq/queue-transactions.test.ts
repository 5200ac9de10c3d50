import { PostgresWebhookInbox } from 'nestjs-portone/postgres';

import { PLATFORMS } from '../../support/platforms.js';
import { paidEvent } from '../../support/deliveries.js';
import { describeWithRedis } from '../../support/servers.js';
import { Ledger } from '../postgres/effects.js';
import { openPGlite, type PostgresSpace } from '../postgres/postgres-space.js';
import { RedisSpace } from '../redis/redis-space.js';
import { QueueWorld } from './queue-world.js';

const [, adapter] = PLATFORMS[0]!;

describeWithRedis('transactional handlers in jobs', () => {
  let space: RedisSpace;
  let world: QueueWorld;
  let database: PostgresSpace;
  let ledger: Ledger;
  beforeAll(async () => {
    space = await RedisSpace.open();
    database = await openPGlite();
    ledger = new Ledger(database.database);
    await ledger.open();
  });
  afterAll(async () => {
    await space.close();
    await database.close();
  });
  beforeEach(async () => (world = await QueueWorld.open(space)));
  afterEach(() => world.close());

  it('take effect once: what they wrote before they failed is not there', async () => {
    const { send } = await world.start({
      adapter,
      providers: [{ provide: Ledger, useValue: ledger }],
      portone: { webhookInbox: { useFactory: () => new PostgresWebhookInbox({ connection: database.database }) } },
    });
    let failures = 2;
    ledger.work = async (_delivery, note) => {
      await note();
      failures -= 1;
      if (failures >= 0) throw new Error('after writing');
    };
    await send('msg_1', paidEvent('payment-1'));
    await world.happened('completed', 3);
    expect(ledger.calls).toBe(3);
    expect(await ledger.effects('payment-1')).toBe(1);
    expect(await ledger.completions('msg_1')).toBeGreaterThanOrEqual(1);
    // The job is gone with Redis' data, say; the database still knows.
    for (const job of await world.queue.getJobs(['completed'])) await job.remove();
    await send('msg_1', paidEvent('payment-1'));
    await world.happened('completed', 6);
    expect(ledger.calls).toBe(3);
    expect(await ledger.effects('payment-1')).toBe(1);
  });
});
