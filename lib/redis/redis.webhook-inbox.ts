import { randomBytes } from 'node:crypto';

import type { OnModuleInit } from '@nestjs/common';

import {
  redriveDelayMs,
  redriveSettings,
  type RedriveOptions,
  type RedriveSettings,
} from '../webhook/inbox/redrive-policy.js';
import {
  RedrivingWebhookInbox,
  type DueDelivery,
  type InboxBacklog,
  type InboxEntry,
  type InboxListOptions,
} from '../webhook/inbox/redriving-webhook-inbox.js';
import type { KeptDelivery, WebhookClaim } from '../webhook/inbox/webhook-inbox.js';
import { keptText, readBacklog, readClaim, readDue, readEntry, type Reply } from './inbox-replies.js';
import type { RedisConnection } from './redis-connection.js';
import { DAY_MS, positive, timeOf, validClient, validPrefix, type RedisStoreOptions } from './redis-options.js';
import { RedisScripts, type RedisScript } from './redis-scripts.js';
import { checkAtStart, checkShards } from './start-checks.js';
import { INBOX_SCRIPTS } from './webhook-inbox.scripts.js';

export interface RedisWebhookInboxOptions extends RedisStoreOptions {
  /**
   * Into how many slots of a Cluster the deliveries are spread. The same for every process, and for as long as there are
   * deliveries: another number does not find them.
   * @default 16
   */
  shards?: number;
  /** How often a delivery that failed is taken up again, and when. */
  redrive?: RedriveOptions;
  /**
   * Milliseconds that a finished delivery is remembered: until then it is not handled again when it comes again.
   * @default 2592000000 (30 days)
   */
  retentionMs?: number;
}

const SUBJECT = 'RedisWebhookInbox';

/**
 * Remembers deliveries in Redis, for any number of processes, and finishes their work itself. One operation is one
 * script: atomic, and one round trip (in a Cluster, `claimDue`, `list` and `backlog` ask every shard at once). All keys of
 * a delivery are in one Cluster slot. The server must have `maxmemory-policy noeviction`: at start, another one is a
 * `PortOneStartError`. What Redis itself may lose, and what that means, is in docs/redis.md.
 *
 * While Redis is away every method rejects: at once when the connection is down or `maxPending` commands are without an
 * answer, within 3 seconds otherwise.
 *
 * @example
 * PortOneModule.forRoot({ …, webhookInbox: { useFactory: () => new RedisWebhookInbox({ redis: new Redis(url) }) } })
 */
export class RedisWebhookInbox extends RedrivingWebhookInbox implements OnModuleInit {
  readonly redrive: RedriveSettings;
  private readonly redis: RedisConnection;
  private readonly scripts: RedisScripts;
  private readonly prefix: string;
  private readonly shards: readonly string[];
  private readonly retentionMs: number;
  private readonly now: (() => number) | undefined;

  /** @throws {TypeError} for an option that does not fit */
  constructor(options: RedisWebhookInboxOptions) {
    super();
    const {
      redis,
      prefix = 'portone',
      shards = 16,
      redrive = {},
      retentionMs = 30 * DAY_MS,
      maxPending = 1_000,
    } = options;
    this.redis = validClient(SUBJECT, redis);
    this.prefix = validPrefix(SUBJECT, prefix);
    this.shards = Array.from({ length: positive(SUBJECT, 'shards', shards) }, (_, shard) => `{${prefix}:${shard}}`);
    this.redrive = redriveSettings(redrive, SUBJECT);
    this.retentionMs = positive(SUBJECT, 'retentionMs', retentionMs);
    this.scripts = new RedisScripts(redis, positive(SUBJECT, 'maxPending', maxPending), SUBJECT);
    this.now = options.now;
  }

  /** Nest calls this at start. @throws {PortOneStartError} when Redis may forget deliveries, or has them in other shards */
  async onModuleInit(): Promise<void> {
    if (await checkAtStart(this.redis, SUBJECT)) {
      await checkShards(this.scripts, SUBJECT, this.prefix, this.shards.length);
    }
  }

  async claim(id: string, leaseMs: number, delivery?: KeptDelivery): Promise<WebhookClaim> {
    const secret = newSecret();
    const kept = delivery === undefined ? ['', ''] : [keptText(delivery), delivery.rawBody];
    const args = [secret, Math.ceil(leaseMs), this.retentionMs, ...kept];
    const read = (reply: unknown): WebhookClaim => readClaim(reply as Reply, secret);
    return read(await this.run(INBOX_SCRIPTS.claim, id, args, (reply) => this.giveBack({ id, ...read(reply) })));
  }

  renew(id: string, token: string, leaseMs: number): Promise<boolean> {
    return this.holds(INBOX_SCRIPTS.renew, id, [secretOf(token), Math.ceil(leaseMs), this.retentionMs]);
  }

