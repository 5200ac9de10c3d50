import { PortOneWebhookEvents } from 'nestjs-portone';

import { deliver, paidEvent, SECRET } from '../../support/deliveries.js';
import { PLATFORMS } from '../../support/platforms.js';
import { openShop, type OpenShop } from '../../support/shop.js';
import { FAST, WatchedInbox } from '../../support/watched-inbox.js';
import { deferred } from '../../support/webhook-app.js';

const failing = (): never => {
  throw new Error('no stock today');
};

describe.each(PLATFORMS)('an application that ends, on %s,', (_platform, adapter) => {
  let inbox: WatchedInbox;
  const open = (webhook: object = {}): Promise<OpenShop> =>
    openShop(adapter, { webhookInbox: { useFactory: () => inbox }, webhook: { secrets: [SECRET], ...webhook } });

  beforeEach(() => (inbox = new WatchedInbox(FAST)));

  it('takes no new delivery, and answers those in hand once they are through', async () => {
    const { running, path, shop } = await open();
    const entered = deferred();
    const gate = deferred();
    shop.stock = ({ id }) => {
      if (id !== 'in-hand') return undefined;
      entered.resolve();
      return gate.promise;
    };
    const inHand = deliver(path, paidEvent(), { id: 'in-hand' });
    await entered.promise;
    let closed = false;
    const closing = running.app.close().then(() => (closed = true));
    let refused = await deliver(path, paidEvent(), { id: 'new-0' });
    // Nest calls its hooks in a few turns of the event loop.
    for (let n = 1; refused.status === 200; n += 1) refused = await deliver(path, paidEvent(), { id: `new-${n}` });
    expect(refused).toMatchObject({ status: 503, body: { type: 'WEBHOOK_ENDING' } });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(closed).toBe(false);
    gate.resolve();
    expect((await inHand).body).toEqual({ status: 'handled' });
    await closing;
  });

  it('waits for what it goes on with behind PortOne’s back, until that is noted', async () => {
    const { running, path, shop } = await open({ handlerTimeoutMs: 30, backgroundTimeoutMs: 60_000 });
    const gate = deferred();
    shop.stock = () => gate.promise;
    expect((await deliver(path, paidEvent(), { id: 'msg-1' })).status).toBe(503);
    const noting = deferred();
    inbox.held = { complete: noting.promise };
    const completes = inbox.asked('complete');
    let closed = false;
    const closing = running.app.close().then(() => (closed = true));
    gate.resolve();
    await completes;
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(false);
    noting.resolve();
    await closing;
    expect(await inbox.claim('/msg-1', 1_000)).toEqual({ state: 'done' });
  });

  it('tells what does not end within the limit to end, and gives back what does then', async () => {
    const { running, path, shop } = await open({ handlerTimeoutMs: 30, backgroundTimeoutMs: 60_000 });
    const reasons: unknown[] = [];
    shop.stock = ({ signal }) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason);
          reject(signal.reason as Error);
        }),
      );
    // This one hears nothing: its lease has to run out.
    shop.mail = ({ id }) => (id === 'deaf' ? new Promise(() => undefined) : undefined);
    expect((await deliver(path, paidEvent(), { id: 'hears' })).status).toBe(503);
    expect((await deliver(path, paidEvent(), { id: 'deaf' })).status).toBe(503);
    await running.app.close();
    expect(reasons.map(String)).toEqual(
      Array(2).fill('Error: The handlers of this delivery did not end before the application did.'),
    );
    expect(await inbox.claim('/hears', 1_000)).toMatchObject({
      state: 'claimed',
      completedHandlers: ['Shop.sendMail'],
    });
    expect(await inbox.claim('/deaf', 1_000)).toMatchObject({ state: 'in-progress' });
  });

  it('takes up nothing more, and leaves it to the others', async () => {
    inbox = new WatchedInbox({ ...FAST, maxAttempts: 1_000 });
    const [ending, other] = [await open(), await open()];
    ending.shop.stock = failing;
    const tenth = deferred();
    let attempts = 0;
    other.shop.stock = () => {
      if (++attempts === 10) return tenth.resolve();
      failing();
    };
    await deliver(ending.path, paidEvent(), { id: 'msg-2' });
    await ending.running.app.close();
    const calls = ending.shop.calls.length;
    await tenth.promise;
    expect(ending.shop.calls).toHaveLength(calls);
    await other.running.app.close();
  });

  it('finishes what its store hands it only then', async () => {
    const { running, path, shop } = await open();
    shop.stock = ({ attempt }) => (attempt === 1 ? failing() : undefined);
    const answers = deferred();
    inbox.held = { claimDue: answers.promise };
    await inbox.asked('claimDue');
    // That look found nothing, and is held; the next one has the delivery.
    const handled: string[] = [];
    running.app.get(PortOneWebhookEvents).all$.subscribe(({ delivery }) => handled.push(delivery.id));
    expect((await deliver(path, paidEvent(), { id: 'msg-3' })).status).toBe(500);
    const second = deferred();
    inbox.held = { claimDue: second.promise };
    const looked = inbox.asked('claimDue');
    answers.resolve();
    await looked;
    const closing = running.app.close();
    await new Promise((resolve) => setImmediate(resolve));
    inbox.held = {};
    second.resolve();
    await closing;
    expect(handled).toEqual(['msg-3']);
  });
});
