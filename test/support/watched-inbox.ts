import {
  InMemoryWebhookInbox,
  type DueDelivery,
  type KeptDelivery,
  type RedriveOptions,
  type WebhookClaim,
} from 'nestjs-portone';

/** As fast as whole milliseconds let it be. */
export const FAST: RedriveOptions = { maxAttempts: 3, baseDelayMs: 1, maxDelayMs: 1, pollMs: 1 };

type Operation = 'claim' | 'claimDue' | 'renew' | 'complete' | 'release';

/** An inbox that finishes work itself, can be away, and tells what is asked of it. */
export class WatchedInbox extends InMemoryWebhookInbox {
  /** What it answers with an error. */
  away: readonly Operation[] = [];
  /** What it answers no sooner than this resolves. */
  held: Partial<Record<Operation, Promise<void>>> = {};
  private watchers: ((operation: Operation) => void)[] = [];

  constructor(redrive: RedriveOptions = FAST) {
    super({ redrive });
  }

  /** Resolves at the n-th call of an operation from now on. */
  async asked(operation: Operation, times = 1): Promise<void> {
    for (let left = times; left > 0;) {
      const asked = await new Promise<Operation>((resolve) => this.watchers.push(resolve));
      if (asked === operation) left -= 1;
    }
  }

  override claim(id: string, leaseMs: number, delivery?: KeptDelivery): Promise<WebhookClaim> {
    return this.reach('claim', () => super.claim(id, leaseMs, delivery));
  }

  override claimDue(account: string, leaseMs: number): Promise<DueDelivery | null> {
    return this.reach('claimDue', () => super.claimDue(account, leaseMs));
  }

  override renew(id: string, token: string, leaseMs: number): Promise<boolean> {
    return this.reach('renew', () => super.renew(id, token, leaseMs));
  }

  override complete(id: string, token: string): Promise<boolean> {
    return this.reach('complete', () => super.complete(id, token));
  }

  override release(id: string, token: string, failure?: string): Promise<boolean> {
    return this.reach('release', () => super.release(id, token, failure));
  }

  private async reach<T>(operation: Operation, call: () => Promise<T>): Promise<T> {
    for (const tell of this.watchers.splice(0)) tell(operation);
    if (this.away.includes(operation)) throw new Error('ECONNREFUSED');
    const answer = await call();
    await this.held[operation];
    return answer;
  }
}
