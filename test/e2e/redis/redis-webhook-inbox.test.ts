import { RedisWebhookInbox } from 'nestjs-portone/redis';

import { CONTRACT_REDRIVE, webhookInboxContract } from '../../contracts/webhook-inbox.contract.js';
import { describeWithRedis } from '../../support/servers.js';
import { RedisSpace } from './redis-space.js';

describeWithRedis('on Redis', () => {
  let space: RedisSpace;
  beforeAll(async () => {
    space = await RedisSpace.open();
  });
  afterAll(() => space.close());

  webhookInboxContract('RedisWebhookInbox', () => {
    let time = 1_700_000_000_000;
    const now = (): number => time;
    const { redis } = space;
    const retentionMs = 50_000;
    const inbox = new RedisWebhookInbox({
      redis,
      prefix: space.freshPrefix(),
      shards: 3,
      redrive: CONTRACT_REDRIVE,
      retentionMs,
      now,
    });
    return { inbox, retentionMs, now, pass: (ms: number) => void (time += ms) };
  });
});
