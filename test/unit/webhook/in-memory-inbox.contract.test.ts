import { jest } from '@jest/globals';
import { InMemoryWebhookInbox } from 'nestjs-portone';

import { CONTRACT_REDRIVE, webhookInboxContract } from '../../contracts/webhook-inbox.contract.js';

beforeEach(() => jest.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => jest.useRealTimers());

const DAY = 86_400_000;

webhookInboxContract(
  'InMemoryWebhookInbox',
  () => ({
    inbox: new InMemoryWebhookInbox({ redrive: CONTRACT_REDRIVE, ttlMs: 30 * DAY }),
    retentionMs: 30 * DAY,
    now: () => Date.now(),
    pass: (ms) => void jest.setSystemTime(Date.now() + ms),
  }),
  { runs: 500 },
);
