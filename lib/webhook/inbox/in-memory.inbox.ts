import { Inject, Injectable, Optional } from '@nestjs/common';

import { FinishedDeliveries } from './finished-deliveries.js';
import {
  byBytes,
  freshEntry,
  isHeld,
  isKept,
  take,
  toInboxEntry,
  type Entry,
  type KeptEntry,
} from './in-memory-entry.js';
import { redriveDelayMs, redriveSettings, type RedriveOptions, type RedriveSettings } from './redrive-policy.js';
import {
  RedrivingWebhookInbox,
  type DueDelivery,
  type InboxBacklog,
  type InboxEntry,
  type InboxListOptions,
} from './redriving-webhook-inbox.js';
import type { KeptDelivery, WebhookClaim } from './webhook-inbox.js';

/** How much an `InMemoryWebhookInbox` remembers. */
export interface InMemoryWebhookInboxOptions {
  /**
   * Deliveries remembered at once. Finished ones make room, the oldest first; unfinished ones only when a day old.
   * @default 10000
   */
  maxEntries?: number;
  /**
   * Milliseconds that a finished delivery is remembered.
   * @default 86400000 (24 hours: PortOne's last re-send comes within six)
   */
  ttlMs?: number;
  /**
   * Keeps the bodies of unfinished deliveries and takes up those that failed, while this process lives. `{}` is enough.
   * @default none: PortOne's re-sends alone bring a delivery again
   */
  redrive?: RedriveOptions;
}

/** How long PortOne is asked to wait when there is no room. */
const FULL_RETRY_AFTER_MS = 30_000;

/**
 * An unfinished delivery that nobody took up for a day is abandoned: PortOne's last re-send comes within six hours.
 * Were it kept for ever, deliveries that always fail would fill the inbox, and every payment after them be refused.
 */
const ABANDONED_AFTER_MS = 86_400_000;

/** The injection token of the options, for an application that wants its own and lets Nest make the inbox. */
export const IN_MEMORY_INBOX_OPTIONS = 'nestjs-portone.InMemoryWebhookInboxOptions';

/**
 * Remembers deliveries in this process alone, up to a bound: at the bound it forgets finished ones, the oldest first,
 * and answers `full` when all are unfinished. What it promises ends with the process: a delivery that
 * comes again after a restart, or to another process, is handled again, and what it was to take up itself is lost.
 */
@Injectable()
export class InMemoryWebhookInbox extends RedrivingWebhookInbox {
  readonly redrive: RedriveSettings | undefined;
  private readonly unfinished = new Map<string, Entry>();
  private readonly finished = new FinishedDeliveries();
  private readonly maxEntries: number;
  private readonly ttlMs: number;

  constructor(@Optional() @Inject(IN_MEMORY_INBOX_OPTIONS) options: InMemoryWebhookInboxOptions = {}) {
    super();
    this.maxEntries = positive('maxEntries', options.maxEntries ?? 10_000);
    this.ttlMs = positive('ttlMs', options.ttlMs ?? 86_400_000);
    this.redrive = options.redrive && redriveSettings(options.redrive, 'InMemoryWebhookInbox');
  }

  claim(id: string, leaseMs: number, delivery?: KeptDelivery): Promise<WebhookClaim> {
    return Promise.resolve(this.claimNow(id, leaseMs, delivery));
  }

  renew(id: string, token: string, leaseMs: number): Promise<boolean> {
    return this.asHolder(id, token, (entry) => {
      entry.dueAt = Date.now() + leaseMs;
    });
  }

  completeHandler(id: string, token: string, handler: string): Promise<boolean> {
    return this.asHolder(id, token, (entry) => {
      entry.completedHandlers.add(handler);
    });
  }

  complete(id: string, token: string): Promise<boolean> {
    return this.asHolder(id, token, () => this.finish(id));
  }

  release(id: string, token: string, failure?: string): Promise<boolean> {
    return this.asHolder(id, token, (entry) => {
      entry.token = undefined;
      entry.dueAt = Date.now() + (this.redrive ? redriveDelayMs(entry.attempt, this.redrive) : 0);
      entry.lastFailure = failure ?? entry.lastFailure;
    });
  }

  forget(id: string): Promise<void> {
    this.unfinished.delete(id);
    this.finished.delete(id);
    return Promise.resolve();
  }

