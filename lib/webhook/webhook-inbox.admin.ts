import { shown } from '../errors/shown.js';
import {
  inboxId,
  isRedriving,
  type InboxBacklog,
  type InboxEntry,
  type InboxListOptions,
  type RedrivingWebhookInbox,
} from './inbox/redriving-webhook-inbox.js';
import type { WebhookInbox } from './inbox/webhook-inbox.js';
import type { WebhookRedriver } from './webhook.redriver.js';

const PING = 'nestjs-portone-ping';

/**
 * For operators: what an account's inbox has not finished. Delivery ids are PortOne's `webhook-id`, as the log and
 * `exhausted$` say them. Every method but `ping` rejects where the inbox does not finish work itself (the one in memory,
 * unless it was told to): there PortOne's own console sends a webhook again.
 *
 * @example
 * for (const { deliveryId } of await admin.list({ state: 'exhausted' })) await admin.replay(deliveryId);
 */
export class WebhookInboxAdmin {
  constructor(
    private readonly inbox: WebhookInbox,
    private readonly redriver: Pick<WebhookRedriver, 'wake'> | undefined,
    private readonly account: string,
  ) {}

  /** Unfinished and exhausted deliveries, in the order of their ids. */
  async list(options: InboxListOptions = {}): Promise<readonly InboxEntry[]> {
    const { state, limit = 1 } = options;
    // No entry at all would read as if nothing were exhausted.
    if (state !== undefined && state !== 'unfinished' && state !== 'exhausted') {
      throw new TypeError(`WebhookInboxAdmin.list: state must be 'unfinished' or 'exhausted', got ${shown(state)}.`);
    }
    if (!Number.isInteger(limit) || limit < 1) {
      throw new TypeError(`WebhookInboxAdmin.list: limit must be a whole number, 1 or more, got ${shown(limit)}.`);
    }
    return this.redriving('list').list(this.account, options);
  }

  /**
   * Has a delivery taken up again, at once and with all its attempts before it; handlers that are through are not run
   * again. `false`: there is none of this id, it is done, or somebody is at work on it.
   */
  async replay(deliveryId: string): Promise<boolean> {
    const replayed = await this.redriving('replay').replay(inboxId(this.account, deliveryId));
    if (replayed) this.redriver?.wake();
    return replayed;
  }

  /** Takes a delivery for done, though its handlers are not through. `false` as for `replay`. */
  async discard(deliveryId: string): Promise<boolean> {
    return this.redriving('discard').discard(inboxId(this.account, deliveryId));
  }

  /** How much there is to do. */
  async backlog(): Promise<InboxBacklog> {
    return this.redriving('backlog').backlog(this.account);
  }

  /** Rejects when the inbox cannot take a new delivery: its store is away, read-only or full. Any inbox can be asked. */
  async ping(): Promise<void> {
    // What PortOne's next delivery needs of it: a store that is full still lets delete.
    const id = inboxId(this.account, PING);
    const { state } = await this.inbox.claim(id, 1);
    if (state === 'full') throw new Error('The webhook inbox is full of unfinished deliveries.');
    await this.inbox.forget(id);
  }

  private redriving(method: string): RedrivingWebhookInbox {
    if (isRedriving(this.inbox) && this.inbox.redrive !== undefined) return this.inbox;
    throw new Error(
      `WebhookInboxAdmin.${method}: ${this.inbox.constructor.name} does not finish work itself, so there is nothing to ` +
        'administer. Give the module another webhookInbox: RedisWebhookInbox, PostgresWebhookInbox, or ' +
        'new InMemoryWebhookInbox({ redrive: {} }).',
    );
  }
}
