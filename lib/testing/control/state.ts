import type { Merchants } from '../http/merchants.js';
import type { Desk } from '../state/desk.js';
import { withoutCredentials } from '../webhooks/without-credentials.js';
import { CLOCK, clockOf } from './clock-endpoints.js';
import { COUNT, described, listOf, object, PORTONE, STRING } from './schemas.js';

const PAYMENT = object(
  {
    payment: described(PORTONE, 'As `getPayment` shows it.'),
    attempts: described(listOf(PORTONE), 'Every try to pay, the latest last.'),
  },
  ['payment', 'attempts'],
);

const KINDS = {
  payments: PAYMENT,
  billingKeys: PORTONE,
  schedules: PORTONE,
  identityVerifications: PORTONE,
  deliveries: described(PORTONE, 'As `GET /_sandbox/deliveries` shows it.'),
};
const NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[];

export const STATE = object(
  {
    storeId: STRING,
    stores: described(listOf(STRING), 'The ids of all stores.'),
    clock: CLOCK,
    webhookUrl: described({ type: ['string', 'null'] }, 'Without user and password, here and below.'),
    totals: object(Object.fromEntries(NAMES.map((name) => [name, COUNT])), NAMES),
    ...Object.fromEntries(NAMES.map((name) => [name, listOf(KINDS[name])])),
  },
  ['storeId', 'stores', 'clock', 'webhookUrl', 'totals', ...NAMES],
);

/** @param limit - of each kind, how many of the latest */
export function stateOf(desk: Desk, merchants: Merchants, limit: number): Record<string, unknown> {
  const all = {
    payments: [...desk.payments.records.values()],
    billingKeys: [...desk.billingKeys.keys.values()].map(({ info }) => info),
    schedules: [...desk.schedules.schedules.values()],
    identityVerifications: [...desk.identityVerifications.records.values()].map(({ shown }) => shown),
    deliveries: desk.webhooks.deliveries,
  };
  const { target } = desk.webhooks;
  return {
    storeId: desk.storeId,
    stores: merchants.desks.map(({ storeId }) => storeId),
    clock: clockOf(desk),
    webhookUrl: target?.url === undefined ? null : withoutCredentials(target.url),
    totals: Object.fromEntries(NAMES.map((name) => [name, all[name].length])),
    payments: latest(all.payments, limit).map(({ shown, attempts }) => ({
      payment: shown.payment,
      attempts: attempts.map(({ payment }) => payment),
    })),
    billingKeys: latest(all.billingKeys, limit),
    schedules: latest(all.schedules, limit),
    identityVerifications: latest(all.identityVerifications, limit),
    deliveries: latest(all.deliveries, limit).map((one) => ({ ...one, url: withoutCredentials(one.url) })),
  };
}

/** The newest first. */
function latest<T>(all: readonly T[], limit: number): T[] {
  return all.slice(-limit).reverse();
}
