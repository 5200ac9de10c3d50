import { addDecoration, decorationsOf, type Decoration } from '../discovery/decorations.js';
import {
  SUBSCRIPTION_EVENT_TYPES,
  type SubscriptionEvents,
  type SubscriptionEventType,
} from './subscription-events.js';

/** One decoration of a method: what it is told, and of whose subscriptions. */
export interface SubscriptionHook extends Decoration {
  readonly event: SubscriptionEventType;
  readonly account: string | undefined;
}

const HOOKS = Symbol.for('nestjs-portone.subscription-hooks');

/**
 * Calls the method with what a subscription has to tell, on any provider or controller: `charged`, `failed`, `lapsed`,
 * `charged-after-cancel`, `duplicate-charge`. May be stacked, one event each; several methods may take the same one.
 *
 * It is called when the event has been written down, in order, and again when it threw or the process ended before it
 * returned: the same event may come twice, so let `paymentId` make it harmless. It is a plain call: guards, pipes,
 * interceptors and filters do not run.
 *
 * @example
 * class Memberships {
 *   \@OnSubscription('charged') async onCharged(event: SubscriptionCharged) { … }
 *   \@OnSubscription('lapsed') async onLapsed(event: SubscriptionLapsed) { … }
 *   \@OnSubscription('charged-after-cancel') async onChargedAfterCancel(event: SubscriptionChargedAfterCancel) { … }
 * }
 */
export function OnSubscription<T extends SubscriptionEventType>(event: T, options: { account?: string } = {}) {
  return <M extends (event: SubscriptionEvents[T]) => unknown>(
    target: object,
    method: string | symbol,
    _descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    if (!SUBSCRIPTION_EVENT_TYPES.includes(event)) {
      throw new TypeError(
        `@OnSubscription on ${target.constructor.name}.${String(method)}: there is no event '${String(event)}'. Known are ${SUBSCRIPTION_EVENT_TYPES.join(', ')}.`,
      );
    }
    addDecoration<SubscriptionHook>(HOOKS, '@OnSubscription', target, { method, event, account: options.account });
  };
}

/** The decorations of an instance's methods, inherited ones included. */
export function subscriptionHooksOf(instance: object): SubscriptionHook[] {
  return decorationsOf(HOOKS, instance);
}
