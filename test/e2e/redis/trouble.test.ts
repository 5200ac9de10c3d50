import { jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { WebhookInboxAdmin } from 'nestjs-portone';
import { RedisPaymentLock, RedisWebhookInbox } from 'nestjs-portone/redis';

import { delivery } from '../../contracts/webhook-inbox.interleaving.js';
import { deliver, paidEvent, type Answer } from '../../support/deliveries.js';
import { describeWithOwnRedis, OwnRedis } from '../../support/own-redis.js';
import { PLATFORMS } from '../../support/platforms.js';
import { openShop, type OpenShop } from '../../support/shop.js';
import { deferred } from '../../support/webhook-app.js';
import { said, until } from './redis-space.js';

const MAX_PENDING = 5;
const UNAVAILABLE = { status: 503, body: { type: 'WEBHOOK_INBOX_UNAVAILABLE' } };

// A rejection that nobody handles fails the test in which it happens.
describeWithOwnRedis('Redis in trouble', () => {
  let server: OwnRedis;
  let redis: Redis;

  beforeEach(async () => {
    server = await OwnRedis.start(['--appendonly', 'yes', '--appendfsync', 'always']);
    redis = new Redis(server.url, { retryStrategy: () => 20 });
    redis.on('error', () => undefined);
  });
  afterEach(async () => {
    redis.disconnect();
    await server.stop();
  });

  describe.each(PLATFORMS)('under an application on %s', (_platform, adapter) => {
    let open: OpenShop;

    beforeEach(async () => {
      const inbox = new RedisWebhookInbox({ redis, maxPending: MAX_PENDING, redrive: { pollMs: 10 } });
      open = await openShop(adapter, { webhookInbox: { useFactory: () => inbox } });
    });
    afterEach(() => open.running.app.close());

    const send = (id: string): Promise<Answer> => deliver(open.path, paidEvent(), { id });

    /** As PortOne does: again and again. */
    const untilHandled = (id: string): Promise<Answer> =>
      until(async () => {
        const answer = await send(id);
        return answer.status === 503 ? null : answer;
      });

    it('503 with Retry-After while it hangs, with no more in memory than maxPending, and back to work by itself', async () => {
      expect((await send('msg-before')).status).toBe(200);
      server.pause();
      const sent = jest.spyOn(redis, 'sendCommand');
      const ids = Array.from({ length: 30 }, (_, n) => `msg-${n}`);
      const answers = await Promise.all(ids.map(send));
      for (const answer of answers) {
        expect(answer).toMatchObject(UNAVAILABLE);
        expect(answer.headers.get('retry-after')).toBe('30');
      }
      expect(sent.mock.calls.length).toBeLessThanOrEqual(MAX_PENDING);
      expect(open.shop.calls).toHaveLength(2);
      server.resume();
      // Without waiting for the leases of the claims that nobody waited for any more: they were given back.
      const again = await Promise.all(ids.map(untilHandled));
      expect(again.map(({ status }) => status)).toEqual(ids.map(() => 200));
      expect(open.shop.calls).toHaveLength(2 + 2 * ids.length);
    });

    it('503 at once while it is gone; what was done is done after its restart', async () => {
      expect((await send('msg-before')).status).toBe(200);
      const gone = said(redis, 'close');
      await server.kill();
      await gone;
      const sent = jest.spyOn(redis, 'sendCommand');
      expect(await Promise.all([1, 2, 3].map((n) => send(`msg-${n}`)))).toMatchObject([1, 2, 3].map(() => UNAVAILABLE));
      expect(sent).not.toHaveBeenCalled();
      const ready = said(redis, 'ready');
      await server.restart();
      await ready;
      expect((await untilHandled('msg-before')).body).toEqual({ status: 'duplicate' });
      expect((await untilHandled('msg-1')).body).toEqual({ status: 'handled' });
      expect(open.shop.calls).toHaveLength(4);
    });

    it('503 for what is new while it is full; what is in hand comes to its end', async () => {
      const gate = deferred();
      const called = deferred();
      open.shop.mail = () => {
        called.resolve();
        return gate.promise;
      };
      const inHand = send('msg-in-hand');
      await called.promise;
      await redis.config('SET', 'maxmemory', '1');
      expect(await send('msg-new')).toMatchObject(UNAVAILABLE);
      await expect(open.running.app.get(WebhookInboxAdmin).ping()).rejects.toThrow(/OOM/);
      gate.resolve();
      expect((await inHand).body).toEqual({ status: 'handled' });
      expect((await send('msg-in-hand')).body).toEqual({ status: 'duplicate' });
      await redis.config('SET', 'maxmemory', '0');
      expect((await send('msg-new')).body).toEqual({ status: 'handled' });
    });
  });

  it('a full one refuses what is new alone', async () => {
    let time = Date.now();
    const now = (): number => time;
    const inbox = new RedisWebhookInbox({ redis, now });
    const lock = new RedisPaymentLock({ redis, now });
    await said(redis, 'ready');
    const claimed = await inbox.claim('/a', 1_000, delivery('', 'a', time));
    const held = await lock.acquire('a', 1_000);
    if (claimed.state !== 'claimed' || held.state !== 'acquired') throw new Error('not claimed');
    await redis.config('SET', 'maxmemory', '1');
    await expect(inbox.claim('/b', 1_000)).rejects.toThrow(/OOM/);
    await expect(lock.acquire('b', 1_000)).rejects.toThrow(/OOM/);
    expect(await lock.renew('a', held.fence, 1_000)).toBe(true);
    await lock.release('a', held.fence);
    expect(await inbox.renew('/a', claimed.token, 1_000)).toBe(true);
    expect(await inbox.completeHandler('/a', claimed.token, 'Orders.onPaid')).toBe(true);
    expect(await inbox.release('/a', claimed.token, 'it broke')).toBe(true);
    expect(await inbox.replay('/a')).toBe(true);
    expect(await inbox.claim('/a', 1_000)).toMatchObject({ state: 'claimed' });
    time += 1_000;
    const due = await inbox.claimDue('', 1_000);
    expect(due).toMatchObject({ state: 'claimed', completedHandlers: ['Orders.onPaid'] });
    if (due?.state === 'claimed') expect(await inbox.complete('/a', due.token)).toBe(true);
    expect(await inbox.claim('/a', 1_000)).toEqual({ state: 'done' });
  });

  it('a lock that comes too late is given back', async () => {
    const lock = new RedisPaymentLock({ redis });
    await said(redis, 'ready');
    await lock.acquire('warm', 1_000);
    server.pause();
    await expect(lock.acquire('late', 60_000)).rejects.toThrow(
      'RedisPaymentLock: Redis gave no answer within 3000 ms.',
    );
    server.resume();
    await until(async () => ((await lock.acquire('late', 60_000)).state === 'held' ? null : true));
  });
});
