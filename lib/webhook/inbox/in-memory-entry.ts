import { randomUUID } from 'node:crypto';

import type { InboxEntry } from './redriving-webhook-inbox.js';
import type { KeptDelivery, WebhookClaim } from './webhook-inbox.js';

/** An unfinished delivery, as the inbox in memory has it. */
export interface Entry {
  exhausted: boolean;
  /** Of the last claim; none once it was released. */
  token: string | undefined;
  /** The end of the last lease or, once it was released, when it is taken up again; in milliseconds since the epoch. */
  dueAt: number;
  attempt: number;
  /** Handlers that are through. */
  readonly completedHandlers: Set<string>;
  kept: KeptDelivery | undefined;
  lastFailure: string | null;
}

export type KeptEntry = Entry & { readonly kept: KeptDelivery };

export function freshEntry(): Entry {
  return {
    exhausted: false,
    token: undefined,
    dueAt: 0,
    attempt: 0,
    completedHandlers: new Set(),
    kept: undefined,
    lastFailure: null,
  };
}

export function isHeld({ token, dueAt }: Entry): boolean {
  return token !== undefined && dueAt > Date.now();
}

export function isKept(entry: Entry): entry is KeptEntry {
  return entry.kept !== undefined;
}

export function take(entry: Entry, leaseMs: number): Extract<WebhookClaim, { state: 'claimed' }> {
  const token = randomUUID();
  entry.exhausted = false;
  entry.token = token;
  entry.dueAt = Date.now() + leaseMs;
  entry.attempt += 1;
  return { state: 'claimed', token, attempt: entry.attempt, completedHandlers: [...entry.completedHandlers] };
}

export function toInboxEntry({ kept, exhausted, attempt, dueAt, lastFailure }: KeptEntry): InboxEntry {
  const { deliveryId, type, receivedAt, rawBody } = kept;
  return {
    deliveryId,
    type,
    state: exhausted ? 'exhausted' : 'unfinished',
    attempt,
    receivedAt,
    dueAt: exhausted ? null : new Date(dueAt),
    lastFailure,
    rawBody,
  };
}

export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
