import { firstValueFrom } from 'rxjs';
import { InMemoryWebhookInbox, PortOneWebhookEvents, WebhookInbox } from 'nestjs-portone';

import { paidEvent } from '../../support/deliveries.js';
import { PLATFORMS } from '../../support/platforms.js';
import { describeWithRedis } from '../../support/servers.js';
import { MoodyInbox } from '../../support/shop.js';
import { deferred } from '../../support/webhook-app.js';
import { RedisSpace } from '../redis/redis-space.js';
import { QueueWorld, type Process } from './queue-world.js';

const HOUR = 3_600_000;
const SLOW = { baseDelayMs: HOUR, maxDelayMs: HOUR };

describeWithRedis('a queue of deliveries', () => {
  let space: RedisSpace;
  let world: QueueWorld;
  beforeAll(async () => (space = await RedisSpace.open()));
  afterAll(() => space.close());
  beforeEach(async () => (world = await QueueWorld.open(space)));
  afterEach(() => world.close());

  describe.each(PLATFORMS)('behind %s', (_name, adapter) => {
    const web = (queue: object = {}): Promise<Process> => world.start({ adapter, queue: { worker: false, ...queue } });

    it('has a job for every handler before it answers 200, and a process without HTTP works on them', async () => {
      const { send, shop } = await web();
      const answer = await send('msg_1');
      expect(answer).toMatchObject({ status: 200, body: { status: 'queued' } });
      expect(await world.queue.getJobCounts('waiting', 'active', 'completed')).toMatchObject({ waiting: 2 });
      const jobs = await world.queue.getJobs(['waiting']);
      expect(jobs.map(({ name, data }) => `${name} ${data.deliveryId} ${data.handler}`).sort()).toEqual([
        'Transaction.Paid msg_1 Shop.reserveStock',
        'Transaction.Paid msg_1 Shop.sendMail',
      ]);
      expect(Buffer.from(jobs[0]!.data.rawBody, 'base64').toString()).toBe(JSON.stringify(paidEvent()));

      const worker = await world.start({});
      await world.happened('completed', 2);
      expect(worker.shop.calls.sort()).toEqual(['mail 1', 'stock 1']);
      expect(shop.calls).toEqual([]);
    });

    it('takes a delivery that comes again for what it is: nothing new', async () => {
      const { send, shop } = await world.start({ adapter });
      await send('msg_1');
      await world.happened('completed', 2);
      expect((await send('msg_1')).body).toEqual({ status: 'queued' });
      await world.happened('duplicated', 2);
      expect(shop.calls.sort()).toEqual(['mail 1', 'stock 1']);
      expect(await world.queue.getJobCounts('waiting', 'active', 'delayed', 'completed')).toMatchObject({
        waiting: 0,
        active: 0,
        delayed: 0,
        completed: 2,
      });
    });

    it('tries at once again what failed when its delivery comes again, also what is exhausted', async () => {
      const { app, send, shop, admin } = await world.start({ adapter, queue: { ...SLOW, attempts: 2 } });
      shop.mail = () => Promise.reject(new Error('no mail today'));
      const { exhausted$ } = app.get(PortOneWebhookEvents);
      const exhausted = firstValueFrom(exhausted$);
      await send('msg_1');
      // It waits for an hour now.
      await world.happened('delayed');
      await send('msg_1');
      expect(await exhausted).toMatchObject({ attempts: 2, delivery: { id: 'msg_1' }, event: paidEvent() });
      expect(shop.calls.sort()).toEqual(['mail 1', 'mail 2', 'stock 1']);
      expect(await admin.list()).toMatchObject([
        {
          deliveryId: 'msg_1',
          handler: 'Shop.sendMail',
          type: 'Transaction.Paid',
          state: 'exhausted',
          attempts: 2,
          lastFailure: 'Shop.sendMail: no mail today',
        },
      ]);
      shop.mail = () => undefined;
      await send('msg_1');
      await world.happened('completed', 2);
      expect(shop.calls).toContain('mail 3');
      expect(await admin.list()).toEqual([]);
    });

    it('never queues the question before an approval', async () => {
      const { send } = await web();
      const question = { ...paidEvent(), type: 'Transaction.Confirm', data: { ...paidEvent().data, totalAmount: 1 } };
      expect((await send('msg_1', question)).status).toBe(409);
      expect(await world.queue.getJobCounts('waiting')).toMatchObject({ waiting: 0 });
    });
  });

  const [, adapter] = PLATFORMS[0]!;

  it('adds the jobs of a delivery in one transaction', async () => {
    const { send } = await world.start({ adapter, queue: { worker: false } });
    await send('msg_warm');
    const commands: string[][] = [];
    const monitor = await space.redis.duplicate().monitor();
    const done = deferred();
    monitor.on('monitor', (_time: string, args: string[], source: string) => {
      commands.push([source, args[0]!.toLowerCase(), ...args.slice(1)]);
      if (args[0]!.toLowerCase() === 'exec') done.resolve();
    });
    await send('msg_1');
    await done.promise;
    monitor.disconnect();
    const from = commands.findIndex(([, name]) => name === 'multi');
    const [source] = commands[from]!;
    const transaction = commands.slice(from).filter(([whose]) => whose === source);
    expect(transaction.slice(0, 4).map(([, name]) => name)).toEqual(['multi', 'evalsha', 'evalsha', 'exec']);
    for (const [index, handler] of ['Shop.reserveStock', 'Shop.sendMail'].entries()) {
      expect(transaction[index + 1]!.join(' ')).toContain(`"handler":"${handler}"`);
    }
  });

  it('lets a job wait whose work somebody else holds, without counting an attempt', async () => {
    const inbox = new InMemoryWebhookInbox();
    const { send, shop } = await world.start({
      adapter,
      queue: { attempts: 1 },
      portone: { webhookInbox: { useFactory: () => inbox } },
    });
    const held = await inbox.claim('/msg_1#Shop.sendMail', 60_000);
    await send('msg_1');
    const id = await world.happened('delayed');
    expect(await world.queue.getJobState(id)).toBe('delayed');
    expect(await world.queue.getJob(id)).toMatchObject({ attemptsMade: 0, data: { handler: 'Shop.sendMail' } });
    expect(shop.calls).toEqual(['stock 1']);
    if (held.state === 'claimed') await inbox.release('/msg_1#Shop.sendMail', held.token);
    // What is waiting for a lease to end is looked at when the delivery comes again.
    await send('msg_1');
    await world.happened('completed', 2);
    expect(shop.calls).toEqual(['stock 1', 'mail 2']);
  });

  it('lets jobs wait while the inbox is away', async () => {
    const inbox = new MoodyInbox();
    inbox.away = 'claim';
    const { send, shop } = await world.start({
      adapter,
      queue: { attempts: 1 },
      portone: { webhookInbox: { useFactory: () => inbox } },
    });
    await send('msg_1');
    await world.happened('delayed', 2);
    expect(shop.calls).toEqual([]);
    inbox.away = undefined;
    await send('msg_1');
    await world.happened('completed', 2);
    expect(shop.calls.sort()).toEqual(['mail 1', 'stock 1']);
  });

  it('has what is exhausted sent again with all its attempts, or taken for done', async () => {
    const { app, send, shop, admin, inbox } = await world.start({ adapter, queue: { attempts: 2 } });
    const { exhausted$ } = app.get(PortOneWebhookEvents);
    const fail = (): never => {
      throw new Error('it broke');
    };
    shop.mail = fail;
    const first = firstValueFrom(exhausted$);
    await send('msg_1');
    await first;
    const [entry] = await admin.list();
    const again = firstValueFrom(exhausted$);
    expect(await admin.replay(entry!)).toBe(true);
    expect(await again).toMatchObject({ attempts: 2 });
    expect(shop.calls.filter((call) => call.startsWith('mail'))).toEqual(['mail 1', 'mail 2', 'mail 3', 'mail 4']);

    expect(await admin.backlog()).toEqual({ waiting: 0, active: 0, delayed: 0, exhausted: 1 });
    expect(await admin.discard(entry!)).toBe(true);
    await world.happened('completed', 2);
    expect(await admin.backlog()).toEqual({ waiting: 0, active: 0, delayed: 0, exhausted: 0 });
    expect(await inbox.claim('/msg_1#Shop.sendMail', 1)).toEqual({ state: 'done' });
    await send('msg_1');
    await world.happened('duplicated', 2);
    expect(shop.calls).toHaveLength(5);
    expect(await admin.discard(entry!)).toBe(false);
    expect(await admin.replay({ deliveryId: 'msg_none', handler: 'Shop.sendMail' })).toBe(false);
  });

  it('lists what is unfinished', async () => {
    const { send, admin } = await world.start({ adapter, queue: { worker: false } });
    await send('msg_1');
    await send('msg_2');
    const all = await admin.list({ state: 'unfinished' });
    expect(all.map(({ deliveryId, handler }) => `${deliveryId} ${handler}`)).toEqual([
      'msg_1 Shop.reserveStock',
      'msg_1 Shop.sendMail',
      'msg_2 Shop.reserveStock',
      'msg_2 Shop.sendMail',
    ]);
    expect(await admin.list({ state: 'unfinished', offset: 1, limit: 2 })).toEqual(all.slice(1, 3));
    expect(await admin.backlog()).toMatchObject({ waiting: 4 });
  });

  it('takes a job up again however often its process is gone', async () => {
    const { send, shop, admin } = await world.start({
      adapter,
      queue: { concurrency: 1, attempts: 1, stalledIntervalMs: 20, lockDurationMs: 60_000 },
    });
    const busy = deferred();
    const end = deferred();
    shop.stock = () => {
      busy.resolve();
      return end.promise;
    };
    await send('msg_1');
    // The only slot is taken: from now on, only the thief takes jobs.
    await busy.promise;
    const thief = await world.thief();
    for (let times = 1; times <= 6; times += 1) {
      await thief.take();
      await world.happened('stalled', times);
    }
    expect(await admin.list({ state: 'unfinished' })).toContainEqual(
      expect.objectContaining({ handler: 'Shop.sendMail', stalls: 6, attempts: 0 }),
    );
    end.resolve();
    await world.happened('completed', 2);
    expect(shop.calls).toEqual(['stock 1', 'mail 1']);
  });

  it('keeps completed jobs for 30 days, and those that are exhausted for ever', async () => {
    const { send } = await world.start({ adapter, queue: { worker: false } });
    await send('msg_1');
    const [job] = await world.queue.getJobs(['waiting']);
    expect(job!.opts).toMatchObject({ attempts: 75, removeOnComplete: { age: 30 * 86_400 }, removeOnFail: false });
  });

  it('works with the inbox of its account', async () => {
    const { app, send } = await world.start({ adapter });
    await send('msg_1');
    await world.happened('completed', 2);
    expect(await app.get(WebhookInbox).claim('/msg_1#Shop.sendMail', 1)).toEqual({ state: 'done' });
  });
});
