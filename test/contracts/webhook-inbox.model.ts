import type {
  DueDelivery,
  InboxBacklog,
  InboxEntry,
  InboxListOptions,
  KeptDelivery,
  RedriveSettings,
  WebhookClaim,
} from 'nestjs-portone';

interface Delivery {
  state: 'unfinished' | 'exhausted' | 'done';
  token: string | undefined;
  /** The end of the lease; once it was released, when the next attempt is due. */
  dueAt: number;
  attempt: number;
  readonly handlers: Set<string>;
  kept: KeptDelivery | undefined;
  lastFailure: string | null;
}

/** What an inbox that finishes work itself has to answer, as plainly as it can be told. Nothing here is ever forgotten. */
export class InboxModel {
  private readonly deliveries = new Map<string, Delivery>();

  constructor(
    private readonly settings: RedriveSettings,
    private readonly now: () => number,
  ) {}

  /** @param given the token that the inbox gave, if it gave one */
  claim(id: string, leaseMs: number, given: string | undefined, kept: KeptDelivery | undefined): WebhookClaim {
    const delivery = this.deliveries.get(id) ?? fresh();
    if (delivery.state === 'done') return { state: 'done' };
    if (this.isHeld(delivery)) return { state: 'in-progress', retryAfterMs: delivery.dueAt - this.now() };
    this.deliveries.set(id, delivery);
    delivery.kept ??= kept;
    return this.take(delivery, leaseMs, given);
  }

  renew(id: string, token: string, leaseMs: number): boolean {
    return this.asHolder(id, token, (delivery) => (delivery.dueAt = this.now() + leaseMs));
  }

  completeHandler(id: string, token: string, handler: string): boolean {
    return this.asHolder(id, token, ({ handlers }) => handlers.add(handler));
  }

  complete(id: string, token: string): boolean {
    return this.asHolder(id, token, (delivery) => (delivery.state = 'done'));
  }

  /** The delay has a random part: `settle` says what it was. */
  release(id: string, token: string, failure: string | undefined): boolean {
    return this.asHolder(id, token, (delivery) => {
      delivery.token = undefined;
      delivery.lastFailure = failure ?? delivery.lastFailure;
    });
  }

  /** Within which a released delivery is due again. */
  delayBounds(id: string): { from: number; to: number } {
    const { attempt } = this.deliveries.get(id)!;
    const full = Math.min(this.settings.maxDelayMs, this.settings.baseDelayMs * 2 ** (attempt - 1));
    return { from: this.now() + Math.round(full / 2), to: this.now() + full };
  }

  settle(id: string, dueAt: number): void {
    this.deliveries.get(id)!.dueAt = dueAt;
  }

  forget(id: string): void {
    this.deliveries.delete(id);
  }

  replay(id: string): boolean {
    return this.atRest(id, (delivery) =>
      Object.assign(delivery, { state: 'unfinished', attempt: 0, dueAt: this.now(), token: undefined }),
    );
  }

  discard(id: string): boolean {
    return this.atRest(id, (delivery) => (delivery.state = 'done'));
  }

  /** The ids that `claimDue` may answer with; none: it has to answer `null`. */
  mayBeDue(account: string, anyDueFirst: boolean): string[] {
    const due = this.kept(account).filter(([, { state, dueAt }]) => state === 'unfinished' && dueAt <= this.now());
    const longest = Math.min(...due.map(([, { dueAt }]) => dueAt));
    return due.filter(([, { dueAt }]) => anyDueFirst || dueAt === longest).map(([id]) => id);
  }

  claimDue(id: string, leaseMs: number, given: string | undefined): DueDelivery {
    const record = this.deliveries.get(id)!;
    const delivery = record.kept!;
    if (record.attempt < this.settings.maxAttempts) {
      return { id, delivery, ...this.take(record, leaseMs, given) };
    }
    Object.assign(record, { state: 'exhausted', token: undefined });
    return { state: 'exhausted', id, attempt: record.attempt, delivery };
  }

  list(account: string, { state: wanted, after, limit = 100 }: InboxListOptions): InboxEntry[] {
    return this.kept(account)
      .map(([, { state, attempt, dueAt, lastFailure, kept }]): InboxEntry => {
        if (state === 'done') throw new Error('unreachable');
        const { deliveryId, type, receivedAt, rawBody } = kept!;
        const due = state === 'exhausted' ? null : new Date(dueAt);
        return { deliveryId, type, state, attempt, receivedAt, dueAt: due, lastFailure, rawBody };
      })
      .filter(({ state }) => wanted === undefined || state === wanted)
      .filter(({ deliveryId }) => after === undefined || byBytes(deliveryId, after) > 0)
      .sort((a, b) => byBytes(a.deliveryId, b.deliveryId))
      .slice(0, limit);
  }

  backlog(account: string): InboxBacklog {
    const kept = this.kept(account).map(([, delivery]) => delivery);
    const unfinished = kept.filter(({ state }) => state === 'unfinished');
    const received = unfinished.map(({ kept }) => kept!.receivedAt.getTime());
    return {
      unfinished: unfinished.length,
      exhausted: kept.length - unfinished.length,
      oldestReceivedAt: received.length === 0 ? null : new Date(Math.min(...received)),
    };
  }

  isKept(id: string): boolean {
    return this.deliveries.get(id)?.kept !== undefined;
  }

  isExhausted(id: string): boolean {
    return this.deliveries.get(id)?.state === 'exhausted';
  }

  private take(delivery: Delivery, leaseMs: number, given = 'a token'): Extract<WebhookClaim, { state: 'claimed' }> {
    const attempt = delivery.attempt + 1;
    Object.assign(delivery, { state: 'unfinished', token: given, attempt, dueAt: this.now() + leaseMs });
    return { state: 'claimed', token: given, attempt, completedHandlers: [...delivery.handlers].sort() };
  }

  private isHeld({ state, token, dueAt }: Delivery): boolean {
    return state === 'unfinished' && token !== undefined && dueAt > this.now();
  }

  private asHolder(id: string, token: string, change: (delivery: Delivery) => unknown): boolean {
    const delivery = this.deliveries.get(id);
    if (delivery === undefined || delivery.token !== token || !this.isHeld(delivery)) return false;
    change(delivery);
    return true;
  }

  /** For operators: what was kept, is not done, and nobody is at work on. */
  private atRest(id: string, change: (delivery: Delivery) => unknown): boolean {
    const delivery = this.deliveries.get(id);
    if (delivery?.kept === undefined || delivery.state === 'done' || this.isHeld(delivery)) return false;
    change(delivery);
    return true;
  }

  private kept(account: string): [string, Delivery][] {
    return [...this.deliveries].filter(([, { kept, state }]) => kept?.account === account && state !== 'done');
  }
}

function fresh(): Delivery {
  return {
    state: 'unfinished',
    token: undefined,
    dueAt: 0,
    attempt: 0,
    handlers: new Set(),
    kept: undefined,
    lastFailure: null,
  };
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
