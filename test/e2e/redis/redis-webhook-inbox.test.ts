import { jest } from '@jest/globals';
import type { Redis } from 'ioredis';
import type { DueDelivery, RedriveOptions, WebhookClaim } from 'nestjs-portone';
import { RedisWebhookInbox, type RedisConnection, type RedisWebhookInboxOptions } from 'nestjs-portone/redis';

import { CONTRACT_REDRIVE, webhookInboxContract } from '../../contracts/webhook-inbox.contract.js';
import { delivery } from '../../contracts/webhook-inbox.interleaving.js';
import { describeWithRedis } from '../../support/servers.js';
import { RedisSpace, until } from './redis-space.js';
import { resending } from './resending.js';

const LEASE_MS = 60_000;
const RETENTION_MS = 3_600_000;

describeWithRedis('on Redis', () => {
  let space: RedisSpace;
  beforeAll(async () => {
    space = await RedisSpace.open();
  });
  afterAll(() => space.close());

  webhookInboxContract('RedisWebhookInbox', () => {
    let time = 1_700_000_000_000;
    const now = (): number => time;
    const retentionMs = 50_000;
    const prefix = space.freshPrefix();
    const redrive = CONTRACT_REDRIVE;
    const inbox = new RedisWebhookInbox({ redis: space.redis, prefix, shards: 3, redrive, retentionMs, now });
    return { inbox, retentionMs, now, pass: (ms) => void (time += ms) };
  });

  describe('RedisWebhookInbox', () => {
    const make = (options: Partial<RedisWebhookInboxOptions> = {}) => {
      const prefix = space.freshPrefix();
      return {
        prefix,
        inbox: new RedisWebhookInbox({ redis: space.redis, prefix, retentionMs: RETENTION_MS, ...options }),
      };
    };
    const kept = (id: string) => delivery('', id, Date.now());
    const tokenOf = (claim: WebhookClaim | DueDelivery | null): string => {
      if (claim?.state !== 'claimed') throw new Error(String(claim?.state));
      return claim.token;
    };

    it('asks Redis once an operation', async () => {
      const { inbox } = make();
      const { redis } = space;
      const everything = async (id: string, asks: (name: string, ask: () => Promise<unknown>) => Promise<unknown>) => {
        const claim = () => asks('claim', () => inbox.claim(`/${id}`, LEASE_MS, kept(id))) as Promise<WebhookClaim>;
        const token = tokenOf(await claim());
        await asks('renew', () => inbox.renew(`/${id}`, token, LEASE_MS));
        await asks('completeHandler', () => inbox.completeHandler(`/${id}`, token, 'Orders.onPaid'));
        await asks('release', () => inbox.release(`/${id}`, token, 'it broke'));
        await asks('list', () => inbox.list(''));
        await asks('backlog', () => inbox.backlog(''));
        await asks('replay', () => inbox.replay(`/${id}`));
        const again = tokenOf((await asks('claimDue', () => inbox.claimDue('', LEASE_MS))) as DueDelivery | null);
        await asks('release', () => inbox.release(`/${id}`, again));
        await asks('discard', () => inbox.discard(`/${id}`));
        await asks('forget', () => inbox.forget(`/${id}`));
        await asks('complete', async () => inbox.complete(`/${id}`, tokenOf(await claim())));
      };
      // The first time the server is told the scripts.
      await everything('first', (_name, ask) => ask());
      const sent = jest.spyOn(redis, 'sendCommand');
      const counts: [string, number][] = [];
      await everything('counted', async (name, ask) => {
        const before = sent.mock.calls.length;
        const answer = await ask();
        counts.push([name, sent.mock.calls.length - before]);
        return answer;
      });
      sent.mockRestore();
      // `complete` has a claim of its own here, which is listed before it.
      const once = ['claim', 'renew', 'completeHandler', 'release', 'list', 'backlog', 'replay', 'claimDue', 'release'];
      expect(counts).toEqual([...[...once, 'discard', 'forget', 'claim'].map((name) => [name, 1]), ['complete', 2]]);
    });

    it('has all keys of a delivery in one slot of a Cluster, and uses every shard', async () => {
      const { inbox, prefix } = make({ redrive: { maxAttempts: 1 } });
      const token = tokenOf(await inbox.claim('b/msg_{1}', 1, delivery('b', 'msg_{1}', Date.now())));
      await inbox.completeHandler('b/msg_{1}', token, 'Orders.onPaid');
      const unfinished = await space.keys(prefix);
      await untilDue(inbox, 'b');
      const exhausted = await space.keys(prefix);
      const shard = slotTag(unfinished[0]!);
      expect(unfinished).toEqual(
        ['delivery:b/msg_{1}', 'due:b', 'received:b', 'unfinished:b'].map((rest) => `{${shard}}:${rest}`),
      );
      expect(exhausted).toEqual(['delivery:b/msg_{1}', 'exhausted:b'].map((rest) => `{${shard}}:${rest}`));

      for (let n = 0; n < 300; n += 1) await inbox.claim(`/msg_${n}`, LEASE_MS);
      const tags = new Set((await space.keys(prefix)).map(slotTag));
      expect([...tags].sort()).toEqual(Array.from({ length: 16 }, (_, n) => `${prefix}:${n}`).sort());
    });

    it('goes by the clock of the server, whose leases end by themselves', async () => {
      const { inbox } = make();
      const soon = await inbox.claim('/soon', 1, kept('soon'));
      expect(await untilDue(inbox, '')).toMatchObject({ id: '/soon', state: 'claimed', attempt: 2 });
      expect(await inbox.complete('/soon', tokenOf(soon))).toBe(false);
      const held = await inbox.claim('/soon', LEASE_MS);
      expect(held).toMatchObject({ state: 'in-progress' });
      const { retryAfterMs } = held as Extract<WebhookClaim, { state: 'in-progress' }>;
      expect(retryAfterMs).toBeGreaterThan(0);
      expect(retryAfterMs).toBeLessThanOrEqual(LEASE_MS);
    });

    it('lets expire what is done or was not kept, and nothing else', async () => {
      const { inbox, prefix } = make({ shards: 1 });
      const livesOf = (id: string) => space.redis.pttl(`{${prefix}:0}:delivery:/${id}`);
      const token = tokenOf(await inbox.claim('/kept', LEASE_MS, kept('kept')));
      expect(await livesOf('kept')).toBe(-1);
      await inbox.renew('/kept', token, LEASE_MS);
      expect(await livesOf('kept')).toBe(-1);
      await inbox.complete('/kept', token);
      expect(await livesOf('kept')).toBeGreaterThan(RETENTION_MS - 10_000);
      expect(await livesOf('kept')).toBeLessThanOrEqual(RETENTION_MS);
      // No body, no handlers, no index: that it is done is all that is left.
      expect(await space.keys(prefix)).toEqual([`{${prefix}:0}:delivery:/kept`]);
      expect(await space.redis.hkeys(`{${prefix}:0}:delivery:/kept`)).toEqual(['done']);

      const queued = tokenOf(await inbox.claim('/queued', LEASE_MS));
      await inbox.renew('/queued', queued, 2 * LEASE_MS);
      expect(await livesOf('queued')).toBeGreaterThan(RETENTION_MS + LEASE_MS);
      await inbox.release('/queued', queued);
      await inbox.claim('/queued', LEASE_MS, kept('queued'));
      expect(await livesOf('queued')).toBe(-1);
    });

    it('claims what it has claimed when the client sends a command again whose answer was lost', async () => {
      const { inbox } = make({ redis: resending(space.redis) });
      const claim = await inbox.claim('/again', LEASE_MS, kept('again'));
      expect(claim).toMatchObject({ state: 'claimed', attempt: 1 });
      expect(await inbox.renew('/again', tokenOf(claim), LEASE_MS)).toBe(true);
      expect(await inbox.claim('/again', LEASE_MS)).toMatchObject({ state: 'in-progress' });
    });

    it('keeps a type with half of a surrogate pair, which JSON may have', async () => {
      const { inbox } = make();
      const claim = await inbox.claim('/odd', LEASE_MS, { ...kept('odd'), type: 'Odd.\ud800' });
      await inbox.release('/odd', tokenOf(claim));
      expect(await inbox.replay('/odd')).toBe(true);
      expect(await inbox.claimDue('', LEASE_MS)).toMatchObject({ id: '/odd', delivery: { type: 'Odd.\ufffd' } });
    });

    it('goes on where somebody has deleted the key of a delivery', async () => {
      const { inbox, prefix } = make({ shards: 1 });
      for (const id of ['a', 'b']) await inbox.claim(`/${id}`, 1, kept(id));
      await space.redis.del(`{${prefix}:0}:delivery:/a`);
      expect(await untilDue(inbox, '')).toMatchObject({ id: '/b' });
      expect(await inbox.backlog('')).toMatchObject({ unfinished: 1 });
    });

    it('works behind a keyPrefix of the client', async () => {
      const keyPrefix = `${space.freshPrefix()}:`;
      const redis: Redis = space.redis.duplicate({ keyPrefix, lazyConnect: true });
      await redis.connect();
      const inbox = new RedisWebhookInbox({ redis, prefix: 'p' });
      await inbox.claim('/prefixed', 1, kept('prefixed'));
      expect(await untilDue(inbox, '')).toMatchObject({ id: '/prefixed' });
      expect(await inbox.list('')).toMatchObject([{ deliveryId: 'prefixed' }]);
      await redis.quit();
    });

    it.each<[Partial<RedisWebhookInboxOptions>, RegExp]>([
      [{ prefix: 'a{b' }, /^RedisWebhookInbox: prefix must be text without spaces and braces, got "a\{b"\.$/],
      [{ prefix: '' }, /prefix must be/],
      [{ shards: 0 }, /^RedisWebhookInbox: shards must be a whole number, 1 or more, got 0\.$/],
      [{ retentionMs: 0.5 }, /retentionMs must be/],
      [{ maxPending: -1 }, /maxPending must be/],
      [{ redrive: { maxAttempts: 0 } }, /^RedisWebhookInbox: redrive\.maxAttempts must be/],
      [{ redrive: { maxAttempt: 3 } as RedriveOptions }, /^RedisWebhookInbox: redrive\.maxAttempt is no option\./],
      [
        { redis: 'redis://host' as unknown as RedisConnection },
        /^RedisWebhookInbox: redis must be a client of ioredis/,
      ],
    ])('refuses %j', (options, message) => {
      const redis: RedisConnection = space.redis;
      expect(() => new RedisWebhookInbox({ redis, ...options })).toThrow(message);
    });
  });
});

/** What is due, as soon as it is. */
function untilDue(inbox: RedisWebhookInbox, account: string): Promise<DueDelivery> {
  return until(() => inbox.claimDue(account, LEASE_MS));
}

/** The part of a key that decides its slot. */
function slotTag(key: string): string {
  return /\{([^}]+)\}/.exec(key)![1]!;
}
