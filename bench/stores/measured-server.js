// A server of this section, and when it is through with what it was sent.
import { setTimeout as sleep } from 'node:timers/promises';

import { startChild } from '../child-process.js';

/** @param {import('./applications.js').Setting} setting */
export function startServer(setting) {
  return startChild(new URL('./server.js', import.meta.url), { args: [JSON.stringify(setting)] });
}

/** Resolves once the handlers of these processes together were called so often. More often is a mistake. */
export async function untilHandled(servers, count) {
  const handled = await handledBy(servers);
  if (handled > count) throw new Error(`${handled - count} deliveries were handled twice.`);
  if (handled === count) return;
  await sleep(5);
  await untilHandled(servers, count);
}

export async function handledBy(servers) {
  const usages = await Promise.all(servers.map((server) => server.ask('usage')));
  return usages.reduce((sum, { handled }) => sum + handled, 0);
}
