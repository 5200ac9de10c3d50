import type { DueDelivery, InboxBacklog, InboxEntry } from '../webhook/inbox/redriving-webhook-inbox.js';
import type { KeptDelivery, WebhookClaim } from '../webhook/inbox/webhook-inbox.js';

/** What a script answers: strings are buffers. */
export type Reply = readonly (Buffer | number)[];

/** A delivery without its body, as JSON; times in milliseconds since the epoch. */
type KeptFields = Omit<KeptDelivery, 'rawBody' | 'timestamp' | 'receivedAt'> & {
  timestamp: number;
  receivedAt: number;
};

export function keptText({ account, deliveryId, type, timestamp, receivedAt }: KeptDelivery): string {
  const fields: KeptFields = {
    account,
    deliveryId,
    // Half of a surrogate pair, which JSON may have, is an error to the JSON of Redis.
    type: Buffer.from(type).toString(),
    timestamp: timestamp.getTime(),
    receivedAt: receivedAt.getTime(),
  };
  return JSON.stringify(fields);
}

export function readClaim([state, second, ...handlers]: Reply, secret: string): WebhookClaim {
  if (String(state) === 'done') return { state: 'done' };
  if (String(state) === 'in-progress') return { state: 'in-progress', retryAfterMs: Number(second) };
  return claimed(secret, Number(second), handlers);
}

export function readDue([state, id, kept, body, attempt, ...handlers]: Reply, secret: string): DueDelivery {
  const delivery = readKept(kept, body);
  if (String(state) === 'exhausted') {
    return { state: 'exhausted', id: String(id), attempt: Number(attempt), delivery };
  }
  return { id: String(id), delivery, ...claimed(secret, Number(attempt), handlers) };
}

export function readEntry([state, attempt, due, failure, kept, body]: Reply): InboxEntry {
  const { deliveryId, type, receivedAt, rawBody } = readKept(kept, body);
  return {
    deliveryId,
    type,
    state: String(state) as InboxEntry['state'],
    attempt: Number(attempt),
    receivedAt,
    dueAt: String(due) === '' ? null : new Date(Number(due)),
    lastFailure: String(failure) || null,
    rawBody,
  };
}

export function readBacklog(shards: readonly Reply[]): InboxBacklog {
  const backlog = { unfinished: 0, exhausted: 0, oldestReceivedAt: Infinity };
  for (const [unfinished, exhausted, oldest] of shards) {
    backlog.unfinished += Number(unfinished);
    backlog.exhausted += Number(exhausted);
    backlog.oldestReceivedAt = Math.min(backlog.oldestReceivedAt, Number(String(oldest) || Infinity));
  }
  const { oldestReceivedAt } = backlog;
  return { ...backlog, oldestReceivedAt: oldestReceivedAt === Infinity ? null : new Date(oldestReceivedAt) };
}

function claimed(secret: string, attempt: number, handlers: Reply): Extract<WebhookClaim, { state: 'claimed' }> {
  return { state: 'claimed', token: `${attempt}.${secret}`, attempt, completedHandlers: handlers.map(String) };
}

function readKept(kept: Reply[number] | undefined, body: Reply[number] | undefined): KeptDelivery {
  const fields = JSON.parse(String(kept)) as KeptFields;
  return {
    ...fields,
    timestamp: new Date(fields.timestamp),
    receivedAt: new Date(fields.receivedAt),
    rawBody: body as Buffer,
  };
}
