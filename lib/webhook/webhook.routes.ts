import { CONFIRM_TYPE, ROUTED_EVENT_TYPES, type AnyWebhookEvent } from './webhook-event.js';
import type { WebhookDelivery } from './webhook-delivery.js';

/** What a request-scoped handler is resolved in: one for all handlers of a delivery. */
export type ResolveScoped = (token: unknown) => Promise<object>;

/** A method that an account's events are routed to. */
export interface WebhookHandler {
  /** How the inbox and the log call it. */
  readonly id: string;
  readonly patterns: readonly string[];
  /** Whether its delivery carries a transaction. */
  readonly transactional?: boolean;
  invoke(event: AnyWebhookEvent, delivery: WebhookDelivery, resolve: ResolveScoped): unknown;
}

const NONE: readonly WebhookHandler[] = [];

/** An account's routing table: which handlers an event goes to. Made once, at start; a look-up is one `Map.get`. */
export class WebhookRoutes {
  private readonly byType = new Map<string, readonly WebhookHandler[]>();
  private readonly catchAll: readonly WebhookHandler[];

  constructor(
    readonly handlers: readonly WebhookHandler[] = NONE,
    /** The one that answers `Transaction.Confirm`. */
    readonly confirmHandler?: WebhookHandler,
  ) {
    for (const type of ROUTED_EVENT_TYPES) {
      const matching = handlers.filter(({ patterns }) => patterns.some((pattern) => matches(pattern, type)));
      if (matching.length > 0) this.byType.set(type, matching);
    }
    this.catchAll = handlers.filter(({ patterns }) => patterns.includes('*'));
  }

  /** The handlers of an event; for a type newer than this version those of `'*'` alone, whose types say so. */
  handlersFor(type: string): readonly WebhookHandler[] {
    return this.byType.get(type) ?? this.catchAll;
  }

  /** The table for the log, one line a handler. */
  lines(): string[] {
    const all = this.confirmHandler ? [...this.handlers, this.confirmHandler] : this.handlers;
    return all.map(({ id, patterns }) => `${patterns.join(', ')} -> ${id}`);
  }
}

function matches(pattern: string, type: string): boolean {
  if (pattern === '*' || pattern === type) return true;
  return pattern.endsWith('.*') && type !== CONFIRM_TYPE && type.startsWith(pattern.slice(0, -1));
}
