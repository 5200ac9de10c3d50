import type { DiscoveryService } from '@nestjs/core';

import { checkAccount, findDecorated, warnOfEnhancers, type DecoratedMethod } from '../discovery/decorated-methods.js';
import type { ResolveScoped } from '../webhook/webhook.routes.js';
import { subscriptionHooksOf, type SubscriptionHook } from './on-subscription.decorator.js';
import type { SubscriptionEvent, SubscriptionEventType } from './subscription-events.js';

type CallHook = (event: SubscriptionEvent, resolve: ResolveScoped) => Promise<unknown>;

/** What is called with each kind of event. */
export type SubscriptionHooks = ReadonlyMap<SubscriptionEventType, readonly CallHook[]>;

/** The hooks of an account. */
export interface FoundHooks {
  readonly hooks: SubscriptionHooks;
  /** For the log, one line a method. */
  readonly lines: readonly string[];
}

/**
 * Finds the `@OnSubscription` methods of an account.
 *
 * @throws PortOneStartError for an account that is not there
 */
export function findSubscriptionHooks(
  discovery: DiscoveryService,
  account: string | undefined,
  accounts: readonly (string | undefined)[],
): FoundHooks {
  const hooks = new Map<SubscriptionEventType, CallHook[]>();
  const found = findDecorated(discovery, (instance) =>
    subscriptionHooksOf(instance).filter((hook) => {
      const what = `${instance.constructor.name}.${String(hook.method)} is told of subscriptions`;
      checkAccount(accounts, hook.account, what);
      return hook.account === account;
    }),
  );
  for (const one of found) {
    warnOfEnhancers(one, 'Put what must run before it into the method.');
    for (const event of eventsOf(one)) {
      const call: CallHook = async (told, resolve) => (await one.target(resolve))[one.method]?.(told);
      hooks.set(event, [...(hooks.get(event) ?? []), call]);
    }
  }
  return { hooks, lines: found.map((one) => `subscription ${[...eventsOf(one)].join(', ')} -> ${one.name}`) };
}

function eventsOf({ decorations }: DecoratedMethod<SubscriptionHook>): ReadonlySet<SubscriptionEventType> {
  return new Set(decorations.map(({ event }) => event));
}
