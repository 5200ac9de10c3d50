import { BullModule, getQueueToken, InjectQueue } from '@nestjs/bullmq';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  getPortOneToken,
  InMemoryWebhookInbox,
  PortOneModule,
  PortOneStartError,
  PortOneWebhook,
  PortOneWebhookEvents,
  type WebhookDelivery,
} from 'nestjs-portone';
import { PortOneQueueAdmin, PortOneQueueModule, type PortOneQueue } from 'nestjs-portone/bullmq';
import { firstValueFrom } from 'rxjs';

import { deliver, paidEvent, SECRET } from '../../support/deliveries.js';
import { PLATFORMS, startApp } from '../../support/platforms.js';
import { describeWithRedis, REDIS_URL } from '../../support/servers.js';
import { application } from '../module/applications.js';
import { RecordingLogger } from '../module/recording-logger.js';
import { RedisSpace } from '../redis/redis-space.js';
import { QueueWorld } from './queue-world.js';

const webhook = { secrets: [SECRET] };
const { hostname: host, port } = new URL(REDIS_URL);
const connection = { host, port: Number(port || 6379) };

describeWithRedis('PortOneQueueModule', () => {
  let space: RedisSpace;
  let world: QueueWorld;
  beforeAll(async () => (space = await RedisSpace.open()));
  afterAll(() => space.close());
  beforeEach(async () => (world = await QueueWorld.open(space)));
  afterEach(() => world.close());

  const [, adapter] = PLATFORMS[0]!;

  it('tells two handlers of one class name apart by the ids they are given', async () => {
    const calls: string[] = [];
    const handlers = (id: string): new () => object => {
      @Injectable()
      class Orders {
        @PortOneWebhook('Transaction.Paid', { id })
        onPaid(): void {
          calls.push(id);
        }
      }
      return Orders;
    };
    const modules = ['stock', 'mails'].map((id) => {
      @Module({ providers: [handlers(id)] })
      class Part {}
      return Part;
    });
    const { send } = await world.start({ adapter, imports: modules });
    await send('msg_1');
    await world.happened('completed', 4);
    expect(calls.sort()).toEqual(['mails', 'stock']);
  });

  it('keeps two accounts on one Redis apart', async () => {
    @Injectable()
    class Orders {
      readonly seen: string[] = [];
      fail = true;

      @PortOneWebhook('Transaction.Paid', { id: 'orders' })
      onPaid(_event: object, { id }: WebhookDelivery): void {
        this.seen.push(`/${id}`);
      }

      @PortOneWebhook('Transaction.Paid', { account: 'b', id: 'orders' })
      onPaidInB(_event: object, { id, account }: WebhookDelivery): void {
        this.seen.push(`${account}/${id}`);
        if (this.fail) throw new Error('it broke');
      }
    }
    const inbox = new InMemoryWebhookInbox();
    const webhookInbox = { useFactory: () => inbox };
    const options = { connection, prefix: world.prefix, attempts: 1 };
    const { app, url } = await startApp(
      application(
        [
          PortOneModule.forRoot({ apiSecret: 'a', webhook, webhookInbox }),
          PortOneModule.forRoot({ apiSecret: 'b', webhook, webhookInbox, name: 'b' }),
          PortOneQueueModule.forRoot(options),
          PortOneQueueModule.forRoot({ ...options, account: 'b' }),
        ],
        [Orders],
      ),
      adapter,
    );
    world.processes.push(app);
    const [admin, adminOfB] = [
      app.get(PortOneQueueAdmin),
      app.get<PortOneQueueAdmin>(getPortOneToken(PortOneQueueAdmin, 'b')),
    ];
    const exhausted = firstValueFrom(
      app.get<PortOneWebhookEvents>(getPortOneToken(PortOneWebhookEvents, 'b')).exhausted$,
    );
    expect((await deliver(`${url}/webhook/portone`, paidEvent(), { id: 'msg_1' })).status).toBe(200);
    expect((await deliver(`${url}/webhook/portone/b`, paidEvent(), { id: 'msg_1' })).status).toBe(200);
    expect(await exhausted).toMatchObject({ delivery: { id: 'msg_1', account: 'b' }, attempts: 1 });
    await world.happened('completed');
    const orders = app.get(Orders);
    expect(orders.seen.sort()).toEqual(['/msg_1', 'b/msg_1']);
    expect(await admin.list()).toEqual([]);
    const [entry] = await adminOfB.list();
    expect(await admin.replay(entry!)).toBe(false);
    orders.fail = false;
    const handled = firstValueFrom(app.get<PortOneWebhookEvents>(getPortOneToken(PortOneWebhookEvents, 'b')).all$);
    expect(await adminOfB.replay(entry!)).toBe(true);
    await handled;
    expect(orders.seen.sort()).toEqual(['/msg_1', 'b/msg_1', 'b/msg_1']);
  });

  it('takes connection and prefix of BullModule.forRoot, and is found by @InjectQueue', async () => {
    @Injectable()
    class Board {
      constructor(@InjectQueue('portone-webhooks') readonly queue: PortOneQueue) {}
    }
    @Injectable()
    class Orders {
      @PortOneWebhook('*')
      any(): void {}
    }
    @Injectable()
    class QueueConfig {
      createPortOneQueueOptions() {
        return { worker: false };
      }
    }
    const { app, url } = await startApp(
      application(
        [
          BullModule.forRootAsync({ useFactory: () => Promise.resolve({ connection, prefix: world.prefix }) }),
          PortOneModule.forRoot({ apiSecret: 'a', webhook }),
          PortOneQueueModule.forRootAsync({ useClass: QueueConfig }),
        ],
        [Board, Orders],
      ),
      adapter,
    );
    world.processes.push(app);
    await deliver(`${url}/webhook/portone`);
    expect(await world.queue.getJobCounts('waiting')).toMatchObject({ waiting: 1 });
    const { queue } = app.get(Board);
    expect(queue).toBe(app.get(getQueueToken('portone-webhooks')));
    expect(await queue.getJobCounts('waiting')).toMatchObject({ waiting: 1 });
  });

  describe('says what is wrong at start:', () => {
    const starting = async (...imports: Parameters<typeof application>[0]): Promise<unknown> => {
      const options = { logger: false as const, abortOnError: false };
      const reason: unknown = await NestFactory.createApplicationContext(application(imports), options).catch(
        (error: unknown) => error,
      );
      return reason;
    };
    const portone = PortOneModule.forRoot({ apiSecret: 'a', webhook });

    it('no connection', async () => {
      const error = await starting(portone, PortOneQueueModule.forRoot());
      expect(error).toBeInstanceOf(PortOneStartError);
      expect(error).toMatchObject({
        message:
          'PortOneQueueModule "portone-webhooks": nothing says how Redis is reached. Give connection: { host, port }, or import BullModule.forRoot({ connection }).',
      });
    });

    it('an account that is not there', async () => {
      const error = await starting(portone, PortOneQueueModule.forRoot({ connection, account: 'c' }));
      expect(error).toBeInstanceOf(PortOneStartError);
      expect(error).toMatchObject({
        message: expect.stringContaining('no PortOneModule of the account "c"') as string,
      });
    });

    it.each(['concurrency', 'attempts', 'baseDelayMs', 'maxDelayMs', 'lockDurationMs', 'maxPending'])(
      '%s that is no whole number',
      async (option) => {
        const error = await starting(portone, PortOneQueueModule.forRoot({ connection, [option]: 0 }));
        expect(error).toMatchObject({
          name: 'TypeError',
          message: `PortOneQueueModule "portone-webhooks": ${option} must be a whole number, 1 or more, got 0.`,
        });
      },
    );

    it('a connection that is neither options nor a client of ioredis', async () => {
      const connection = { duplicate: () => ({}) };
      const error = await starting(portone, PortOneQueueModule.forRoot({ connection: connection as never }));
      expect(error).toMatchObject({
        name: 'TypeError',
        message: expect.stringContaining('client of ioredis') as string,
      });
    });

    it('a name with a colon', () => {
      expect(() => PortOneQueueModule.forRoot({ connection, queueName: 'a:b' })).toThrow(
        'PortOneQueueModule: queueName must be letters, digits, ".", "-" and "_", got "a:b".',
      );
    });

    it.each([
      ['production', 1],
      ['test', 0],
    ])('an inbox in memory, in %s', async (environment, warnings) => {
      const before = process.env['NODE_ENV'];
      process.env['NODE_ENV'] = environment;
      const logger = new RecordingLogger();
      try {
        await world.start({ logger, portone: { environment: 'production' } });
      } finally {
        process.env['NODE_ENV'] = before;
      }
      const said = logger.ofPortOne('warn').filter((line) => line.includes('RedisWebhookInbox'));
      expect(said).toHaveLength(warnings);
      expect(logger.ofPortOne('log')).toContain(
        'Deliveries go to the queue portone-webhooks; up to 8 jobs at once here',
      );
    });
  });
});
