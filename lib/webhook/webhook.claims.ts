import type { KeptDelivery, WebhookInbox } from './inbox/webhook-inbox.js';
import { DUPLICATE, stillAtWork, tryLater, type WebhookAnswer } from './webhook-answer.js';
import type { WebhookTimers } from './webhook.timers.js';
import { withinStoreTime, type Claimed } from './webhook.work.js';

/** How often a delivery that another process holds is looked at again. */
const POLL_MS = 500;
const MIN_POLL_MS = 50;

/** Claims deliveries, and says what to answer where there is nothing to claim. */
export class WebhookClaims {
  constructor(
    private readonly inbox: WebhookInbox,
    private readonly leaseMs: number,
    private readonly timers: WebhookTimers,
    /** Then nobody is waited for. */
    private readonly isEnding: () => boolean,
  ) {}

  /**
   * Waits for another process that holds it.
   *
   * @param deadline by the timers' clock; one that is over: looks once
   */
  async claim(key: string, deadline: number, kept?: KeptDelivery): Promise<Claimed | WebhookAnswer> {
    for (;;) {
      const heldUntil = this.timers.now() + this.leaseMs;
      const claim = await withinStoreTime(this.timers, this.inbox.claim(key, this.leaseMs, kept));
      if (claim.state === 'claimed') return { ...claim, heldUntil };
      if (claim.state === 'done') return DUPLICATE;
      if (claim.state === 'full') {
        const message = 'Too many deliveries are unfinished; send it again later.';
        return tryLater('WEBHOOK_INBOX_FULL', message, claim.retryAfterMs);
      }
      if (claim.state !== 'in-progress' || !Number.isFinite(claim.retryAfterMs)) {
        throw new Error(`claim() answered ${JSON.stringify(claim)}.`);
      }
      const left = deadline - this.timers.now();
      if (left <= 0 || this.isEnding()) return stillAtWork(claim.retryAfterMs);
      // A store may round a lease that is about to end down to nothing; it is not asked without a pause for that.
      await this.timers.pause(Math.min(Math.max(claim.retryAfterMs, MIN_POLL_MS), POLL_MS, left));
    }
  }
}
