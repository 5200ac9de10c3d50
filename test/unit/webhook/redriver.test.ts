import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { DueDelivery, RedrivingWebhookInbox } from '../../../lib/webhook/inbox/redriving-webhook-inbox.js';
import { redriveSettings } from '../../../lib/webhook/inbox/redrive-policy.js';
import { WebhookRedriver, type RedriverParts } from '../../../lib/webhook/webhook.redriver.js';
import { deferred } from '../../support/webhook-app.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const DELIVERIES = 50_000;
const MOST_GROWTH = 5_000_000;

it('keeps nothing of what was done beside a delivery that hangs', async () => {
  const end = deferred();
  const all = deferred();
  let due = 0;
  const claimDue = (): Promise<DueDelivery | null> => {
    due += 1;
    if (due > DELIVERIES) all.resolve();
    if (due > DELIVERIES) return Promise.resolve(null);
    const times = { timestamp: new Date(0), receivedAt: new Date(0) };
    const delivery = { account: '', deliveryId: String(due), type: 't', rawBody: Buffer.alloc(0), ...times };
    const claim = { state: 'claimed' as const, token: 't', attempt: 1, completedHandlers: [] };
    return Promise.resolve({ ...claim, id: `/${due}`, delivery });
  };
  const parts: RedriverParts = {
    inbox: { claimDue } as unknown as RedrivingWebhookInbox,
    dispatcher: {
      takeUp: async ({ delivery }) => {
        if (delivery.deliveryId === '1') await end.promise;
        return { answer: { status: 200, headers: {}, body: {} } };
      },
    },
    verifier: { parse: () => ({ type: 't' }) as never },
    events: { publishExhausted: () => undefined },
  };
  const redriver = new WebhookRedriver(parts, '', redriveSettings({ concurrency: 2 }, 'Test'), 1_000);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  redriver.start();
  await all.promise;
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(MOST_GROWTH);
  end.resolve();
  await redriver.end();
});
