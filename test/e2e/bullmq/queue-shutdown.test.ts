import type { WebhookDelivery } from 'nestjs-portone';

import { PLATFORMS } from '../../support/platforms.js';
import { describeWithRedis } from '../../support/servers.js';
import { deferred } from '../../support/webhook-app.js';
import { RedisSpace } from '../redis/redis-space.js';
import { QueueWorld } from './queue-world.js';

const [, adapter] = PLATFORMS[0]!;

describeWithRedis('when a process that works on the queue ends', () => {
  let space: RedisSpace;
  let world: QueueWorld;
  beforeAll(async () => (space = await RedisSpace.open()));
  afterAll(() => space.close());
  beforeEach(async () => (world = await QueueWorld.open(space)));
  afterEach(() => world.close());

  it('it takes no more jobs, and the one in hand comes to its end', async () => {
    const web = await world.start({ adapter, queue: { worker: false } });
    const worker = await world.start({ queue: { concurrency: 1 } });
    const began = deferred();
    const end = deferred();
    worker.shop.stock = () => {
      began.resolve();
      return end.promise;
    };
    await web.send('msg_1');
    await began.promise;
    const closing = worker.app.close();
    end.resolve();
    await closing;
    expect(worker.shop.calls).toEqual(['stock 1']);
    await world.happened('completed');
    expect(await web.admin.backlog()).toEqual({ waiting: 1, active: 0, delayed: 0, exhausted: 0 });
    const next = await world.start({});
    await world.happened('completed', 2);
    expect(next.shop.calls).toEqual(['mail 1']);
  });

  it('what does not end in time is told to, and taken up elsewhere when its lock has run out', async () => {
    const web = await world.start({ adapter, queue: { worker: false } });
    const locks = { lockDurationMs: 300, stalledIntervalMs: 50 };
    const worker = await world.start({
      queue: { ...locks, concurrency: 1 },
      portone: { webhook: { handlerTimeoutMs: 50, backgroundTimeoutMs: 60_000 } },
    });
    const began = deferred<WebhookDelivery>();
    worker.shop.stock = (delivery) => {
      began.resolve(delivery);
      return new Promise(() => undefined);
    };
    await web.send('msg_1');
    const { signal } = await began.promise;
    await worker.app.close();
    expect(signal.aborted).toBe(true);
    const next = await world.start({ queue: locks });
    await world.happened('completed', 2);
    expect(next.shop.calls.sort()).toEqual(['mail 1', 'stock 1']);
  });
});
