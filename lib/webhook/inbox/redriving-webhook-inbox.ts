import type { RedriveSettings } from './redrive-policy.js';
import { WebhookInbox, type KeptDelivery, type WebhookClaim } from './webhook-inbox.js';

/** A delivery whose time has come. */
export type DueDelivery =
  /** Taken up: see {@link WebhookClaim}. */
  | ({ readonly id: string; readonly delivery: KeptDelivery } & Extract<WebhookClaim, { state: 'claimed' }>)
  /** It has had all its attempts: nobody takes it up any more, unless it is replayed or PortOne sends it again. */
  | { readonly state: 'exhausted'; readonly id: string; readonly attempt: number; readonly delivery: KeptDelivery };

/** An unfinished delivery in a list. */
export interface InboxEntry {
  readonly deliveryId: string;
  readonly type: string;
  /** `unfinished`: at work, or waiting for its next attempt. `exhausted`: it has had all its attempts. */
  readonly state: 'unfinished' | 'exhausted';
  /** How often it was taken up since it came or was replayed. */
  readonly attempt: number;
  readonly receivedAt: Date;
  /** When it is taken up next, or its lease ends; `null` when it is exhausted. */
  readonly dueAt: Date | null;
  /** What went wrong last, in a line. */
  readonly lastFailure: string | null;
  readonly rawBody: Buffer;
}

export interface InboxListOptions {
  /** @default both */
  state?: InboxEntry['state'];
  /** Only delivery ids behind this one, in the order of their bytes. @default the first page */
  after?: string;
  /** How many at the most. @default 100 */
  limit?: number;
}

/** How much an account's inbox has before it. */
export interface InboxBacklog {
  /** Deliveries that are at work or wait for their next attempt. */
  readonly unfinished: number;
  readonly exhausted: number;
  /** When the oldest unfinished one came; `null` when there is none. */
  readonly oldestReceivedAt: Date | null;
}

/**
 * An inbox that keeps what it is given and finishes the work itself: a delivery that was claimed once is handed out again
 * until it is done, long after PortOne has stopped sending it, whatever dies in between. Extend it for a store of your
 * own. Time is the store's, not the processes': their clocks differ.
 *
 * A delivery is due when it is unfinished, was kept (claimed with a `delivery`), and its lease has ended or, after a
 * release, the delay of its attempt is over. It is exhausted once it is due and has had `maxAttempts`; a claim takes it up
 * all the same and makes it unfinished again.
 */
export abstract class RedrivingWebhookInbox extends WebhookInbox {
  /** How and how often; `undefined`: nothing is kept, and PortOne's re-sends alone bring a delivery again. */
  abstract readonly redrive: RedriveSettings | undefined;

  /** Takes up the delivery of an account that has been due longest; `null`: there is none. */
  abstract claimDue(account: string, leaseMs: number): Promise<DueDelivery | null>;

  /** What is unfinished and was kept, in the order of the delivery ids' bytes. */
  abstract list(account: string, options?: InboxListOptions): Promise<readonly InboxEntry[]>;

  /**
   * Makes an unfinished or exhausted delivery due at once, with all its attempts before it. Handlers that are through are
   * not run again. `false`: there is none of this id that was kept, it is done, or somebody is at work on it.
   */
  abstract replay(id: string): Promise<boolean>;

  /** Takes an unfinished or exhausted delivery for done. `false` as for `replay`. */
  abstract discard(id: string): Promise<boolean>;

  abstract backlog(account: string): Promise<InboxBacklog>;
}

/** By shape: an inbox may come from the package's other module system. */
export function isRedriving(inbox: WebhookInbox): inbox is RedrivingWebhookInbox {
  return typeof (inbox as Partial<RedrivingWebhookInbox>).claimDue === 'function';
}

/** The id by which an inbox knows a delivery. */
export function inboxId(account: string, deliveryId: string): string {
  return `${account}/${deliveryId}`;
}

/** The id by which an inbox knows one handler's work on a delivery, where that is a piece of work of its own. */
export function handlerWorkId(deliveryKey: string, handlerId: string): string {
  return `${deliveryKey}#${handlerId}`;
}
