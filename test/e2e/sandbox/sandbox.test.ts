import { createServer } from 'node:net';
import { PortOneSandbox, type PortOneSandboxOptions } from 'nestjs-portone/testing';
import { Receiver, SECRET } from './receiver.js';

describe('PortOneSandbox', () => {
  const started: PortOneSandbox[] = [];
  const start = async (options?: PortOneSandboxOptions) => {
    const sandbox = await PortOneSandbox.start(options);
    started.push(sandbox);
    return sandbox;
  };
  afterEach(async () => {
    for (const sandbox of started.splice(0)) await sandbox.stop();
  });

  it('starts without options, on a port of its own, in real time', async () => {
    const [a, b] = [await start(), await start()];
    expect(a.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(b.url).not.toBe(a.url);
    expect(b.seed).not.toBe(a.seed);
    expect(a).toMatchObject({ apiSecret: 'sandbox-api-secret', storeId: 'store-sandbox', webhook: undefined });
    expect(Math.abs(a.clock.now().getTime() - Date.now())).toBeLessThan(1000);
    await a.buyer.pay('order-1', { totalAmount: 1 });
    expect(a.ledger.executions).toHaveLength(1);
    expect(b.ledger.executions).toHaveLength(0);
    expect(a.deliveries).toEqual([]);
  });

  it('says so when the port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    await expect(PortOneSandbox.start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await new Promise((resolve) => taken.close(resolve));
    expect((await start({ port })).url).toBe(`http://127.0.0.1:${port}`);
  });

  it.each<[object, RegExp]>([
    [{ port: -1 }, /port/],
    [{ apiSecret: '' }, /apiSecret/],
    [{ apiSecret: 'with space' }, /^(?!.*with space).*apiSecret/],
    [{ storeId: 1 }, /storeId/],
    [{ seed: NaN }, /seed/],
    [{ clock: 'fast' }, /clock/],
    [{ clock: new Date(NaN) }, /clock/],
    [{ webhook: { url: '/hook', secret: SECRET } }, /webhook\.url/],
    [{ webhook: { url: 'http://x', secret: 'no base 64!' } }, /^(?!.*no base 64!).*secret/],
    [{ webhookUrl: 'http://x' }, /webhookUrl must be one of/],
  ])('refuses the options %j', async (options, message) => {
    const starting = PortOneSandbox.start(options);
    await expect(starting).rejects.toThrow(message);
    await expect(starting).rejects.toBeInstanceOf(TypeError);
  });

  it('forgets all at a reset, and makes new ids afterwards', async () => {
    const receiver = new Receiver();
    await receiver.listen();
    receiver.answer = (_, response) => response.writeHead(500).end();
    const sandbox = await start({ seed: 1, clock: 'manual', webhook: { url: receiver.url, secret: SECRET } });
    const first = await sandbox.buyer.pay('order-1', { totalAmount: 1 });
    await sandbox.settled();
    sandbox.reset();
    expect([sandbox.ledger.requests, sandbox.ledger.executions, sandbox.deliveries]).toEqual([[], [], []]);
    const sent = receiver.received.length;
    await sandbox.clock.advance({ days: 1 });
    expect(receiver.received).toHaveLength(sent);
    const again = await sandbox.buyer.pay('order-1', { totalAmount: 1 });
    expect(again.transactionId).not.toBe(first.transactionId);
    await sandbox.settled();
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(4);
    await receiver.close();
  });

  it('leaves nothing open when it stops, not even a webhook that nobody answers', async () => {
    const receiver = new Receiver();
    await receiver.listen();
    const arrived = new Promise<void>((resolve) => {
      receiver.answer = () => {
        if (receiver.received.length === 2) resolve();
      };
    });
    const sandbox = await PortOneSandbox.start({ webhook: { url: receiver.url, secret: SECRET } });
    await sandbox.buyer.pay('order-1', { totalAmount: 1 });
    const keptAlive = await fetch(`${sandbox.url}/payments/order-1`, {
      headers: { authorization: `PortOne ${sandbox.apiSecret}` },
    });
    await keptAlive.json();
    await arrived;
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    await Promise.all([sandbox.stop(), sandbox.stop(), sandbox.settled()]);
    // Two re-sends and two deadlines were timers.
    expect(timers()).toBeLessThan(before);
    expect(sandbox.deliveries.map(({ error }) => error)).toEqual([
      'the sandbox was stopped or reset',
      'the sandbox was stopped or reset',
    ]);
    await expect(fetch(sandbox.url)).rejects.toThrow();
    await receiver.close();
    expect(receiver.received).toHaveLength(2);
    await sandbox.stop();
  });
});
