import { Redis } from 'ioredis';
import { PaymentLock, PortOneModule, PortOneStartError, WebhookInbox, type PortOneModuleExtras } from 'nestjs-portone';
import { RedisPaymentLock, RedisWebhookInbox } from 'nestjs-portone/redis';

import { SECRET } from '../../support/deliveries.js';
import { describeWithOwnRedis, OwnRedis } from '../../support/own-redis.js';
import { application, start } from '../module/applications.js';
import { RecordingLogger } from '../module/recording-logger.js';
import { said } from './redis-space.js';

describeWithOwnRedis('the start of an application with its stores on Redis', () => {
  let server: OwnRedis;
  const clients: Redis[] = [];
  const servers: OwnRedis[] = [];

  beforeAll(async () => {
    server = await OwnRedis.start();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    for (const another of servers.splice(0)) await another.stop();
  });
  afterAll(() => server.stop());

  async function anotherServer(settings?: string[]): Promise<OwnRedis> {
    const another = await OwnRedis.start(settings);
    servers.push(another);
    return another;
  }

  function client(url = server.url, options = {}): Redis {
    const redis = new Redis(url, { retryStrategy: () => 20, ...options });
    redis.on('error', () => undefined);
    clients.push(redis);
    return redis;
  }

  /** What the application logs as a warning; it is closed again. */
  async function startWith(stores: PortOneModuleExtras): Promise<string[]> {
    const logger = new RecordingLogger();
    const options = { apiSecret: 'secret', webhook: { secrets: [SECRET] } };
    const app = await start(application([PortOneModule.forRoot({ ...options, ...stores })]), logger);
    expect(app.get(WebhookInbox)).toBeDefined();
    expect(app.get(PaymentLock)).toBeDefined();
    await app.close();
    return logger.ofPortOne('warn');
  }
  const inboxOn = (redis: Redis, options = {}): PortOneModuleExtras => ({
    webhookInbox: { useFactory: () => new RedisWebhookInbox({ redis, ...options }) },
  });
  const lockOn = (redis: Redis): PortOneModuleExtras => ({
    paymentLock: { useFactory: () => new RedisPaymentLock({ redis }) },
  });

  it('says nothing of a server that evicts nothing, whether or not the client is connected yet', async () => {
    expect(await startWith({ ...inboxOn(client()), ...lockOn(client()) })).toEqual([]);
    expect(await startWith(inboxOn(client(server.url, { lazyConnect: true })))).toEqual([]);
    expect(await startWith(inboxOn(client(server.url, { enableOfflineQueue: false })))).toEqual([]);
  });

  it.each<[string, (redis: Redis) => PortOneModuleExtras]>([
    ['RedisWebhookInbox', inboxOn],
    ['RedisPaymentLock', lockOn],
  ])('is refused for %s where the server evicts, and names the fix', async (name, stores) => {
    const evicting = await anotherServer(['--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru']);
    const error = await startWith(stores(client(evicting.url))).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PortOneStartError);
    expect((error as Error).message).toBe(
      `${name}: Redis has maxmemory-policy allkeys-lru, so that it forgets deliveries and locks when memory runs out. ` +
        'Set maxmemory-policy noeviction, and keep caches in a Redis of their own.',
    );
  });

  it('warns where the server does not say', async () => {
    await client().acl('SETUSER', 'shop', 'on', '>pass', '~*', '+@all', '-info');
    const redis = client(server.url, { username: 'shop', password: 'pass', enableReadyCheck: false });
    expect(await startWith(inboxOn(redis))).toEqual([
      'RedisWebhookInbox: Redis did not say its maxmemory-policy. It must be noeviction, or deliveries and locks are forgotten when memory runs out.',
    ]);
  });

  it('warns, and goes on, while the server is away; what it then keeps is kept when the server is there', async () => {
    const away = await anotherServer();
    await away.kill();
    const redis = client(away.url);
    expect(await startWith(inboxOn(redis))).toMatchObject([/did not say its maxmemory-policy/]);
    const inbox = new RedisWebhookInbox({ redis });
    await expect(inbox.claim('/a', 1_000)).rejects.toThrow(/^RedisWebhookInbox: Redis is not connected \(ioredis says/);
    const ready = said(redis, 'ready');
    await away.restart();
    await ready;
    expect(await inbox.claim('/a', 1_000)).toMatchObject({ state: 'claimed' });
  });

  it('warns, and goes on, while the server hangs', async () => {
    const hanging = await anotherServer();
    const redis = client(hanging.url);
    await said(redis, 'ready');
    hanging.pause();
    expect(await startWith(inboxOn(redis))).toMatchObject([/did not say its maxmemory-policy/]);
    hanging.resume();
  });

  it('is refused with another number of shards than the deliveries are in', async () => {
    const options = { prefix: 'sharded', shards: 4 };
    expect(await startWith(inboxOn(client(), options))).toEqual([]);
    expect(await startWith(inboxOn(client(), options))).toEqual([]);
    await expect(startWith(inboxOn(client(), { prefix: 'sharded' }))).rejects.toThrow(
      new PortOneStartError(
        'RedisWebhookInbox: the deliveries under the prefix "sharded" are in 4 shards, but the option shards is 16, so that none of them would be found. Set shards: 4, or another prefix for an empty inbox.',
      ),
    );
  });

  it('is possible while the server is full', async () => {
    const filled = await anotherServer(['--maxmemory', '1']);
    const redis = client(filled.url);
    expect(await startWith(inboxOn(redis))).toEqual([]);
    await redis.config('SET', 'maxmemory', '0');
    expect(await startWith(inboxOn(redis, { shards: 4 }))).toEqual([]);
    await redis.config('SET', 'maxmemory', '1');
    expect(await startWith(inboxOn(redis, { shards: 4 }))).toEqual([]);
    await expect(startWith(inboxOn(redis))).rejects.toThrow(/Set shards: 4/);
  });
});