  completeHandler(id: string, token: string, handler: string): Promise<boolean> {
    return this.holds(INBOX_SCRIPTS.completeHandler, id, [secretOf(token), handler]);
  }

  complete(id: string, token: string): Promise<boolean> {
    return this.holds(INBOX_SCRIPTS.complete, id, [secretOf(token), this.retentionMs]);
  }

  release(id: string, token: string, failure = ''): Promise<boolean> {
    const delayMs = redriveDelayMs(attemptOf(token), this.redrive);
    return this.holds(INBOX_SCRIPTS.release, id, [secretOf(token), delayMs, failure]);
  }

  async forget(id: string): Promise<void> {
    await this.run(INBOX_SCRIPTS.forget, id, []);
  }

  async claimDue(account: string, leaseMs: number): Promise<DueDelivery | null> {
    const secret = newSecret();
    for (const shards of await this.dueShards(account)) {
      const args = [timeOf(this.now), account, secret, Math.ceil(leaseMs), this.redrive.maxAttempts];
      const read = (reply: unknown): DueDelivery | null => (reply === null ? null : readDue(reply as Reply, secret));
      const due = read(
        await this.scripts.run(INBOX_SCRIPTS.claimDue, shards, args, (late) => this.giveBack(read(late))),
      );
      if (due !== null) return due;
    }
    return null;
  }

  async list(account: string, { state, after, limit = 100 }: InboxListOptions = {}): Promise<readonly InboxEntry[]> {
    const from = after === undefined ? '-' : `(${account}/${after}`;
    const states = state === undefined ? ['unfinished', 'exhausted'] : [state];
    const rows = await this.ofShards(INBOX_SCRIPTS.list, account, [from, limit, ...states]);
    return rows
      .map((row) => readEntry(row))
      .sort((a, b) => Buffer.compare(Buffer.from(a.deliveryId), Buffer.from(b.deliveryId)))
      .slice(0, limit);
  }

  replay(id: string): Promise<boolean> {
    return this.holds(INBOX_SCRIPTS.replay, id, []);
  }

  discard(id: string): Promise<boolean> {
    return this.holds(INBOX_SCRIPTS.discard, id, [this.retentionMs]);
  }

  async backlog(account: string): Promise<InboxBacklog> {
    return readBacklog(await this.ofShards(INBOX_SCRIPTS.backlog, account, []));
  }

  private async holds(script: RedisScript, id: string, args: readonly (string | number)[]): Promise<boolean> {
    return (await this.run(script, id, args)) === 1;
  }

  /** A claim that came too late for whoever wanted it: nobody has to wait for its lease to end. */
  private async giveBack(claim: ({ id: string } & WebhookClaim) | DueDelivery | null): Promise<void> {
    if (claim?.state === 'claimed') await this.release(claim.id, claim.token, 'Redis answered too late.');
  }

  private run(
    script: RedisScript,
    id: string,
    args: readonly (string | Buffer | number)[],
    late?: (reply: unknown) => Promise<unknown>,
  ): Promise<unknown> {
    const shard = this.shards[hash(id) % this.shards.length]!;
    // The index is the account's, whose name has no slash.
    const account = id.slice(0, Math.max(0, id.indexOf('/')));
    return this.scripts.run(script, [shard], [timeOf(this.now), account, id, ...args], late);
  }

  /** The shards to look at together, in order: one script has them all unless they are on different servers. */
  private async dueShards(account: string): Promise<readonly (readonly string[])[]> {
    if (!this.redis.isCluster) return [this.shards];
    const looks = this.shards.map(async (shard) => {
      const due = await this.scripts.run(INBOX_SCRIPTS.look, [shard], [timeOf(this.now), account]);
      return { shard, due: due as number | null };
    });
    const due = (await Promise.all(looks)).filter((look) => look.due !== null);
    return due.sort((a, b) => a.due! - b.due!).map(({ shard }) => [shard]);
  }

  private async ofShards(script: RedisScript, account: string, args: readonly (string | number)[]): Promise<Reply[]> {
    const groups = this.redis.isCluster ? this.shards.map((shard) => [shard]) : [this.shards];
    const replies = groups.map((shards) => this.scripts.run(script, shards, [timeOf(this.now), account, ...args]));
    return (await Promise.all(replies)).flat() as Reply[];
  }
}

/** What Redis knows a claim by. The token that is given out carries the attempt too, by which its delay is told. */
function newSecret(): string {
  return randomBytes(12).toString('base64url');
}

function secretOf(token: string): string {
  return token.slice(token.indexOf('.') + 1);
}

function attemptOf(token: string): number {
  return Number.parseInt(token, 10) || 1;
}

/** FNV-1a. */
function hash(id: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(id)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}
