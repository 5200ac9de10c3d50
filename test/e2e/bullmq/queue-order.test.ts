import { Injectable } from '@nestjs/common';
import fc from 'fast-check';
import { PortOneWebhook, PortOneWebhookEvents, type WebhookDelivery, type WebhookEvent } from 'nestjs-portone';
import { firstValueFrom } from 'rxjs';

import { jobIdOf } from '../../../lib/bullmq/queued-job.js';
import { PLATFORMS } from '../../support/platforms.js';
import { describeWithRedis } from '../../support/servers.js';
import { deferred } from '../../support/webhook-app.js';
import { RedisSpace } from '../redis/redis-space.js';
import { QueueWorld, type Process } from './queue-world.js';

const [, adapter] = PLATFORMS[0]!;
const START = Date.UTC(2026, 0, 1);

/** An event of a payment, so many milliseconds after the first that there can be. */
const event = (payment: string, at: number) => ({
  type: 'Transaction.Paid' as const,
  timestamp: new Date(START + at).toISOString(),
  data: { paymentId: payment, transactionId: `tx-${at}`, storeId: 'store-1' },
});

type Paid = WebhookEvent<'Transaction.Paid'>;

/** Notes what begins and what ends. Two handlers: each has an order of its own. */
@Injectable()
class Books {
  /** `payment/handler`: the deliveries that are at work. */
  readonly atWork = new Map<string, string>();
  readonly overlaps: string[] = [];
  /** `payment/handler`: the deliveries that began, again and again. */
  readonly begun = new Map<string, string[]>();
  work: (line: string, id: string, attempt: number) => unknown = () => undefined;

  @PortOneWebhook('Transaction.Paid')
  book(event: Paid, delivery: WebhookDelivery): Promise<void> {
    return this.note(`${event.data.paymentId}/book`, delivery);
  }

  @PortOneWebhook('Transaction.Paid')
  mail(event: Paid, delivery: WebhookDelivery): Promise<void> {
    return this.note(`${event.data.paymentId}/mail`, delivery);
  }

  private async note(line: string, { id, attempt }: WebhookDelivery): Promise<void> {
    const other = this.atWork.get(line);
    if (other !== undefined) this.overlaps.push(`${line}: ${id} while ${other}`);
    this.atWork.set(line, id);
    this.begun.set(line, [...(this.begun.get(line) ?? []), id]);
    await new Promise((resolve) => setImmediate(resolve));
    try {
      await this.work(line, id, attempt);
    } finally {
      this.atWork.delete(line);
    }
  }
}

describeWithRedis('a queue that keeps the order of each payment', () => {
  let space: RedisSpace;
  let world: QueueWorld;
  let books: Books;
  beforeAll(async () => (space = await RedisSpace.open()));
  afterAll(() => space.close());
  beforeEach(async () => {
    world = await QueueWorld.open(space);
    books = new Books();
  });
  afterEach(() => world.close());

  const start = (queue: object, http = false): Promise<Process> =>
    world.start({
      ...(http && { adapter }),
      queue: { ordered: true, concurrency: 10, ...queue },
      providers: [{ provide: Books, useValue: books }],
    });
  const web = (queue: object = {}): Promise<Process> => start({ worker: false, ...queue }, true);
  // Shop's two handlers have a job for each delivery too.
  const HANDLERS = 4;

  it('with ten jobs at once in each of two processes, and handlers that fail', async () => {
    const arrivals = fc.shuffledSubarray(
      ['a', 'b', 'c'].flatMap((payment) => [0, 1, 1, 2, 3].map((at, n) => ({ payment, at, id: `${payment}-${n}` }))),
      { minLength: 15 },
    );
    await fc.assert(
      fc.asyncProperty(arrivals, fc.infiniteStream(fc.nat(3)), async (sent, chances) => {
        await world.close();
        world = await QueueWorld.open(space);
        books = new Books();
        books.work = () => {
          if (chances.next().value === 0) throw new Error('bad luck');
        };
        const { send } = await web();
        for (const { payment, at, id } of sent) expect((await send(id, event(payment, at))).status).toBe(200);
        await start({});
        await start({});
        await world.happened('completed', sent.length * HANDLERS);
        expect(books.overlaps).toEqual([]);
        for (const payment of ['a', 'b', 'c']) {
          const wanted = sent.filter((one) => one.payment === payment).sort((one, other) => one.at - other.at);
          for (const handler of ['book', 'mail']) {
            const begun = books.begun.get(`${payment}/${handler}`)!;
            const turns = begun.filter((id, n) => id !== begun[n - 1]);
            expect(turns).toEqual(wanted.map(({ id }) => id));
          }
        }
      }),
      { numRuns: 4, endOnFailure: true },
    );
  }, 180_000);

  it('what is exhausted gives way', async () => {
    books.work = (line, id) => {
      if (line.endsWith('/book') && id === 'first') throw new Error('never');
    };
    const { send } = await web({ attempts: 3 });
    await send('first', event('a', 0));
    await send('second', event('a', 1));
    const { app } = await start({ attempts: 3 });
    const exhausted = firstValueFrom(app.get(PortOneWebhookEvents).exhausted$);
    expect(await exhausted).toMatchObject({ delivery: { id: 'first' }, attempts: 3 });
    await world.happened('completed', 2 * HANDLERS - 1);
    expect(books.begun.get('a/book')).toEqual(['first', 'first', 'first', 'second']);
    expect(books.begun.get('a/mail')).toEqual(['first', 'second']);
  });

  it('an earlier event that comes while a later one is at work waits for its end', async () => {
    const began = deferred();
    const end = deferred();
    books.work = (line, id) => {
      if (line !== 'a/book' || id !== 'later') return undefined;
      began.resolve();
      return end.promise;
    };
    const { send } = await start({}, true);
    await send('later', event('a', 1));
    await began.promise;
    await send('earlier', event('a', 0));
    // All but the two of that line.
    await world.happened('completed', 2 * HANDLERS - 2);
    await world.happened('delayed');
    expect(books.begun.get('a/book')).toEqual(['later']);
    end.resolve();
    await world.happened('completed', 2 * HANDLERS);
    expect(books.begun.get('a/book')).toEqual(['later', 'earlier']);
    expect(books.overlaps).toEqual([]);
  });

  it('is held up by no job that is gone, nor by a process that died before it had said where its jobs belong', async () => {
    const { send } = await web();
    const unordered = await world.start({ adapter, queue: { worker: false }, providers: [Books] });
    await send('gone', event('a', 0));
    for (const handler of ['Books.book', 'Books.mail', 'Shop.reserveStock', 'Shop.sendMail']) {
      expect(await world.queue.remove(jobIdOf('', 'gone', handler))).toBe(1);
    }
    await unordered.send('unsaid', event('a', 1));
    await send('said', event('a', 2));
    await start({});
    await world.happened('completed', 2 * HANDLERS);
    expect(books.begun.get('a/book')).toEqual(['unsaid', 'said']);
  });

  it('is held up by no process that died at work', async () => {
    const { send } = await web();
    await send('first', event('a', 0));
    const thief = await world.thief();
    // Its four jobs, taken and never ended.
    for (let taken = 0; taken < HANDLERS; taken += 1) await thief.take();
    await send('second', event('a', 1));
    await start({ stalledIntervalMs: 20 });
    await world.happened('completed', 2 * HANDLERS);
    expect(books.begun.get('a/book')).toEqual(['first', 'second']);
    expect(world.count('stalled')).toBe(HANDLERS);
  });
});
