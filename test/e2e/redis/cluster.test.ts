import { Redis } from 'ioredis';
import { RedisPaymentLock, RedisWebhookInbox } from 'nestjs-portone/redis';

import { paymentLockContract } from '../../contracts/payment-lock.contract.js';
import { CONTRACT_REDRIVE, webhookInboxContract } from '../../contracts/webhook-inbox.contract.js';
import { describeWithOwnRedis } from '../../support/own-redis.js';
import { OwnCluster } from './own-cluster.js';

// A script whose keys are in two slots is refused there: what passes has all of them in one.
describeWithOwnRedis('on a Redis Cluster of three nodes', () => {
  let cluster: OwnCluster;
  let prefixes = 0;
  const freshPrefix = (): string => `test-${(prefixes += 1)}`;

  beforeAll(async () => {
    cluster = await OwnCluster.start(3);
  });
  afterAll(() => cluster.stop());

  webhookInboxContract(
    'RedisWebhookInbox',
    () => {
      let time = 1_700_000_000_000;
      const now = (): number => time;
      const retentionMs = 50_000;
      const redis = cluster.client;
      const redrive = CONTRACT_REDRIVE;
      const inbox = new RedisWebhookInbox({ redis, prefix: freshPrefix(), redrive, retentionMs, now });
      return { inbox, retentionMs, now, pass: (ms) => void (time += ms) };
    },
    { runs: 60 },
  );

  paymentLockContract('RedisPaymentLock', () => {
    let time = 1_700_000_000_000;
    const lock = new RedisPaymentLock({ redis: cluster.client, prefix: freshPrefix(), now: () => time });
    return { lock, pass: (ms) => void (time += ms) };
  });

  it('every node has its share, and every one is asked whether it evicts', async () => {
    const inbox = new RedisWebhookInbox({ redis: cluster.client, prefix: freshPrefix() });
    await inbox.onModuleInit();
    for (let n = 0; n < 100; n += 1) await inbox.claim(`/msg_${n}`, 60_000);
    const connections = cluster.nodes.map(({ url }) => new Redis(url));
    for (const connection of connections) expect(await connection.dbsize()).toBeGreaterThan(0);
    for (const connection of connections) {
      await connection.config('SET', 'maxmemory-policy', 'volatile-ttl');
      await expect(inbox.onModuleInit()).rejects.toThrow(/Redis has maxmemory-policy volatile-ttl/);
      await connection.config('SET', 'maxmemory-policy', 'noeviction');
    }
    for (const connection of connections) connection.disconnect();
  });
});
