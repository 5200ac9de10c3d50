import { inboxId, type DueDelivery, type InboxEntry } from '../webhook/inbox/redriving-webhook-inbox.js';
import type { WebhookClaim } from '../webhook/inbox/webhook-inbox.js';

export interface ClaimRow {
  readonly state: 'claimed' | 'in-progress' | 'done' | 'forgotten';
  readonly attempt: number;
  readonly handlers: readonly string[];
  readonly retry_after_ms: number;
}

export interface KeptRow {
  readonly delivery: string;
  readonly state: 'unfinished' | 'exhausted';
  readonly attempt: number;
  readonly type: string;
  readonly signed_ms: number;
  readonly received_ms: number;
  /** A `Buffer` of `pg`, a `Uint8Array` of PGlite. */
  readonly body: Uint8Array;
}

export interface DueRow extends KeptRow {
  readonly handlers: readonly string[];
}

export interface EntryRow extends KeptRow {
  readonly due_ms: number;
  readonly last_failure: string | null;
}

export function claimFrom({ state, attempt, handlers, retry_after_ms }: ClaimRow, secret: string): WebhookClaim {
  if (state === 'claimed') return claimed(secret, attempt, handlers);
  return state === 'in-progress' ? { state, retryAfterMs: retry_after_ms } : { state: 'done' };
}

export function dueFrom(row: DueRow, account: string, secret: string): DueDelivery {
  const { delivery: deliveryId, type, signed_ms, received_ms, attempt } = row;
  const id = inboxId(account, deliveryId);
  const delivery = {
    ...{ account, deliveryId, type, timestamp: new Date(signed_ms), receivedAt: new Date(received_ms) },
    rawBody: Buffer.from(row.body),
  };
  if (row.state === 'exhausted') return { state: 'exhausted', id, attempt, delivery };
  return { id, delivery, ...claimed(secret, attempt, row.handlers) };
}

export function entryFrom({ delivery: deliveryId, type, state, attempt, ...row }: EntryRow): InboxEntry {
  return {
    ...{ deliveryId, type, state, attempt, receivedAt: new Date(row.received_ms) },
    dueAt: state === 'exhausted' ? null : new Date(row.due_ms),
    lastFailure: row.last_failure,
    rawBody: Buffer.from(row.body),
  };
}

/** The token says which attempt it is, since the delay after a release depends on it. */
function claimed(
  secret: string,
  attempt: number,
  handlers: readonly string[],
): Extract<WebhookClaim, { state: 'claimed' }> {
  const completedHandlers = [...new Set(handlers)];
  return { state: 'claimed', token: `${attempt}:${secret}`, attempt, completedHandlers };
}

export function attemptOf(token: string): number {
  return Number.parseInt(token, 10) || 1;
}

export function secretOf(token: string): string {
  return token.slice(token.indexOf(':') + 1);
}
