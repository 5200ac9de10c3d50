import fc from 'fast-check';
import type { KeptDelivery, RedrivingWebhookInbox } from 'nestjs-portone';

import { InboxModel } from './webhook-inbox.model.js';

/** An inbox to hold to its contract, and its time, which stands still until it is let pass. */
export interface InboxUnderTest {
  readonly inbox: RedrivingWebhookInbox;
  /** How long it remembers what is done. */
  readonly retentionMs: number;
  /** The store's time, in whole milliseconds since the epoch. */
  now(): number;
  /** Lets milliseconds pass. */
  pass(ms: number): Promise<unknown> | void;
  /** It need not take up first what has been due longest: it looks at its shards in an order of its own. */
  readonly anyDueFirst?: true;
}

export const LEASE_MS = 1_000;
/** In an order of bytes that is neither that of UTF-16 nor that of any language. */
export const IDS = ['msg_1', 'a', 'B', 'a/b', 'é', '～', '😀', 'a b#c', "it's"];
/** How often each is done. */
const METHODS = {
  ...{ claim: 5, claimDue: 5, pass: 5, release: 3, renew: 1, completeHandler: 1, complete: 1 },
  ...{ forget: 1, replay: 2, discard: 2, list: 1, backlog: 1 },
};
type Method = keyof typeof METHODS;

export const step = fc.record({
  do: fc.constantFrom(...Object.entries(METHODS).flatMap(([method, n]) => Array<Method>(n).fill(method as Method))),
  account: fc.constantFrom(0, 0, 0, 0, 1),
  id: fc.constantFrom('msg_1', 'msg_1', 'a'),
  /** Whether a claim gives the delivery to keep. */
  keeps: fc.constantFrom(true, true, true, false),
  /** Which of the tokens that were given for the id: 0 is the latest. */
  whose: fc.constantFrom(0, 0, 0, 0, 1, 2),
  handler: fc.constantFrom('Orders.onPaid', 'Mails.onPaid'),
  failure: fc.constantFrom(undefined, 'it broke', 'es brach – 깨졌다 \\ \' "'),
  leaseMs: fc.constantFrom(1, 500, LEASE_MS),
  ms: fc.constantFrom(1, 499, 500, LEASE_MS, LEASE_MS),
  list: fc.record(
    {
      state: fc.constantFrom('unfinished', 'exhausted'),
      after: fc.constantFrom(...IDS),
      limit: fc.integer({ min: 1, max: 3 }),
    },
    { requiredKeys: [] },
  ),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

let made = 0;

export function delivery(account: string, deliveryId: string, receivedAt: number): KeptDelivery {
  made += 1;
  const rawBody = Buffer.from([0, 0xff, made & 0xff, 0xc3, 0x28, 0x0a]);
  const timestamp = new Date(receivedAt - 2_000);
  return { account, deliveryId, type: 'Transaction.Paid', timestamp, receivedAt: new Date(receivedAt), rawBody };
}

/** Takes the steps with the inbox and with the model, and compares every answer. */
export async function compare(
  test: InboxUnderTest,
  accounts: string[],
  steps: Step[],
  seen: Set<string>,
): Promise<void> {
  const { inbox, now, pass, anyDueFirst = false } = test;
  if (inbox.redrive === undefined) throw new Error('Make the inbox with { redrive: CONTRACT_REDRIVE }.');
  const model = new InboxModel(inbox.redrive, now);
  const tokens = new Map<string, string[]>();
  const noteToken = (id: string, token: string): void => {
    const known = tokens.get(id) ?? [];
    expect(known).not.toContain(token);
    tokens.set(id, [...known, token]);
  };
  for (const one of steps) {
    const account = accounts[one.account]!;
    const id = `${account}/${one.id}`;
    const token = tokens.get(id)?.at(-1 - one.whose) ?? 'never given';
    const wasExhausted = model.isExhausted(id);
    const both = (answer: boolean, expected: boolean): void => {
      expect([one.do, answer]).toEqual([one.do, expected]);
      seen.add(`${one.do} ${String(answer)}`);
      if (wasExhausted && answer) seen.add(`exhausted ${one.do}`);
    };
    switch (one.do) {
      case 'pass':
        await pass(one.ms);
        break;
      case 'claim': {
        const kept = one.keeps ? delivery(account, one.id, now()) : undefined;
        const answer = sorted(await inbox.claim(id, one.leaseMs, kept));
        const given = answer.state === 'claimed' ? answer.token : undefined;
        expect(answer).toEqual(model.claim(id, one.leaseMs, given, kept));
        if (given !== undefined) noteToken(id, given);
        seen.add(answer.state);
        if (wasExhausted) seen.add(`exhausted ${answer.state}`);
        break;
      }
      case 'claimDue': {
        const due = await inbox.claimDue(account, one.leaseMs);
        const possible = model.mayBeDue(account, anyDueFirst);
        seen.add(`due ${due?.state ?? 'null'}`);
        if (due === null) expect(possible).toEqual([]);
        else {
          expect(possible).toContain(due.id);
          const given = due.state === 'claimed' ? due.token : undefined;
          expect(sorted(due)).toEqual(model.claimDue(due.id, one.leaseMs, given));
          if (given !== undefined) noteToken(due.id, given);
        }
        break;
      }
      case 'renew':
        both(await inbox.renew(id, token, one.leaseMs), model.renew(id, token, one.leaseMs));
        break;
      case 'completeHandler':
        both(await inbox.completeHandler(id, token, one.handler), model.completeHandler(id, token, one.handler));
        break;
      case 'complete':
        both(await inbox.complete(id, token), model.complete(id, token));
        break;
      case 'release': {
        const answer = await inbox.release(id, token, one.failure);
        both(answer, model.release(id, token, one.failure));
        if (!answer || !model.isKept(id)) break;
        const { from, to } = model.delayBounds(id);
        const dueAt = (await inbox.list(account)).find(({ deliveryId }) => deliveryId === one.id)!.dueAt!.getTime();
        expect(dueAt).toBeGreaterThanOrEqual(from);
        expect(dueAt).toBeLessThanOrEqual(to);
        model.settle(id, dueAt);
        break;
      }
      case 'replay':
        both(await inbox.replay(id), model.replay(id));
        break;
      case 'discard':
        both(await inbox.discard(id), model.discard(id));
        break;
      case 'forget':
        await inbox.forget(id);
        model.forget(id);
        break;
      case 'list':
        expect(await inbox.list(account, one.list)).toEqual(model.list(account, one.list));
        break;
      case 'backlog':
        expect(await inbox.backlog(account)).toEqual(model.backlog(account));
        break;
    }
  }
  for (const account of accounts) {
    expect(await inbox.list(account)).toEqual(model.list(account, {}));
    expect(await inbox.backlog(account)).toEqual(model.backlog(account));
  }
}

/** The order of the handlers that are through is the store's. */
function sorted<T extends object>(answer: T): T {
  return 'completedHandlers' in answer
    ? { ...answer, completedHandlers: [...(answer.completedHandlers as string[])].sort() }
    : answer;
}
