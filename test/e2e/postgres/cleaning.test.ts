import { jest } from '@jest/globals';
import type { KeptDelivery } from 'nestjs-portone';
import { PostgresWebhookInbox } from 'nestjs-portone/postgres';

import { describeWithPostgres } from '../../support/servers.js';
import { openPGlite, openPostgres, type PostgresSpace } from './postgres-space.js';

const LEASE_MS = 1_000;
const RETENTION_MS = 50_000;

function cleaning(open: () => Promise<PostgresSpace>): void {
  let space: PostgresSpace;
  let inbox: PostgresWebhookInbox;
  let time: number;

  beforeAll(async () => {
    space = await open();
  });
  afterAll(() => space.close());
  beforeEach(async () => {
    await space.empty('webhook_inbox', 'webhook_completions');
    time = 1_700_000_000_000;
    inbox = new PostgresWebhookInbox({ connection: space.database, retentionMs: RETENTION_MS, now: () => time });
  });

  const kept = (deliveryId: string): KeptDelivery => {
    const at = new Date(time);
    return { account: '', deliveryId, type: 'T', timestamp: at, receivedAt: at, rawBody: Buffer.from('{}') };
  };
  const rows = async (table: string): Promise<string[]> => {
    const sql = `SELECT delivery FROM ${space.database.table(table)} ORDER BY delivery`;
    return (await space.database.query<{ delivery: string }>(sql)).rows.map(({ delivery }) => delivery);
  };
  async function finish(id: string, work: string = id, handler = 'Orders.onPaid'): Promise<void> {
    const claim = await inbox.claim(`/${work}`, LEASE_MS, work === id ? kept(id) : undefined);
    if (claim.state !== 'claimed') throw new Error(claim.state);
    await inbox.inTransaction(`/${id}`, handler, () => Promise.resolve());
    await inbox.complete(`/${work}`, claim.token);
  }

  it('deletes what is older than the retention, so many at a time, with its completions', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) await finish(id);
    expect(await inbox.clean()).toBe(0);
    time += RETENTION_MS - 1;
    await finish('young');
    expect(await inbox.clean()).toBe(0);
    time += 1;
    expect([await inbox.clean(2), await inbox.clean(2), await inbox.clean(2), await inbox.clean(2)]).toEqual([
      2, 2, 1, 0,
    ]);
    expect([await rows('webhook_inbox'), await rows('webhook_completions')]).toEqual([['young'], ['young']]);
  });

  it('deletes the completions of work that a queue brought, and no other', async () => {
    await finish('msg#1', 'msg#1#Orders.onPaid');
    await finish('msg', 'msg#Orders#onRefund', 'Orders#onRefund');
    await inbox.inTransaction('/msg', '1', () => Promise.resolve());
    await inbox.inTransaction('/msg#1', 'Mails.onPaid', () => Promise.resolve());
    time += RETENTION_MS;
    expect(await inbox.clean()).toBe(2);
    expect(await rows('webhook_completions')).toEqual(['msg', 'msg#1']);
  });

  it('goes on for as long as one of the applications that share the inbox', () => {
    jest.useFakeTimers();
    const clean = jest.spyOn(inbox, 'clean').mockResolvedValue(0);
    const aMinute = (): number => {
      clean.mockClear();
      jest.advanceTimersByTime(60_000);
      return clean.mock.calls.length;
    };
    for (let application = 0; application < 2; application += 1) inbox.onApplicationBootstrap();
    const cleaned = [aMinute()];
    for (let application = 0; application < 2; application += 1) {
      inbox.onModuleDestroy();
      cleaned.push(aMinute());
    }
    jest.useRealTimers();
    expect(cleaned).toEqual([1, 1, 0]);
  });

  it('never deletes what is unfinished and was kept, nor what somebody is at work on', async () => {
    await inbox.claim('/kept', LEASE_MS, kept('kept'));
    await inbox.claim('/abandoned#h', LEASE_MS);
    const held = await inbox.claim('/held#h', LEASE_MS);
    if (held.state !== 'claimed') throw new Error(held.state);
    expect(await inbox.renew('/held#h', held.token, 3 * RETENTION_MS)).toBe(true);
    time += 2 * RETENTION_MS;
    expect(await inbox.clean()).toBe(1);
    expect(await rows('webhook_inbox')).toEqual(['held#h', 'kept']);
  });

  it('forgets the completions of a delivery with it', async () => {
    await finish('forgotten');
    await finish('kept');
    await inbox.forget('/forgotten');
    expect([await rows('webhook_inbox'), await rows('webhook_completions')]).toEqual([['kept'], ['kept']]);
  });
}

describeWithPostgres('cleaning on PostgreSQL', () => {
  cleaning(openPostgres);
});

describe('cleaning on PGlite', () => cleaning(openPGlite));
