// An in-memory inbox: a delivery claimed and completed, while there is room and once its limit is reached.
import { serve } from '../child-process.js';
import { importFor } from '../packages.js';

const { InMemoryWebhookInbox } = await importFor(12)('nestjs-portone');
const LEASE_MS = 20_000;
let id = 0;

async function deliver(inbox, deliveries) {
  const began = performance.now();
  for (let at = 0; at < deliveries; at++) {
    const key = `/msg_${id++}`;
    const claim = await inbox.claim(key, LEASE_MS);
    if (claim.state !== 'claimed' || !(await inbox.complete(key, claim.token))) throw new Error('Not taken.');
  }
  return ((performance.now() - began) * 1000) / deliveries;
}

/** Microseconds a delivery: while an inbox of this size fills, and afterwards. */
async function run({ maxEntries }) {
  const inbox = new InMemoryWebhookInbox({ maxEntries });
  const filling = await deliver(inbox, maxEntries);
  const full = await deliver(inbox, maxEntries);
  return { filling, full };
}

serve({ run });
