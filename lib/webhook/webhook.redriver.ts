import { Logger } from '@nestjs/common';

import type { DueDelivery, RedrivingWebhookInbox } from './inbox/redriving-webhook-inbox.js';
import type { RedriveSettings } from './inbox/redrive-policy.js';
import type { PortOneWebhookEvents } from './portone-webhook-events.js';
import { describeThrown } from './thrown.js';
import { ReceivedDelivery } from './webhook-delivery.js';
import type { WebhookVerifier } from './webhook-verifier.js';
import type { WebhookDispatcher } from './webhook.dispatcher.js';
import { WebhookTimers } from './webhook.timers.js';
import { withinStoreTime, type HeldUntil } from './webhook.work.js';

/** The longest pause of a re-driver whose inbox is away. */
const MAX_PAUSE_MS = 30_000;

export interface RedriverParts {
  readonly inbox: RedrivingWebhookInbox;
  readonly dispatcher: Pick<WebhookDispatcher, 'takeUp'>;
  readonly verifier: Pick<WebhookVerifier, 'parse'>;
  readonly events: Pick<PortOneWebhookEvents, 'publishExhausted'>;
}

/** Takes up what is due in an account's inbox, for as long as the application runs. */
export class WebhookRedriver {
  private readonly logger = new Logger('PortOneWebhook');
  private readonly timers = new WebhookTimers();
  private readonly inHand = new Set<Promise<void>>();
  private ended = false;
  private loop: Promise<void> | undefined;
  /** Ends the pause. */
  private stir: () => void = () => {};
  private failures = 0;

  constructor(
    private readonly parts: RedriverParts,
    /** The account's name, `''` for the unnamed one. */
    private readonly account: string,
    private readonly settings: RedriveSettings,
    private readonly leaseMs: number,
  ) {}

  start(): void {
    this.loop ??= this.run();
  }

  /** Looks at once, instead of at the end of the pause. */
  wake(): void {
    this.stir();
  }

  /** Takes up nothing more. What is in hand is the dispatcher's to end. */
  async end(): Promise<void> {
    this.ended = true;
    this.stir();
    await this.loop;
  }

  private async run(): Promise<void> {
    while (!this.ended) {
      const due = await this.next();
      if (due === null) await this.pause();
      else this.takeUp(due);
      while (!this.ended && this.isFull) await this.stirred();
    }
  }

  private get isFull(): boolean {
    return this.inHand.size >= this.settings.concurrency;
  }

  private async next(): Promise<(DueDelivery & HeldUntil) | null> {
    try {
      const heldUntil = this.timers.now() + this.leaseMs;
      const due = await withinStoreTime(this.timers, this.parts.inbox.claimDue(this.account, this.leaseMs));
      if (this.failures > 0) this.logger.log('The webhook inbox can be reached again.');
      this.failures = 0;
      return due && { ...due, heldUntil };
    } catch (error) {
      this.failures += 1;
      if (this.failures === 1) {
        const message = 'The webhook inbox cannot be reached, so nothing is taken up; it is tried again and again.';
        this.logger.error(message, describeThrown(error));
      }
      return null;
    }
  }

  private takeUp(due: DueDelivery & HeldUntil): void {
    const work = this.handle(due).catch((error: unknown) => {
      this.logger.error(`Delivery ${due.delivery.deliveryId} could not be taken up.`, describeThrown(error));
    });
    this.inHand.add(work);
    void work.then(() => {
      // Not by a race of all that is in hand: one that hangs would keep what each race has made.
      if (this.isFull) this.stir();
      this.inHand.delete(work);
    });
  }

  private async handle(due: DueDelivery & HeldUntil): Promise<void> {
    const { dispatcher, verifier, events } = this.parts;
    const { deliveryId, type, rawBody } = due.delivery;
    if (due.state === 'exhausted') {
      this.logger.error(
        `${type} ${deliveryId} was taken up ${due.attempt} times and is not taken up any more. See WebhookInboxAdmin.`,
      );
    }
    // Its signature was verified when it came.
    const event = verifier.parse(rawBody);
    if (due.state === 'claimed') await dispatcher.takeUp(due, event);
    else events.publishExhausted({ event, delivery: ReceivedDelivery.ofKept(due.delivery), attempts: due.attempt });
  }

  private async pause(): Promise<void> {
    const { pollMs } = this.settings;
    const ms = this.failures === 0 ? pollMs : Math.min(MAX_PAUSE_MS, pollMs * 2 ** Math.min(this.failures, 10));
    const stirred = this.stirred();
    // Processes that were started together do not look together for ever.
    const timer = setTimeout(() => this.stir(), ms * (0.75 + Math.random() / 2));
    // To look for what is due is no reason for a process to go on.
    timer.unref();
    await stirred;
    clearTimeout(timer);
  }

  private stirred(): Promise<void> {
    if (this.ended) return Promise.resolve();
    return new Promise((resolve) => (this.stir = resolve));
  }
}
