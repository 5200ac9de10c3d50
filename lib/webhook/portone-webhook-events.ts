import { filter, Subject, type Observable } from 'rxjs';

import { tellExhausted } from '../observability/observe-delivery.js';
import type { WebhookDelivery } from './webhook-delivery.js';
import type { AnyWebhookEvent, WebhookEvent, WebhookEventType } from './webhook-event.js';

/** An event after its handlers were through. */
export interface HandledWebhook<E = AnyWebhookEvent> {
  readonly event: E;
  readonly delivery: WebhookDelivery;
}

/** A delivery of which a handler failed or ran out of time; PortOne was told so and asks again. */
export interface FailedWebhook extends HandledWebhook {
  /** What each failed handler threw, by the handler's id. */
  readonly errors: ReadonlyMap<string, unknown>;
}

/** A handler threw `WebhookDiscard`; PortOne does not ask again. */
export interface DiscardedWebhook extends HandledWebhook {
  readonly handler: string;
  readonly reason: string;
}

/** A delivery that has had all its attempts: the inbox does not take it up again. See `WebhookInboxAdmin`. */
export interface ExhaustedWebhook extends HandledWebhook {
  /** How often it was taken up. */
  readonly attempts: number;
}

/**
 * For looking on (metrics, live screens), after the handlers are through and this process alone. What must happen
 * belongs into a handler: nobody asks again for what a subscriber misses. As everywhere in rxjs, an exception in a
 * subscriber that has no `error` path ends the process: catch what may throw.
 */
export class PortOneWebhookEvents {
  private readonly all = new Subject<HandledWebhook>();
  private readonly failed = new Subject<FailedWebhook>();
  private readonly discarded = new Subject<DiscardedWebhook>();
  private readonly exhausted = new Subject<ExhaustedWebhook>();

  /** Every event whose handlers are all through, those without a handler included. */
  readonly all$: Observable<HandledWebhook> = this.all.asObservable();
  /** Every attempt that failed. */
  readonly failed$: Observable<FailedWebhook> = this.failed.asObservable();
  /** Every event that a handler discarded. */
  readonly discarded$: Observable<DiscardedWebhook> = this.discarded.asObservable();

  /** Every delivery that an inbox or a queue gives up; told by the process that found it so. */
  readonly exhausted$: Observable<ExhaustedWebhook> = this.exhausted.asObservable();

  /** The events of one type out of `all$`. */
  on<T extends WebhookEventType>(type: T): Observable<HandledWebhook<WebhookEvent<T>>> {
    return this.all$.pipe(filter((handled): handled is HandledWebhook<WebhookEvent<T>> => handled.event.type === type));
  }

  /** @internal The dispatcher tells. */
  publishHandled(handled: HandledWebhook): void {
    this.all.next(handled);
  }

  /** @internal The dispatcher tells. */
  publishFailed(failed: FailedWebhook): void {
    this.failed.next(failed);
  }

  /** @internal The dispatcher tells. */
  publishDiscarded(discarded: DiscardedWebhook): void {
    this.discarded.next(discarded);
  }

  /** @internal The re-driver and the queue tell. */
  publishExhausted(exhausted: ExhaustedWebhook): void {
    tellExhausted(exhausted);
    this.exhausted.next(exhausted);
  }
}
