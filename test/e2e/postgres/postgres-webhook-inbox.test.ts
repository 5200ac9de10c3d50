import { PostgresWebhookInbox, type PostgresDatabase } from 'nestjs-portone/postgres';

import { CONTRACT_REDRIVE, webhookInboxContract } from '../../contracts/webhook-inbox.contract.js';
import type { InboxUnderTest } from '../../contracts/webhook-inbox.interleaving.js';
import { describeWithPostgres } from '../../support/servers.js';
import { openPGlite, openPostgres, type PostgresSpace } from './postgres-space.js';

function inboxUnderTest(connection: PostgresDatabase): InboxUnderTest {
  let time = 1_700_000_000_000;
  const now = (): number => time;
  const retentionMs = 50_000;
  const inbox = new PostgresWebhookInbox({ connection, redrive: CONTRACT_REDRIVE, retentionMs, now });
  return { inbox, retentionMs, now, pass: (ms: number) => void (time += ms) };
}

function contractOn(name: string, open: () => Promise<PostgresSpace>, runs: number): void {
  let space: PostgresSpace;
  beforeAll(async () => {
    space = await open();
  });
  afterAll(() => space.close());

  webhookInboxContract(
    name,
    async () => {
      await space.empty('webhook_inbox', 'webhook_completions');
      return inboxUnderTest(space.database);
    },
    { runs },
  );
}

describeWithPostgres('on PostgreSQL', () => contractOn('PostgresWebhookInbox', openPostgres, 200));
describe('on PGlite', () => contractOn('PostgresWebhookInbox', openPGlite, 100));
