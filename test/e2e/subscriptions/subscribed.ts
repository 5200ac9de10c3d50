import type { SubscriptionEvent, SubscriptionEventType, SubscriptionPlan } from 'nestjs-portone';

import { World, type WorldOptions } from '../../support/subscription-world.js';

/** Monthly on the 31st at 09:00 in Seoul; the world begins on 20 January 2026. */
export const PLAN: SubscriptionPlan = {
  interval: { unit: 'MONTH', count: 1 },
  anchorDate: '2026-01-31',
  amount: 9_900,
  currency: 'KRW',
  orderName: 'Membership',
};

let open: World | undefined;

afterEach(async () => {
  await open?.stop();
  open = undefined;
});

/** A world with one card, whose hooks note what they are told. */
export async function subscribed(options: WorldOptions = {}) {
  const world = (open = await World.start(options));
  const { sandbox, subscriptions } = world;
  const told: SubscriptionEvent[] = [];
  world.onEvent = (event) => void told.push(event);
  const billingKey = await world.issueKey();
  return {
    world,
    sandbox,
    subscriptions,
    told,
    billingKey,
    /** Further ones, by what they are for. */
    keys: {} as Record<string, string>,
    types: (): SubscriptionEventType[] => told.map(({ type }) => type),
    start: (plan: Partial<SubscriptionPlan> = {}, key = billingKey) =>
      subscriptions.start({ subscriptionId: 's-1', plan: { ...PLAN, ...plan }, billingKey: key }),
    /** What was charged, declined and given back, each by day, in UTC. */
    ledger: () =>
      sandbox.ledger.executions
        .filter(({ kind }) => kind === 'CHARGE' || kind === 'DECLINE' || kind === 'CANCEL')
        .map(({ kind, at }) => `${kind} ${at.toISOString().slice(0, 16)}`),
    requests: (operation: string) =>
      sandbox.ledger.requests.filter((request) => request.operation?.endsWith(operation)),
    /** Days on which a sweep runs every three hours. */
    days: async (count: number) => {
      for (let step = 0; step < count * 8; step += 1) {
        await sandbox.clock.advance({ hours: 3 });
        await subscriptions.sweep();
      }
    },
  };
}
