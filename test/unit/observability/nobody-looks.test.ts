import { channel, tracingChannel } from 'node:diagnostics_channel';

import { PORTONE_CHANNELS } from 'nestjs-portone';

import { observeCall } from '../../../lib/observability/observe-call.js';
import {
  isReceiptObserved,
  observeDelivery,
  observeHandler,
  tellExhausted,
  tellRefused,
} from '../../../lib/observability/observe-delivery.js';

/** Whoever looks at it fails. */
function untouchable<T extends object>(): T {
  return new Proxy({} as T, {
    get: (_, name) => {
      throw new Error(`${String(name)} was looked at`);
    },
  });
}

const ASKED: [string, () => unknown][] = [
  [PORTONE_CHANNELS.call, () => observeCall(untouchable(), untouchable(), untouchable())],
  [PORTONE_CHANNELS.delivery, () => observeDelivery('http', untouchable(), untouchable())],
  [PORTONE_CHANNELS.handler, () => observeHandler('A.b', untouchable(), untouchable())],
  [PORTONE_CHANNELS.exhausted, () => tellExhausted(untouchable())],
];

it.each(ASKED)('nothing is computed for %s while nobody subscribes', (_, ask) => {
  expect(ask()).toBeUndefined();
  tellRefused(untouchable<never>(), 401, 'NO_MATCHING_SIGNATURE');
  expect(isReceiptObserved()).toBe(false);
});

it.each(ASKED)('something is, for %s, once somebody does', (name, ask) => {
  const listener = () => undefined;
  const [plain, traced] = [channel(name), tracingChannel(name).asyncEnd];
  plain.subscribe(listener);
  traced.subscribe(listener);
  expect(ask).toThrow('was looked at');
  plain.unsubscribe(listener);
  traced.unsubscribe(listener);
  expect(ask()).toBeUndefined();
});
