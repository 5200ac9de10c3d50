import { tracingChannel } from 'node:diagnostics_channel';
import { AsyncLocalStorage } from 'node:async_hooks';

import { jest } from '@jest/globals';
import fc from 'fast-check';

import type { PortOneObserved } from '../../../lib/observability/messages.js';
import { Observation } from '../../../lib/observability/observation.js';

interface Message extends PortOneObserved {
  readonly name: string;
  value?: number;
}

const channel = tracingChannel<unknown, Message>('nestjs-portone-test:observation');
const end = (value: number) => ({ value });
const fail = (error: unknown) => ({ errorType: (error as Error).name });

/** Subscribes for the length of one test. */
function looking(at: Partial<Record<'start' | 'asyncEnd' | 'error', (message: Message) => void>>): () => void {
  const entries = Object.entries(at) as ['start' | 'asyncEnd' | 'error', (message: unknown) => void][];
  for (const [name, listener] of entries) channel[name].subscribe(listener);
  return () => {
    for (const [name, listener] of entries) channel[name].unsubscribe(listener);
  };
}

describe('an operation that somebody looks on', () => {
  let stop: () => void = () => undefined;
  afterEach(() => {
    stop();
    stop = () => undefined;
    jest.restoreAllMocks();
  });

  it('is told at its start and at its end, as one object, before its result is there', async () => {
    const seen: [string, Message, Message][] = [];
    stop = looking({
      start: (message) => seen.push(['start', message, { ...message }]),
      asyncEnd: (message) => seen.push(['end', message, { ...message }]),
      error: () => seen.push(['error', {} as Message, {} as Message]),
    });
    const observation = new Observation(channel, { name: 'a' });
    expect(await observation.run(async () => 7, end, fail)).toBe(7);
    expect(seen.map(([what]) => what)).toEqual(['start', 'end']);
    expect(seen[0]![1]).toBe(seen[1]![1]);
    expect(seen[0]![2]).not.toHaveProperty('durationMs');
    expect(seen[1]![2]).toMatchObject({ name: 'a', value: 7, durationMs: expect.any(Number) as number });
  });

  it('is told of as failed by a word, never by what it threw', async () => {
    const seen: string[] = [];
    let last: Message | undefined;
    stop = looking({
      error: ({ errorType }) => seen.push(`error ${errorType}`),
      asyncEnd: (message) => {
        last = message;
        seen.push('end');
      },
    });
    const error = new TypeError('the secret');
    const work = () => Promise.reject<number>(error);
    await expect(new Observation(channel, { name: 'a' }).run(work, end, fail)).rejects.toBe(error);
    expect(seen).toEqual(['error TypeError', 'end']);
    expect(Object.values(last!)).not.toContain(error);
    expect(JSON.stringify(last)).not.toContain('secret');
  });

  it('runs inside what subscribers set, the first one outermost, and gives its end to them', async () => {
    const store = new AsyncLocalStorage<string>();
    const order: string[] = [];
    stop = looking({
      start: (message) => {
        message.within(async (work) => {
          order.push('first begins');
          await store.run('first', work);
          order.push(`first ends ${message.value}`);
        });
        message.within((work) => {
          order.push(`second begins in ${store.getStore()}`);
          return store.run('second', work);
        });
      },
    });
    const work = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`work in ${store.getStore()}`);
      return 1;
    };
    await new Observation(channel, { name: 'a' }).run(work, end, fail);
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(['first begins', 'second begins in first', 'work in second', 'first ends 1']);
  });

  it('also runs in a store that is bound to the channel', async () => {
    const store = new AsyncLocalStorage<string>();
    channel.start.bindStore(store, (message) => message.name);
    stop = () => void channel.start.unbindStore(store);
    const seen = await new Observation(channel, { name: 'bound' }).run(
      async () => store.getStore(),
      () => ({}),
      fail,
    );
    expect(seen).toBe('bound');
  });

  it('is told of as over when that is said, though it goes on', async () => {
    const ends: Message[] = [];
    stop = looking({ asyncEnd: (message) => ends.push({ ...message }) });
    let finish: (value: number) => void = () => undefined;
    const observation = new Observation(channel, { name: 'a' });
    const result = observation.run(() => new Promise<number>((resolve) => (finish = resolve)), end, fail);
    observation.end({ errorType: 'timeout' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(ends).toMatchObject([{ errorType: 'timeout' }]);
    finish(3);
    expect(await result).toBe(3);
    expect(ends).toHaveLength(1);
    expect(observation.message.value).toBeUndefined();
  });

  it('goes as it would without them, whatever they do', async () => {
    jest.spyOn(process, 'emitWarning').mockReturnValue();
    const around = fc.constantFrom('throws', 'rejects', 'ignores', 'twice', 'throws-after', 'well', 'later');
    await fc.assert(
      fc.asyncProperty(fc.array(around, { maxLength: 4 }), fc.boolean(), async (arounds, succeeds) => {
        let runs = 0;
        const stopLooking = looking({
          start: (message) => {
            for (const one of arounds) message.within((work) => misbehave(one, work));
          },
        });
        const work = async () => {
          runs += 1;
          await Promise.resolve();
          if (!succeeds) throw new RangeError('no');
          return 5;
        };
        const outcome = await new Observation(channel, { name: 'a' })
          .run(work, end, fail)
          .catch((error: unknown) => error);
        stopLooking();
        expect(runs).toBe(1);
        if (succeeds) expect(outcome).toBe(5);
        else expect(outcome).toBeInstanceOf(RangeError);
      }),
    );
  });

  it('says of a subscriber that fails what it failed of', async () => {
    stop = looking({
      start: (message) =>
        message.within(() => {
          throw new Error('my own mistake');
        }),
    });
    const warned = jest.spyOn(process, 'emitWarning').mockReturnValue();
    expect(await new Observation(channel, { name: 'a' }).run(async () => 1, end, fail)).toBe(1);
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('my own mistake'), { code: 'PORTONE_OBSERVATION' });
  });
});

function misbehave(how: string, work: () => Promise<void>): unknown {
  if (how === 'throws') throw new Error(how);
  if (how === 'rejects') return Promise.reject(new Error(how));
  if (how === 'ignores') return undefined;
  if (how === 'later') return Promise.resolve().then(work);
  const over = work();
  if (how === 'twice') return work();
  if (how === 'throws-after') throw new Error(how);
  return over;
}
