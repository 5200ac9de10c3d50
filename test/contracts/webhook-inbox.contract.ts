import fc from 'fast-check';
import type { RedriveOptions } from 'nestjs-portone';

import { compare, delivery, IDS, LEASE_MS, step, type InboxUnderTest } from './webhook-inbox.interleaving.js';

/** What the inbox under test is to be made with. */
export const CONTRACT_REDRIVE: RedriveOptions = { maxAttempts: 2, baseDelayMs: 400, maxDelayMs: 1_000 };

export interface InboxContractOptions {
  /** Interleavings to try; with fewer than 100 some answers may not come up. @default 200 */
  readonly runs?: number;
}

const ACCOUNTS = ['', 'b', 'B_2-x'];

/** What every {@link RedrivingWebhookInbox} promises, whatever it keeps its deliveries in. */
export function webhookInboxContract(
  name: string,
  make: () => InboxUnderTest | Promise<InboxUnderTest>,
  { runs = 200 }: InboxContractOptions = {},
): void {
  describe(`${name} as a webhook inbox that finishes work itself`, () => {
    it('answers what the model answers, however many workers interleave', async () => {
      const test = await make();
      const seen = new Set<string>();
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 80, size: 'max' }), async (steps) => {
          run += 1;
          await compare(test, [`run-${run}`, `run-${run}-b`], steps, seen);
        }),
        { numRuns: runs },
      );
      // Every answer was given, or the property says less than it seems to.
      const either = ['renew', 'completeHandler', 'complete', 'release', 'replay', 'discard'];
      expect([...seen].sort()).toEqual(
        [
          ...['claimed', 'done', 'in-progress', 'due claimed', 'due exhausted', 'due null'],
          ...['exhausted claimed', 'exhausted replay', 'exhausted discard'],
          ...either.flatMap((method) => [`${method} true`, `${method} false`]),
        ].sort(),
      );
    }, 240_000);

    it('gives a delivery to one of many that claim at once', async () => {
      const { inbox, now } = await make();
      const kept = delivery('', 'at-once', now());
      const claims = await Promise.all(Array.from({ length: 20 }, () => inbox.claim('/at-once', LEASE_MS, kept)));
      expect(claims.filter(({ state }) => state === 'claimed')).toHaveLength(1);
      expect(claims.filter(({ state }) => state === 'in-progress')).toHaveLength(19);
    });

    it('gives each due delivery to one of many that look at once, and each exhausted one', async () => {
      const { inbox, now, pass } = await make();
      const ids = Array.from({ length: 25 }, (_, index) => `due-${index}`);
      for (const id of ids) await inbox.claim(`/${id}`, LEASE_MS, delivery('', id, now()));
      for (const state of ['claimed', 'exhausted', null]) {
        await pass(LEASE_MS);
        const looks = await Promise.all(Array.from({ length: 40 }, () => inbox.claimDue('', LEASE_MS)));
        const found = looks.filter((due) => due !== null);
        expect(found.map((due) => due.delivery.deliveryId).sort()).toEqual(state === null ? [] : [...ids].sort());
        expect(found.every((due) => due.state === state)).toBe(true);
      }
      expect(await inbox.backlog('')).toEqual({ unfinished: 0, exhausted: 25, oldestReceivedAt: null });
    });

    it('gives a delivery to one of many, some of which claim and some of which look for what is due', async () => {
      const { inbox, now, pass } = await make();
      await inbox.claim('/both', LEASE_MS, delivery('', 'both', now()));
      await pass(LEASE_MS);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => (i % 2 ? inbox.claim('/both', LEASE_MS) : inbox.claimDue('', LEASE_MS))),
      );
      expect(answers.filter((answer) => answer?.state === 'claimed')).toHaveLength(1);
    });

    it('never gives an account what is another’s, nor shows or changes it', async () => {
      const { inbox, now, pass } = await make();
      for (const account of ACCOUNTS) {
        await inbox.claim(`${account}/same`, LEASE_MS, delivery(account, 'same', now()));
      }
      expect(await inbox.replay('c/same')).toBe(false);
      await pass(LEASE_MS);
      expect(await inbox.claimDue('c', LEASE_MS)).toBeNull();
      expect(await inbox.list('c')).toEqual([]);
      for (const account of ACCOUNTS) {
        const due = await inbox.claimDue(account, LEASE_MS);
        expect(due).toMatchObject({ state: 'claimed', id: `${account}/same`, attempt: 2, delivery: { account } });
        expect(await inbox.claimDue(account, LEASE_MS)).toBeNull();
        expect(await inbox.backlog(account)).toMatchObject({ unfinished: 1 });
        await inbox.forget(`${account}/same`);
        expect(await inbox.backlog(account)).toEqual({ unfinished: 0, exhausted: 0, oldestReceivedAt: null });
      }
    });

    it('lists in the order of bytes, page after page', async () => {
      const { inbox, now } = await make();
      for (const id of IDS) await inbox.claim(`b/${id}`, LEASE_MS, delivery('b', id, now()));
      const listed: string[] = [];
      for (;;) {
        const after = listed.at(-1);
        const page = await inbox.list('b', { limit: 2, ...(after === undefined ? {} : { after }) });
        if (page.length === 0) break;
        expect(page.length).toBeLessThanOrEqual(2);
        listed.push(...page.map(({ deliveryId }) => deliveryId));
      }
      expect(listed).toEqual([...IDS].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    });

    it('remembers what is done for its retention, and nothing of it afterwards', async () => {
      const { inbox, now, pass, retentionMs } = await make();
      const claim = await inbox.claim('/done', LEASE_MS, delivery('', 'done', now()));
      if (claim.state !== 'claimed') throw new Error(claim.state);
      await inbox.completeHandler('/done', claim.token, 'Orders.onPaid');
      expect(await inbox.complete('/done', claim.token)).toBe(true);
      await pass(retentionMs - 1);
      expect(await inbox.claim('/done', LEASE_MS)).toEqual({ state: 'done' });
      await pass(1);
      const again = await inbox.claim('/done', LEASE_MS, delivery('', 'done', now()));
      expect(again).toMatchObject({ state: 'claimed', attempt: 1, completedHandlers: [] });
      expect(await inbox.list('')).toMatchObject([{ deliveryId: 'done', attempt: 1, receivedAt: new Date(now()) }]);
    });

    it('never has due what it was given nothing to keep of, however long it waits', async () => {
      const { inbox, pass } = await make();
      await inbox.claim('/queued#Orders.onPaid', LEASE_MS);
      await pass(10 * LEASE_MS);
      expect(await inbox.claimDue('', LEASE_MS)).toBeNull();
      expect(await inbox.list('')).toEqual([]);
      expect(await inbox.replay('/queued#Orders.onPaid')).toBe(false);
      expect(await inbox.claim('/queued#Orders.onPaid', LEASE_MS)).toMatchObject({ state: 'claimed', attempt: 2 });
    });
  });
}