  claimDue(account: string, leaseMs: number): Promise<DueDelivery | null> {
    const now = Date.now();
    let longest: [id: string, entry: KeptEntry] | undefined;
    for (const [id, entry] of this.keptOf(account)) {
      if (!entry.exhausted && entry.dueAt <= now && entry.dueAt < (longest?.[1].dueAt ?? Infinity)) {
        longest = [id, entry];
      }
    }
    if (longest === undefined) return Promise.resolve(null);
    const [id, entry] = longest;
    const { kept: delivery, attempt } = entry;
    if (attempt < (this.redrive?.maxAttempts ?? Infinity)) {
      return Promise.resolve({ id, delivery, ...take(entry, leaseMs) });
    }
    entry.exhausted = true;
    entry.token = undefined;
    return Promise.resolve({ state: 'exhausted', id, attempt, delivery });
  }

  list(account: string, { state, after, limit = 100 }: InboxListOptions = {}): Promise<readonly InboxEntry[]> {
    const entries = [...this.keptOf(account)]
      .map(([, entry]) => toInboxEntry(entry))
      .filter((entry) => state === undefined || entry.state === state)
      .filter(({ deliveryId }) => after === undefined || byBytes(deliveryId, after) > 0)
      .sort((a, b) => byBytes(a.deliveryId, b.deliveryId));
    return Promise.resolve(entries.slice(0, limit));
  }

  replay(id: string): Promise<boolean> {
    return this.atRest(id, (entry) => {
      Object.assign(entry, { exhausted: false, token: undefined, attempt: 0, dueAt: Date.now() });
    });
  }

  discard(id: string): Promise<boolean> {
    return this.atRest(id, () => this.finish(id));
  }

  backlog(account: string): Promise<InboxBacklog> {
    let unfinished = 0;
    let exhausted = 0;
    let oldestReceivedAt: Date | null = null;
    for (const [, entry] of this.keptOf(account)) {
      const { receivedAt } = entry.kept;
      if (entry.exhausted) exhausted += 1;
      else unfinished += 1;
      if (!entry.exhausted && (oldestReceivedAt === null || receivedAt < oldestReceivedAt)) {
        oldestReceivedAt = receivedAt;
      }
    }
    return Promise.resolve({ unfinished, exhausted, oldestReceivedAt });
  }

  private claimNow(id: string, leaseMs: number, delivery: KeptDelivery | undefined): WebhookClaim {
    const now = Date.now();
    if (this.finished.has(id, now)) return { state: 'done' };
    let entry = this.unfinished.get(id);
    if (entry !== undefined && isHeld(entry)) return { state: 'in-progress', retryAfterMs: entry.dueAt - now };
    if (entry === undefined) {
      if (!this.makeRoom(now)) return { state: 'full', retryAfterMs: FULL_RETRY_AFTER_MS };
      entry = freshEntry();
      this.unfinished.set(id, entry);
    }
    if (this.redrive !== undefined) entry.kept ??= delivery;
    return take(entry, leaseMs);
  }

  private finish(id: string): void {
    this.unfinished.delete(id);
    this.finished.add(id, Date.now() + this.ttlMs);
  }

  /** Drops what is past its time and, at the bound, the oldest of the finished, then what was abandoned. */
  private makeRoom(now: number): boolean {
    const isFull = (): boolean => this.unfinished.size + this.finished.size >= this.maxEntries;
    this.finished.drop(now, isFull);
    for (const [id, entry] of this.unfinished) {
      if (!isFull()) break;
      if (entry.dueAt + ABANDONED_AFTER_MS <= now) this.unfinished.delete(id);
    }
    return !isFull();
  }

  private *keptOf(account: string): Generator<[id: string, entry: KeptEntry]> {
    for (const [id, entry] of this.unfinished) {
      if (isKept(entry) && entry.kept.account === account) yield [id, entry];
    }
  }

  private asHolder(id: string, token: string, change: (entry: Entry) => void): Promise<boolean> {
    const entry = this.unfinished.get(id);
    const holds = entry !== undefined && entry.token === token && isHeld(entry);
    if (holds) change(entry);
    return Promise.resolve(holds);
  }

  private atRest(id: string, change: (entry: Entry) => void): Promise<boolean> {
    const entry = this.unfinished.get(id);
    const rests = entry !== undefined && isKept(entry) && !isHeld(entry);
    if (rests) change(entry);
    return Promise.resolve(rests);
  }
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new TypeError(`InMemoryWebhookInbox: ${name} must be a whole number, 1 or more, got ${String(value)}.`);
}
