import { randomUUID } from 'node:crypto';

import { Logger, type OnApplicationBootstrap, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

import type { PortOneTransaction } from '../portone.transaction.js';
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
import { askedAgain } from './asked-again.js';
import { postgresDatabase, type PostgresConnection } from './postgres-connection.js';
import type { PostgresDatabase } from './postgres-database.js';
import { positive } from './postgres.settings.js';
import { requireTables } from './schema/migrate.js';
import {
  attemptOf,
  claimFrom,
  dueFrom,
  entryFrom,
  secretOf,
  type ClaimRow,
  type DueRow,
  type EntryRow,
} from './webhook-inbox.rows.js';
import { inboxStatements, type InboxStatements } from './webhook-inbox.statements.js';

/** Where a `PostgresWebhookInbox` keeps deliveries, and how it takes them up again. */
export interface PostgresWebhookInboxOptions {
  /** A `pg.Pool`, a PGlite instance, or what `postgresDatabase` made of one. */
  connection: PostgresConnection;
  /** How often a delivery that failed is taken up again, and when. */
  redrive?: RedriveOptions;
  /**
   * Milliseconds that a finished delivery is remembered: until then it is not handled again when it comes again.
   * @default 2592000000 (30 days)
   */
  retentionMs?: number;
  /** For tests: the time, in milliseconds since the epoch. @default the server's */
  now?: () => number;
}

const SUBJECT = 'PostgresWebhookInbox';

/** How long the first statement of a handler waits for another process that runs the same one. */
const LOCK_TIMEOUT = '3s';

const CLEAN_EVERY_MS = 60_000;
const CLEAN_BATCH = 1_000;

/**
 * Remembers deliveries in PostgreSQL, for any number of processes, finishes their work itself, and runs `transactional`
 * handlers: what such a handler writes and the note that it is through are committed together. One operation is one
 * statement, so one round trip; a transactional handler takes three more: BEGIN, the note, COMMIT.
 *
 * Under Nest it deletes what it need not remember any more, in batches, once a minute. Elsewhere call `clean`.
 *
 * @example
 * PortOneModule.forRoot({ …, webhookInbox: { useFactory: () => new PostgresWebhookInbox({ connection: pool }) } })
 */
export class PostgresWebhookInbox
  extends RedrivingWebhookInbox
  implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy
{
  readonly redrive: RedriveSettings;
  private readonly logger = new Logger(SUBJECT);
  private readonly database: PostgresDatabase;
  private readonly retentionMs: number;
  private readonly now: () => number | null;
  private readonly sql: InboxStatements;
  private cleaning: NodeJS.Timeout | undefined;
  /** That were started with it and have not ended. */
  private applications = 0;

  /** @throws {TypeError} for an option that does not fit */
  constructor({ connection, redrive = {}, retentionMs = 30 * 86_400_000, now }: PostgresWebhookInboxOptions) {
    super();
    this.database = postgresDatabase(connection);
    this.redrive = redriveSettings(redrive, SUBJECT);
    this.retentionMs = positive(SUBJECT, 'retentionMs', retentionMs);
    this.now = now ?? (() => null);
    this.sql = inboxStatements(this.database.table('webhook_inbox'), this.database.table('webhook_completions'));
  }

  /** Nest calls this at start. @throws {PortOneStartError} when the tables were never made */
  async onModuleInit(): Promise<void> {
    await requireTables(this.database, SUBJECT);
  }

  /** Nest calls this at start. */
  onApplicationBootstrap(): void {
    this.applications += 1;
    this.cleaning ??= setInterval(() => void this.cleanAll(), CLEAN_EVERY_MS).unref();
  }

  /** Nest calls this at the end. */
  onModuleDestroy(): void {
    this.applications = Math.max(0, this.applications - 1);
    if (this.applications > 0) return;
    clearInterval(this.cleaning);
    this.cleaning = undefined;
  }

  async claim(id: string, leaseMs: number, delivery?: KeptDelivery): Promise<WebhookClaim> {
    const secret = randomUUID();
    const { type, timestamp, receivedAt, rawBody } = delivery ?? {};
    const kept = [type && storable(type), timestamp?.toISOString(), receivedAt?.toISOString(), rawBody];
    const values = [this.now(), ...named(id), secret, leaseMs, ...kept.map((value) => value ?? null), this.retentionMs];
    return askedAgain(`the claim of ${id}`, async () => {
      const [row] = (await this.database.query<ClaimRow>(this.sql.claim, values)).rows;
      if (row?.state === 'forgotten') await this.run(this.sql.cleanOne, [this.now(), ...named(id)]);
      // A lease that has ended, and yet no claim: somebody changed it while this was looking.
      else if (row !== undefined && !(row.state === 'in-progress' && row.retry_after_ms <= 0)) {
        return claimFrom(row, secret);
      }
      return undefined;
    });
  }

  renew(id: string, token: string, leaseMs: number): Promise<boolean> {
    return this.asHolder(this.sql.renew, id, token, leaseMs);
  }

  completeHandler(id: string, token: string, handler: string): Promise<boolean> {
    return this.asHolder(this.sql.completeHandler, id, token, handler);
  }

  complete(id: string, token: string): Promise<boolean> {
    return this.asHolder(this.sql.complete, id, token, this.retentionMs);
  }

  release(id: string, token: string, failure?: string): Promise<boolean> {
    const delayMs = redriveDelayMs(attemptOf(token), this.redrive);
    return this.asHolder(this.sql.release, id, token, delayMs, failure === undefined ? null : storable(failure));
  }

  async forget(id: string): Promise<void> {
    await this.run(this.sql.forget, named(id));
  }

  async claimDue(account: string, leaseMs: number): Promise<DueDelivery | null> {
    const secret = randomUUID();
    const values = [this.now(), account, secret, leaseMs, this.redrive.maxAttempts];
    const [row] = (await this.database.query<DueRow>(this.sql.claimDue, values)).rows;
    return row === undefined ? null : dueFrom(row, account, secret);
  }

  async list(account: string, { state, after, limit = 100 }: InboxListOptions = {}): Promise<readonly InboxEntry[]> {
    const values = [account, state ?? null, after ?? null, limit];
    return (await this.database.query<EntryRow>(this.sql.list, values)).rows.map((row) => entryFrom(row));
  }

  replay(id: string): Promise<boolean> {
    return this.run(this.sql.replay, [this.now(), ...named(id)]);
  }

  discard(id: string): Promise<boolean> {
    return this.run(this.sql.discard, [this.now(), ...named(id), this.retentionMs]);
  }

  async backlog(account: string): Promise<InboxBacklog> {
    type Row = { unfinished: number; exhausted: number; oldest_ms: number | null };
    const [row] = (await this.database.query<Row>(this.sql.backlog, [account])).rows;
    const { unfinished, exhausted, oldest_ms } = row!;
    return { unfinished, exhausted, oldestReceivedAt: oldest_ms === null ? null : new Date(oldest_ms) };
  }

  override inTransaction(
    id: string,
    handler: string,
    work: (transaction: PortOneTransaction) => Promise<void>,
  ): Promise<boolean> {
    return this.database.transaction(async (transaction) => {
      const noted = await transaction
        .query(this.sql.beginHandler, [...named(id), handler, LOCK_TIMEOUT])
        .catch((error: unknown) => {
          throw (error as { code?: unknown }).code === LOCK_NOT_AVAILABLE ? openElsewhere(handler, error) : error;
        });
      if (noted.rows.length === 0) return false;
      await work(transaction);
      return true;
    });
  }

  /**
   * Deletes finished deliveries that are older than the retention, and what is left of those of which nothing was kept.
   *
   * @param limit how many at the most
   * @returns how many it were
   */
  async clean(limit: number = CLEAN_BATCH): Promise<number> {
    const { rows } = await this.database.query<{ count: number }>(this.sql.clean, [this.now(), limit]);
    return rows[0]!.count;
  }

  private async cleanAll(): Promise<void> {
    try {
      while (this.cleaning !== undefined && (await this.clean()) === CLEAN_BATCH);
    } catch (error) {
      this.logger.warn(`Old deliveries could not be deleted; there is another try: ${String(error)}`);
    }
  }

  private asHolder(statement: string, id: string, token: string, ...values: unknown[]): Promise<boolean> {
    return this.run(statement, [this.now(), ...named(id), secretOf(token), ...values]);
  }

  private async run(statement: string, values: readonly unknown[]): Promise<boolean> {
    return (await this.database.query(statement, values)).rowCount > 0;
  }
}

const LOCK_NOT_AVAILABLE = '55P03';

function openElsewhere(handler: string, cause: unknown): Error {
  return new Error(`${handler} is at work on this delivery in another transaction, which has not ended.`, { cause });
}

/** The account and the rest of an inbox id: an account's name has no slash. */
function named(id: string): [account: string, delivery: string] {
  const slash = id.indexOf('/');
  return [id.slice(0, slash), id.slice(slash + 1)];
}

/** PostgreSQL takes every character but this one. */
function storable(text: string): string {
  return text.replaceAll('\0', '');
}
