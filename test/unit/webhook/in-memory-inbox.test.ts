import { jest } from '@jest/globals';

import { InMemoryWebhookInbox } from '../../../lib/webhook/inbox/in-memory.inbox.js';
import type { WebhookClaim } from '../../../lib/webhook/inbox/webhook-inbox.js';

type Claimed = Extract<WebhookClaim, { state: 'claimed' }>;

const LEASE = 1000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

beforeEach(() => jest.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => jest.useRealTimers());

const pass = (milliseconds: number): void => {
  jest.setSystemTime(Date.now() + milliseconds);
};

async function claimed(inbox: InMemoryWebhookInbox, id: string): Promise<Claimed> {
  const claim = await inbox.claim(id, LEASE);
  if (claim.state !== 'claimed') throw new Error(`${id} is ${claim.state}.`);
  return claim;
}

async function finish(inbox: InMemoryWebhookInbox, id: string): Promise<void> {
  expect(await inbox.complete(id, (await claimed(inbox, id)).token)).toBe(true);
}

describe('InMemoryWebhookInbox', () => {
  it('gives a delivery to one worker at a time', async () => {
    const inbox = new InMemoryWebhookInbox();
    expect(await inbox.claim('a', LEASE)).toEqual({
      state: 'claimed',
      token: expect.any(String) as string,
      attempt: 1,
      completedHandlers: [],
    });
    pass(400);
    expect(await inbox.claim('a', LEASE)).toEqual({ state: 'in-progress', retryAfterMs: 600 });
    expect(await inbox.claim('b', LEASE)).toMatchObject({ state: 'claimed', attempt: 1 });
  });

  it('is done once it is completed, and no worker gets it again', async () => {
    const inbox = new InMemoryWebhookInbox();
    await finish(inbox, 'a');
    expect(await inbox.claim('a', LEASE)).toEqual({ state: 'done' });
  });

  it('lets a lease be renewed, from now on', async () => {
    const inbox = new InMemoryWebhookInbox();
    const { token } = await claimed(inbox, 'a');
    pass(LEASE - 1);
    expect(await inbox.renew('a', token, LEASE)).toBe(true);
    pass(LEASE - 1);
    expect(await inbox.claim('a', LEASE)).toEqual({ state: 'in-progress', retryAfterMs: 1 });
    expect(await inbox.renew('a', token, 5)).toBe(true);
    pass(5);
    expect(await inbox.claim('a', LEASE)).toMatchObject({ state: 'claimed', attempt: 2 });
  });

  it('gives a delivery on when its lease has ended, and remembers which handlers were through', async () => {
    const inbox = new InMemoryWebhookInbox();
    const first = await claimed(inbox, 'a');
    expect(await inbox.completeHandler('a', first.token, 'Orders.onPaid')).toBe(true);
    expect(await inbox.completeHandler('a', first.token, 'Orders.onPaid')).toBe(true);
    pass(LEASE);
    const second = await claimed(inbox, 'a');
    expect(second).toMatchObject({ attempt: 2, completedHandlers: ['Orders.onPaid'] });
    expect(second.token).not.toBe(first.token);
  });

  it('gives a released delivery on at once', async () => {
    const inbox = new InMemoryWebhookInbox();
    const first = await claimed(inbox, 'a');
    await inbox.completeHandler('a', first.token, 'Mails.onPaid');
    expect(await inbox.release('a', first.token)).toBe(true);
    expect(await inbox.claim('a', LEASE)).toMatchObject({
      state: 'claimed',
      attempt: 2,
      completedHandlers: ['Mails.onPaid'],
    });
  });

  describe.each<[why: string, lose: (inbox: InMemoryWebhookInbox, token: string) => unknown]>([
    ['has ended', () => pass(LEASE)],
    [
      'has ended and went to another worker',
      (inbox) => {
        pass(LEASE);
        return inbox.claim('a', LEASE);
      },
    ],
    ['was released', (inbox, token) => inbox.release('a', token)],
    ['was forgotten', (inbox) => inbox.forget('a')],
    ['was completed', (inbox, token) => inbox.complete('a', token)],
  ])('the token of a lease that %s', (_why, lose) => {
    it.each<[name: string, act: (inbox: InMemoryWebhookInbox, token: string) => Promise<boolean>]>([
      ['renew', (inbox, token) => inbox.renew('a', token, 50 * LEASE)],
      ['completeHandler', (inbox, token) => inbox.completeHandler('a', token, 'Late.onPaid')],
      ['complete', (inbox, token) => inbox.complete('a', token)],
      ['release', (inbox, token) => inbox.release('a', token)],
    ])('changes nothing by %s, and is told so', async (_name, act) => {
      const after = async (actToo: boolean): Promise<WebhookClaim[]> => {
        jest.setSystemTime(1_700_000_000_000);
        const inbox = new InMemoryWebhookInbox();
        const { token } = await claimed(inbox, 'a');
        await lose(inbox, token);
        if (actToo) expect(await act(inbox, token)).toBe(false);
        const claims = [await inbox.claim('a', LEASE)];
        pass(LEASE);
        claims.push(await inbox.claim('a', LEASE));
        // A token is random; what matters is that there is one.
        return claims.map((claim) => ('token' in claim ? { ...claim, token: 'some' } : claim));
      };
      expect(await after(true)).toEqual(await after(false));
    });
  });

  it('does not take a token of another delivery, nor one that never was', async () => {
    const inbox = new InMemoryWebhookInbox();
    const { token } = await claimed(inbox, 'a');
    await claimed(inbox, 'b');
    expect(await inbox.complete('b', token)).toBe(false);
    expect(await inbox.complete('c', token)).toBe(false);
    expect(await inbox.complete('a', '')).toBe(false);
  });

  it('forgets on request, whatever the state', async () => {
    const inbox = new InMemoryWebhookInbox();
    await finish(inbox, 'done');
    await claimed(inbox, 'held');
    for (const id of ['done', 'held', 'unknown']) {
      await inbox.forget(id);
      expect(await inbox.claim(id, LEASE)).toMatchObject({ state: 'claimed', attempt: 1, completedHandlers: [] });
    }
  });

  it('remembers a finished delivery for 24 hours unless told otherwise', async () => {
    const standard = new InMemoryWebhookInbox();
    const short = new InMemoryWebhookInbox({ ttlMs: HOUR });
    await finish(standard, 'a');
    await finish(short, 'a');
    pass(HOUR - 1);
    expect((await short.claim('a', LEASE)).state).toBe('done');
    pass(1);
    expect(await short.claim('a', LEASE)).toMatchObject({ state: 'claimed', attempt: 1 });
    pass(DAY - HOUR - 1);
    expect((await standard.claim('a', LEASE)).state).toBe('done');
    pass(1);
    expect((await standard.claim('a', LEASE)).state).toBe('claimed');
  });

  it('forgets the finished ones that are out of time even when it is not full', async () => {
    const inbox = new InMemoryWebhookInbox({ maxEntries: 3, ttlMs: HOUR });
    await finish(inbox, 'old');
    pass(HOUR);
    for (const id of ['a', 'b', 'c']) await claimed(inbox, id);
    expect((await inbox.claim('d', LEASE)).state).toBe('full');
  });

  it('at its bound forgets the delivery that was finished first', async () => {
    const inbox = new InMemoryWebhookInbox({ maxEntries: 3 });
    const early = await claimed(inbox, 'claimed first, finished last');
    await finish(inbox, 'a');
    pass(1);
    await finish(inbox, 'b');
    pass(1);
    await inbox.complete('claimed first, finished last', early.token);
    await finish(inbox, 'd'); // a goes
    expect((await inbox.claim('b', LEASE)).state).toBe('done');
    expect((await inbox.claim('claimed first, finished last', LEASE)).state).toBe('done');
    expect((await inbox.claim('d', LEASE)).state).toBe('done');
    expect((await inbox.claim('a', LEASE)).state).toBe('claimed'); // b goes
    expect((await inbox.claim('claimed first, finished last', LEASE)).state).toBe('done');
  });

  it('is full of unfinished work: it drops none of it, and has room again once one is finished', async () => {
    const inbox = new InMemoryWebhookInbox({ maxEntries: 2 });
    const first = await claimed(inbox, 'a');
    const second = await claimed(inbox, 'b');
    await inbox.completeHandler('b', second.token, 'Orders.onPaid');
    await inbox.release('b', second.token);
    expect(await inbox.claim('c', LEASE)).toEqual({ state: 'full', retryAfterMs: 30_000 });
    pass(20 * HOUR); // leases are long over
    expect((await inbox.claim('c', LEASE)).state).toBe('full');
    // What is known already is taken up whether or not there is room.
    expect(await inbox.claim('b', LEASE)).toMatchObject({ attempt: 2, completedHandlers: ['Orders.onPaid'] });
    expect(await inbox.complete('a', first.token)).toBe(false);
    await finish(inbox, 'a');
    expect((await inbox.claim('c', LEASE)).state).toBe('claimed');
    expect((await inbox.claim('d', LEASE)).state).toBe('full');
  });

  it('has room again when a delivery was given up for a day, and for no less', async () => {
    const inbox = new InMemoryWebhookInbox({ maxEntries: 2 });
    await claimed(inbox, 'abandoned');
    pass(HOUR);
    const { token } = await claimed(inbox, 'released');
    await inbox.release('released', token);
    pass(LEASE + DAY - HOUR - 1);
    expect((await inbox.claim('c', LEASE)).state).toBe('full');
    pass(1);
    expect((await inbox.claim('c', LEASE)).state).toBe('claimed');
    expect(await inbox.claim('released', LEASE)).toMatchObject({ state: 'claimed', attempt: 2 });
  });

  it('has room when the abandoned one is not the one that was claimed first', async () => {
    const inbox = new InMemoryWebhookInbox({ maxEntries: 2 });
    const first = await claimed(inbox, 'first and still at work');
    await claimed(inbox, 'second and abandoned');
    for (let hour = 0; hour < 25; hour++) {
      expect(await inbox.renew('first and still at work', first.token, 2 * HOUR)).toBe(true);
      pass(HOUR);
    }
    expect((await inbox.claim('c', LEASE)).state).toBe('claimed');
    expect(await inbox.renew('first and still at work', first.token, LEASE)).toBe(true);
  });

  it('stays bounded however many deliveries come', async () => {
    const inbox = new InMemoryWebhookInbox({ maxEntries: 100 });
    for (let i = 0; i < 1000; i++) await finish(inbox, `msg_${i}`);
    const done: number[] = [];
    for (let i = 0; i < 1000; i++) {
      const claim = await inbox.claim(`msg_${999 - i}`, LEASE);
      if (claim.state !== 'done') break;
      done.push(999 - i);
    }
    expect(done).toHaveLength(100);
  });

  it('keeps no body, and has nothing due, unless it is told to take deliveries up itself', async () => {
    const inbox = new InMemoryWebhookInbox();
    expect(inbox.redrive).toBeUndefined();
    const rawBody = Buffer.from('{}');
    const at = new Date();
    const kept = { account: '', deliveryId: 'a', type: 'Transaction.Paid', timestamp: at, receivedAt: at, rawBody };
    await inbox.claim('/a', LEASE, kept);
    pass(LEASE);
    expect(await inbox.claimDue('', LEASE)).toBeNull();
    expect(await inbox.list('')).toEqual([]);
    expect(await inbox.replay('/a')).toBe(false);
  });

  it('takes up by default after 10 s, then twice as long each time, an hour at the most', () => {
    expect(new InMemoryWebhookInbox({ redrive: {} }).redrive).toEqual({
      maxAttempts: 75,
      baseDelayMs: 10_000,
      maxDelayMs: HOUR,
      pollMs: 1_000,
      concurrency: 8,
    });
  });

  it.each([
    [{ maxEntries: 0 }, 'maxEntries must be a whole number, 1 or more, got 0'],
    [{ maxEntries: 1.5 }, 'maxEntries must be a whole number, 1 or more, got 1.5'],
    [{ maxEntries: Infinity }, 'maxEntries must be a whole number, 1 or more, got Infinity'],
    [{ ttlMs: -1 }, 'ttlMs must be a whole number, 1 or more, got -1'],
    [{ ttlMs: NaN }, 'ttlMs must be a whole number, 1 or more, got NaN'],
    [{ redrive: { maxAttempts: 0 } }, 'redrive.maxAttempts must be a whole number, 1 or more, got 0'],
    [{ redrive: { pollMs: 0.5 } }, 'redrive.pollMs must be a whole number, 1 or more, got 0.5'],
  ])('does not start with %j', (options, message) => {
    expect(() => new InMemoryWebhookInbox(options)).toThrow(new TypeError(`InMemoryWebhookInbox: ${message}.`));
  });
});
