import { randomUUID } from 'node:crypto';

import { Inject, Injectable, Optional } from '@nestjs/common';

import { WebhookInbox, type WebhookClaim } from './webhook-inbox.js';

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
}

interface Entry {
  /** Of the last claim; none once it was released. */
  token: string | undefined;
  /** The end of the last lease, or its release, in milliseconds since the epoch. */
  leaseEndsAt: number;
  attempt: number;
  /** Handlers that are through. */
  readonly completedHandlers: Set<string>;
}

interface Finished {
  readonly id: string;
  readonly forgetAt: number;
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
 * comes again after a restart, or to another process, is handled again.
 */
@Injectable()
export class InMemoryWebhookInbox extends WebhookInbox {
  private readonly unfinished = new Map<string, Entry>();
  private readonly finished = new Map<string, Finished>();
  /**
   * The finished in the order in which they are forgotten, from `oldest` on. A `Map` has that order too, but from its
   * head it walks over everything that was ever deleted there.
   */
  private queue: Finished[] = [];
  private oldest = 0;
  private readonly maxEntries: number;
  private readonly ttlMs: number;

  constructor(@Optional() @Inject(IN_MEMORY_INBOX_OPTIONS) options: InMemoryWebhookInboxOptions = {}) {
    super();
    this.maxEntries = positive('maxEntries', options.maxEntries ?? 10_000);
    this.ttlMs = positive('ttlMs', options.ttlMs ?? 86_400_000);
  }

  claim(id: string, leaseMs: number): Promise<WebhookClaim> {
    return Promise.resolve(this.take(id, leaseMs));
  }

  renew(id: string, token: string, leaseMs: number): Promise<boolean> {
    return this.asHolder(id, token, (entry) => {
      entry.leaseEndsAt = Date.now() + leaseMs;
    });
  }

  completeHandler(id: string, token: string, handler: string): Promise<boolean> {
    return this.asHolder(id, token, (entry) => {
      entry.completedHandlers.add(handler);
    });
  }

  complete(id: string, token: string): Promise<boolean> {
    return this.asHolder(id, token, () => {
      this.unfinished.delete(id);
      const finished = { id, forgetAt: Date.now() + this.ttlMs };
      this.finished.set(id, finished);
      this.queue.push(finished);
    });
  }

  release(id: string, token: string): Promise<boolean> {
    return this.asHolder(id, token, (entry) => {
      entry.token = undefined;
      entry.leaseEndsAt = Date.now();
    });
  }

  forget(id: string): Promise<void> {
    this.unfinished.delete(id);
    if (!this.finished.delete(id)) return Promise.resolve();
    this.queue = this.queue.slice(this.oldest).filter((finished) => finished.id !== id);
    this.oldest = 0;
    return Promise.resolve();
  }

  private take(id: string, leaseMs: number): WebhookClaim {
    const now = Date.now();
    const finished = this.finished.get(id);
    if (finished !== undefined && finished.forgetAt > now) return { state: 'done' };
    let entry = this.unfinished.get(id);
    if (entry?.token !== undefined && entry.leaseEndsAt > now) {
      return { state: 'in-progress', retryAfterMs: entry.leaseEndsAt - now };
    }
    if (entry === undefined) {
      if (!this.makeRoom(now)) return { state: 'full', retryAfterMs: FULL_RETRY_AFTER_MS };
      entry = { token: undefined, leaseEndsAt: 0, attempt: 0, completedHandlers: new Set() };
      this.unfinished.set(id, entry);
    }
    const token = randomUUID();
    entry.token = token;
    entry.leaseEndsAt = now + leaseMs;
    entry.attempt += 1;
    return { state: 'claimed', token, attempt: entry.attempt, completedHandlers: [...entry.completedHandlers] };
  }

  /** Drops what is past its time and, at the bound, the oldest of the finished, then what was abandoned. */
  private makeRoom(now: number): boolean {
    for (let next = this.queue[this.oldest]; next !== undefined; next = this.queue[this.oldest]) {
      if (next.forgetAt > now && !this.isFull()) break;
      if (this.finished.get(next.id) === next) this.finished.delete(next.id);
      this.oldest += 1;
    }
    if (this.oldest > this.maxEntries) {
      this.queue = this.queue.slice(this.oldest);
      this.oldest = 0;
    }
    for (const [id, entry] of this.unfinished) {
      if (!this.isFull()) break;
      if (entry.leaseEndsAt + ABANDONED_AFTER_MS <= now) this.unfinished.delete(id);
    }
    return !this.isFull();
  }

  private isFull(): boolean {
    return this.unfinished.size + this.finished.size >= this.maxEntries;
  }

  private asHolder(id: string, token: string, change: (entry: Entry) => void): Promise<boolean> {
    const entry = this.unfinished.get(id);
    const holds = entry !== undefined && entry.token === token && entry.leaseEndsAt > Date.now();
    if (holds) change(entry);
    return Promise.resolve(holds);
  }
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new TypeError(`InMemoryWebhookInbox: ${name} must be a whole number, 1 or more, got ${String(value)}.`);
}
