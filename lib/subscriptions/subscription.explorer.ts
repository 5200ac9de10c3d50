import type { DiscoveryService } from '@nestjs/core';

import { checkAccount, findDecorated, warnOfEnhancers } from '../discovery/decorated-methods.js';
import type { ResolveScoped } from '../webhook/webhook.routes.js';
import { subscriptionHooksOf } from './on-subscription.decorator.js';
import type { SubscriptionEvent, SubscriptionEventType } from './subscription-events.js';

type CallHook = (event: SubscriptionEvent, resolve: ResolveScoped) => Promise<unknown>;

/** What is called with each kind of event. */
export type SubscriptionHooks = ReadonlyMap<SubscriptionEventType, readonly CallHook[]>;

/**
 * Finds the `@OnSubscription` methods of an account.
 *
 * @throws PortOneStartError for an account that is not there
 */
export function findSubscriptionHooks(
  discovery: DiscoveryService,
  account: string | undefined,
  accounts: readonly (string | undefined)[],
): SubscriptionHooks {
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
    for (const event of new Set(one.decorations.map((hook) => hook.event))) {
      const call: CallHook = async (told, resolve) => (await one.target(resolve))[one.method]?.(told);
      hooks.set(event, [...(hooks.get(event) ?? []), call]);
    }
  }
  return hooks;
}
