import { once } from 'node:events';

import { Redis } from 'ioredis';

import { paidEvent, type Answer } from '../../support/deliveries.js';
import { describeWithOwnRedis, OwnRedis } from '../../support/own-redis.js';
import { PLATFORMS } from '../../support/platforms.js';
import { deferred } from '../../support/webhook-app.js';
import { RedisSpace } from '../redis/redis-space.js';
import { QueueWorld, type Process } from './queue-world.js';

const UNAVAILABLE = { status: 503, body: { type: 'WEBHOOK_QUEUE_UNAVAILABLE' } };

/** As PortOne does: again and again. */
async function untilQueued({ send }: Process, id: string): Promise<Answer> {
  for (;;) {
    const answer = await send(id);
    if (answer.status !== 503) return answer;
  }
}

// A rejection that nobody handles fails the test in which it happens.
describeWithOwnRedis('a queue whose Redis is in trouble', () => {
  let server: OwnRedis;
  let space: RedisSpace;
  let world: QueueWorld;

  beforeEach(async () => {
    server = await OwnRedis.start(['--appendonly', 'yes', '--appendfsync', 'always']);
    space = await RedisSpace.open(server.url);
    space.redis.on('error', () => undefined);
    world = await QueueWorld.open(space, { url: server.url });
  });
  afterEach(async () => {
    await world.close();
    await space.close();
    await server.stop();
  });

  describe.each(PLATFORMS)('behind %s', (_name, adapter) => {
    it('503 with Retry-After while it is gone, and back to work by itself, workers included', async () => {
      const web = await world.start({ adapter, queue: { worker: false } });
      const worker = await world.start({});
      const gone = once(space.redis, 'close');
      await server.kill();
      await gone;
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => web.send(`msg-${n}`)));
      for (const answer of answers) {
        expect(answer).toMatchObject(UNAVAILABLE);
        expect(answer.headers.get('retry-after')).toBe('30');
      }
      await server.restart();
      expect((await untilQueued(web, 'msg-1')).body).toEqual({ status: 'queued' });
      await world.happened('completed', 2);
      expect(worker.shop.calls.sort()).toEqual(['mail 1', 'stock 1']);
    });

    it('503 while it hangs, with no more waiting than maxPending', async () => {
      const web = await world.start({ adapter, queue: { worker: false, maxPending: 5 } });
      server.pause();
      const ids = Array.from({ length: 30 }, (_, n) => `msg-${n}`);
      for (const answer of await Promise.all(ids.map((id) => web.send(id)))) expect(answer).toMatchObject(UNAVAILABLE);
      server.resume();
      for (const id of ids) expect((await untilQueued(web, id)).status).toBe(200);
      expect(await world.queue.getJobCounts('waiting')).toMatchObject({ waiting: 2 * ids.length });
    });
  });

  const [, adapter] = PLATFORMS[0]!;

  it('503 while it is full: no job of the delivery is there', async () => {
    const web = await world.start({ adapter, queue: { worker: false } });
    await space.redis.config('SET', 'maxmemory', '1');
    expect(await web.send('msg-1')).toMatchObject(UNAVAILABLE);
    await space.redis.config('SET', 'maxmemory', '0');
    expect(await world.queue.getJobCounts('waiting')).toMatchObject({ waiting: 0 });
    expect((await untilQueued(web, 'msg-1')).status).toBe(200);
  });

  it('back to work after Redis has forgotten all scripts', async () => {
    const web = await world.start({ adapter, queue: { worker: false } });
    expect((await web.send('msg-1')).status).toBe(200);
    await space.redis.script('FLUSH');
    expect((await untilQueued(web, 'msg-2')).status).toBe(200);
    expect(await world.queue.getJobCounts('waiting')).toMatchObject({ waiting: 4 });
  });

  it('an application starts and ends without it, and takes deliveries once it comes', async () => {
    await server.kill();
    const web = await world.start({ adapter });
    expect(await web.send('msg-1')).toMatchObject(UNAVAILABLE);
    await expect(web.admin.list()).rejects.toThrow('has no connection to Redis');
    const other = await world.start({ adapter });
    await other.app.close();
    await server.restart();
    expect((await untilQueued(web, 'msg-1')).status).toBe(200);
    await world.happened('completed', 2);
  });

  it('what a worker has in hand when it goes is done again at the most, and never lost', async () => {
    const { app, shop, send } = await world.start({ adapter, queue: { lockDurationMs: 200, stalledIntervalMs: 50 } });
    const began = deferred();
    const end = deferred();
    shop.mail = () => {
      began.resolve();
      return end.promise;
    };
    await send('msg-1');
    await began.promise;
    await server.kill();
    end.resolve();
    await server.restart();
    await world.happened('completed', 2);
    // The inbox is not in that Redis: it knows that the work is done.
    expect(shop.calls.sort()).toEqual(['mail 1', 'stock 1']);
    expect(app).toBeDefined();
  });

  it('with a client of the application, which is duplicated and stays as it is', async () => {
    const redis = new Redis(server.url, { maxRetriesPerRequest: null });
    const web = await world.start({ adapter, queue: { connection: redis } });
    expect((await web.send('msg-1', paidEvent())).status).toBe(200);
    await world.happened('completed', 2);
    await web.app.close();
    expect(await redis.ping()).toBe('PONG');
    expect(await redis.client('LIST')).not.toContain('cmd=bzpopmin');
    await redis.quit();
  });
});
