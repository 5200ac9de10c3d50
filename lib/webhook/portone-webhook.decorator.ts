import { addDecoration, decorationsOf, type Decoration } from '../discovery/decorations.js';
import type { TransactionalWebhookDelivery, WebhookDelivery } from './webhook-delivery.js';
import {
  CONFIRM_TYPE,
  ROUTED_EVENT_TYPES,
  type WebhookEvent,
  type WebhookEventOf,
  type WebhookPattern,
} from './webhook-event.js';

/** What a handler may say beside its patterns. */
export interface PortOneWebhookOptions {
  /**
   * The account whose events it takes.
   * @default the unnamed one
   */
  account?: string;
  /**
   * What the inbox calls this handler when it notes that it is done. Keep it when the class or method is renamed while
   * deliveries are under way, and give one where two classes share a name.
   * @default `Class.method`
   */
  id?: string;
  /**
   * The handler gets `delivery.transaction`: its writes and the note that it is through take effect together, exactly
   * once, or not at all. The inbox must have transactions (`PostgresWebhookInbox`), else the application does not start.
   * @default false
   */
  transactional?: boolean;
}

/** One decoration of a method: the patterns it takes and for whom. */
export interface HandlerMetadata extends Decoration {
  readonly kind: 'event' | 'confirm';
  readonly patterns: readonly string[];
  readonly account: string | undefined;
  readonly id: string | undefined;
  readonly transactional?: boolean;
}

type HandlerDecorator<E, D = WebhookDelivery> = <M extends (event: E, delivery: D) => unknown>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

const HANDLERS = Symbol.for('nestjs-portone.webhook-handlers');

/**
 * Calls the method with every event that a pattern matches, on any provider or controller. It is a plain call on the
 * instance: guards, pipes, interceptors and filters do not run on it. Throw, and PortOne is told 500 and asks again;
 * `throw new WebhookDiscard(reason)` where asking again is of no use. May be stacked.
 *
 * Handlers are looked for once, at start, on the instances that exist then: not in lazily loaded modules, and not on
 * what a request-scoped factory provider makes. The log lists those that were found.
 *
 * @example
 * class Orders { @PortOneWebhook('Transaction.Paid') async onPaid(event: WebhookEvent<'Transaction.Paid'>) { … } }
 */
export function PortOneWebhook<P extends [WebhookPattern, ...WebhookPattern[]]>(
  ...patterns: P
): HandlerDecorator<WebhookEventOf<P[number]>>;
export function PortOneWebhook<P extends [WebhookPattern, ...WebhookPattern[]]>(
  ...patternsAndOptions: [...patterns: P, options: PortOneWebhookOptions & { transactional: true }]
): HandlerDecorator<WebhookEventOf<P[number]>, TransactionalWebhookDelivery>;
export function PortOneWebhook<P extends [WebhookPattern, ...WebhookPattern[]]>(
  ...patternsAndOptions: [...patterns: P, options: PortOneWebhookOptions]
): HandlerDecorator<WebhookEventOf<P[number]>>;
export function PortOneWebhook(...args: (string | PortOneWebhookOptions)[]): HandlerDecorator<never, never> {
  const patterns = args.filter((arg) => typeof arg === 'string');
  const options = args.find((arg) => typeof arg === 'object');
  return (target, method) => {
    const where = `@PortOneWebhook on ${target.constructor.name}.${String(method)}`;
    if (patterns.length === 0)
      throw new TypeError(`${where} names no event. Give at least one, such as 'Transaction.Paid'.`);
    for (const pattern of patterns) checkPattern(pattern, where);
    const { account, id, transactional = false } = options ?? {};
    addHandler(target, { method, kind: 'event', patterns, account, id, transactional });
  };
}

/**
 * Marks the one method that answers `Transaction.Confirm`, PortOne's question before it approves a payment. Returning
 * approves; `throw new ConfirmRejection('…')` refuses and tells the buyer why. Everything else refuses too: another
 * error, no answer within 9 s, no handler. No verdict is ever replayed: asked again, the method runs again. PortOne may
 * not hear an approval, so whatever the method holds (stock, a seat) needs an end of its own.
 *
 * @example
 * class Stock { @PortOneConfirm() async mayBuy({ data }: WebhookEvent<'Transaction.Confirm'>) { … } }
 */
export function PortOneConfirm(options: { account?: string } = {}) {
  return <M extends (event: WebhookEvent<'Transaction.Confirm'>, delivery: WebhookDelivery) => unknown>(
    target: object,
    method: string | symbol,
    // Whoever returns a verdict means it: only "nothing" compiles, so that `return false` cannot approve.
    _descriptor: Awaited<ReturnType<M>> extends void ? TypedPropertyDescriptor<M> : never,
  ): void => {
    addHandler(target, { method, kind: 'confirm', patterns: [CONFIRM_TYPE], account: options.account, id: undefined });
  };
}

function checkPattern(pattern: string, where: string): void {
  if (pattern === CONFIRM_TYPE) {
    throw new TypeError(
      `${where}: '${CONFIRM_TYPE}' is a question that needs an answer. Use @PortOneConfirm() for it.`,
    );
  }
  const group = pattern.endsWith('.*') ? pattern.slice(0, -1) : undefined;
  const known = ROUTED_EVENT_TYPES.some((type) => type === pattern || (group !== undefined && type.startsWith(group)));
  if (pattern !== '*' && !known) {
    throw new TypeError(
      `${where}: there is no event '${pattern}'. Known are ${ROUTED_EVENT_TYPES.join(', ')}, 'Transaction.*', 'BillingKey.*' and '*'.`,
    );
  }
}

function addHandler(prototype: object, handler: HandlerMetadata): void {
  addDecoration(HANDLERS, handler.kind === 'confirm' ? '@PortOneConfirm' : '@PortOneWebhook', prototype, handler);
}

/** The decorations of an instance's methods, inherited ones included. */
export function handlersOf(instance: object): HandlerMetadata[] {
  return decorationsOf(HANDLERS, instance);
}
