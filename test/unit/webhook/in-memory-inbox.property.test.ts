import { jest } from '@jest/globals';
import fc from 'fast-check';

import { InMemoryWebhookInbox } from '../../../lib/webhook/inbox/in-memory.inbox.js';
import type { WebhookClaim } from '../../../lib/webhook/inbox/webhook-inbox.js';

const DAY = 86_400_000;
const MAX_ENTRIES = 4;
const TTL_MS = 5_000;
const FULL = { state: 'full', retryAfterMs: 30_000 };

beforeEach(() => jest.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => jest.useRealTimers());

interface Known {
  readonly id: string;
  attempt: number;
  handlers: string[];
  /** Whose token counts, while `until` is to come. */
  token: string | undefined;
  until: number;
  finishedAt: number | undefined;
}

/**
 * What an inbox has to answer, as plainly as it can be told: a list, in which the deliveries stand in the order in
 * which they came, and the finished ones are moved to the end.
 */
class Model {
  private known: Known[] = [];

  /** What `claim` answers; a new token is `given` by the inbox. */
  claim(id: string, leaseMs: number, given: string | undefined): unknown {
    const now = Date.now();
    this.known = this.known.filter(({ finishedAt }) => finishedAt === undefined || finishedAt + TTL_MS > now);
    let entry = this.known.find((one) => one.id === id);
    if (entry?.finishedAt !== undefined) return { state: 'done' };
    if (entry?.token !== undefined && entry.until > now)
      return { state: 'in-progress', retryAfterMs: entry.until - now };
    if (entry === undefined) {
      if (this.known.length >= MAX_ENTRIES) {
        const leaves =
          this.known.find(({ finishedAt }) => finishedAt !== undefined) ??
          this.known.find(({ until }) => until + DAY <= now);
        if (leaves === undefined) return FULL;
        this.known = this.known.filter((one) => one !== leaves);
      }
      entry = { id, attempt: 0, handlers: [], token: undefined, until: 0, finishedAt: undefined };
      this.known.push(entry);
    }
    entry.attempt += 1;
    entry.token = given;
    entry.until = now + leaseMs;
    return { state: 'claimed', token: given, attempt: entry.attempt, completedHandlers: [...entry.handlers] };
  }

  /** The delivery, if the token still counts. */
  heldBy(id: string, token: string): Known | undefined {
    return this.known.find((one) => one.id === id && one.token === token && one.until > Date.now());
  }

  finish(entry: Known): void {
    Object.assign(entry, { token: undefined, finishedAt: Date.now() });
    this.known = [...this.known.filter((one) => one !== entry), entry];
  }

  forget(id: string): void {
    this.known = this.known.filter((one) => one.id !== id);
  }
}

interface WorkerStep {
  readonly do: 'claim' | 'renew' | 'release' | 'complete' | 'completeHandler';
  readonly worker: number;
  readonly id: string;
  readonly leaseMs: number;
}
type Step = WorkerStep | { readonly do: 'forget'; readonly id: string } | { readonly do: 'pass'; readonly ms: number };

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const workerStep: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('claim', 'claim', 'claim', 'renew', 'release', 'complete', 'completeHandler'),
  worker: fc.nat(2),
  id,
  leaseMs: fc.constantFrom(100, 1_000, 2_000),
});
const forgetStep: fc.Arbitrary<Step> = fc.record({ do: fc.constant('forget'), id });
const passStep: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('pass'),
  ms: fc.constantFrom(1, 99, 100, 500, 1_000, 2_500, TTL_MS, DAY - 1, DAY),
});
const steps = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: workerStep },
    { weight: 1, arbitrary: forgetStep },
    { weight: 3, arbitrary: passStep },
  ),
  { minLength: 20, maxLength: 120 },
);

it('answers what the model answers, however many workers interleave', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const inbox = new InMemoryWebhookInbox({ maxEntries: MAX_ENTRIES, ttlMs: TTL_MS });
      const model = new Model();
      /** The last token that a worker had of a delivery; it may have been lost long ago. */
      const tokens = new Map<string, string>();
      const given = new Set<string>();

      const claim = async (step: WorkerStep): Promise<void> => {
        const answer: WebhookClaim = await inbox.claim(step.id, step.leaseMs);
        const token = answer.state === 'claimed' ? answer.token : undefined;
        expect(answer).toEqual(model.claim(step.id, step.leaseMs, token));
        seen.add(answer.state);
        if (token === undefined) return;
        expect(given).not.toContain(token);
        given.add(token);
        tokens.set(`${step.worker}${step.id}`, token);
      };

      const asHolder = async (step: WorkerStep): Promise<void> => {
        const token = tokens.get(`${step.worker}${step.id}`) ?? 'never given';
        const entry = model.heldBy(step.id, token);
        const handler = `handler of ${step.worker}`;
        const answer = await {
          claim: () => Promise.reject(new Error('unreachable')),
          renew: () => inbox.renew(step.id, token, step.leaseMs),
          release: () => inbox.release(step.id, token),
          complete: () => inbox.complete(step.id, token),
          completeHandler: () => inbox.completeHandler(step.id, token, handler),
        }[step.do]();
        expect(answer).toBe(entry !== undefined);
        seen.add(`${step.do} ${String(answer)}`);
        if (entry === undefined) return;
        if (step.do === 'renew') entry.until = Date.now() + step.leaseMs;
        else if (step.do === 'release') Object.assign(entry, { token: undefined, until: Date.now() });
        else if (step.do === 'complete') model.finish(entry);
        else if (!entry.handlers.includes(handler)) entry.handlers.push(handler);
      };

      for (const step of taken) {
        if (step.do === 'pass') jest.setSystemTime(Date.now() + step.ms);
        else if (step.do === 'forget') {
          await inbox.forget(step.id);
          model.forget(step.id);
        } else if (step.do === 'claim') await claim(step);
        else await asHolder(step);
      }
    }),
    { numRuns: 500 },
  );
  // Every answer was given, or the property says less than it seems to.
  const byToken = ['renew', 'release', 'complete', 'completeHandler'];
  expect([...seen].sort()).toEqual(
    ['claimed', 'done', 'full', 'in-progress', ...byToken.flatMap((name) => [`${name} true`, `${name} false`])].sort(),
  );
}, 60_000);
