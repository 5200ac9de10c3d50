import { PortOneSandbox, type SandboxFault } from 'nestjs-portone/testing';
import { Receiver, SECRET } from './receiver.js';

describe('PortOneSandbox: faults of webhooks', () => {
  let receiver: Receiver;
  let sandbox: PortOneSandbox;

  beforeEach(async () => {
    receiver = new Receiver();
    await receiver.listen();
    sandbox = await PortOneSandbox.start({ clock: 'manual', seed: 7, webhook: { url: receiver.url, secret: SECRET } });
  });
  afterEach(async () => {
    await sandbox.stop();
    await receiver.close();
  });

  const pay = async (paymentId = 'order-1') => {
    await sandbox.buyer.pay(paymentId, { totalAmount: 1000 });
    await sandbox.settled();
  };
  const paidDeliveries = () => sandbox.deliveries.filter(({ type }) => type === 'Transaction.Paid');
  const idsOf = (type: string) =>
    receiver.received.filter(({ event }) => event.type === type).map(({ headers }) => headers['webhook-id']);

  it('duplicate: arrives twice under one id, and is sent again once', async () => {
    receiver.answer = (_, response) => response.writeHead(500).end();
    const rule = sandbox.faults.add({ fault: 'duplicate', operation: 'Transaction.Paid', count: 1 });
    await pay();
    const [first, second] = idsOf('Transaction.Paid');
    expect(first).toBeDefined();
    expect(second).toBe(first);
    expect(rule.struck).toBe(1);
    expect(paidDeliveries()).toMatchObject([
      { attempt: 1, fault: 'duplicate' },
      { attempt: 1, fault: 'duplicate' },
    ]);
    await sandbox.clock.advance({ minutes: 1 });
    expect(paidDeliveries()).toHaveLength(3);
  });

  it('reorder: comes after the next event was answered', async () => {
    sandbox.faults.add({ fault: 'reorder' });
    const answered: string[] = [];
    receiver.answer = ({ event }, response) => {
      response.end();
      answered.push(event.type);
      if (event.type === 'Transaction.Ready') expect(paidDeliveries()).toMatchObject([{ status: 200 }]);
    };
    await pay();
    expect(answered).toEqual(['Transaction.Paid', 'Transaction.Ready']);
    expect(receiver.failures).toEqual([]);
    // With no event to come, it waits.
    await sandbox.buyer.pay('order-2', { totalAmount: 1, card: '4111111111111112' });
    await sandbox.settled();
    expect(answered.slice(2)).toEqual(['Transaction.Failed', 'Transaction.Ready']);
  });

  it('delay: is sent that much later', async () => {
    sandbox.faults.add({ fault: 'delay', operation: 'Transaction.Paid', delay: { minutes: 10 }, count: 1 });
    await pay();
    const paidAt = sandbox.clock.now();
    await sandbox.clock.advance({ minutes: 9, seconds: 59 });
    expect(receiver.types).toEqual(['Transaction.Ready']);
    await sandbox.clock.advance({ seconds: 1 });
    expect(receiver.types).toEqual(['Transaction.Ready', 'Transaction.Paid']);
    expect(receiver.received[1]?.event.timestamp).toBe(paidAt.toISOString());
  });

  it('drop: never arrives, and is sent again', async () => {
    sandbox.faults.add({ fault: 'drop', operation: 'Transaction.Paid', count: 2 });
    await pay();
    expect(receiver.types).toEqual(['Transaction.Ready']);
    await sandbox.clock.advance({ minutes: 5 });
    expect(receiver.types).toEqual(['Transaction.Ready', 'Transaction.Paid']);
    const lost = { fault: 'drop', error: 'lost on the way' };
    expect(paidDeliveries()).toMatchObject([lost, lost, { attempt: 3, status: 200 }]);
    expect(paidDeliveries()[2]).not.toHaveProperty('fault');
  });

  it.each(['corrupt', 'wrong-signature'] as const)('%s: is refused by who verifies, and sent again', async (fault) => {
    sandbox.faults.add({ fault, operation: 'Transaction.Paid', count: 1 });
    await pay();
    expect(receiver.failures).toHaveLength(1);
    expect(paidDeliveries()).toMatchObject([{ fault, status: 401 }]);
    await sandbox.clock.advance({ minutes: 1 });
    expect(receiver.types).toEqual(['Transaction.Ready', 'Transaction.Paid']);
  });

  it('corrupt: is JSON about another payment, for who does not verify', async () => {
    const { createServer } = await import('node:http');
    const bodies: string[] = [];
    const careless = createServer((request, response) => {
      request.on('data', (chunk) => bodies.push(String(chunk))).on('end', () => response.end());
    });
    await new Promise<void>((resolve) => careless.listen(0, '127.0.0.1', resolve));
    const { port } = careless.address() as { port: number };
    sandbox.faults.add({ fault: 'corrupt' });
    await sandbox.buyer.pay('order-1', { totalAmount: 1, noticeUrls: [`http://127.0.0.1:${port}`] });
    await sandbox.settled();
    expect(bodies.map((body) => (JSON.parse(body) as { data: { paymentId: string } }).data.paymentId)).toEqual([
      'order-1-corrupted',
      'order-1-corrupted',
    ]);
    await new Promise((resolve) => careless.close(resolve));
  });

  it('unknown-type: is signed rightly, of a type that nobody knows', async () => {
    sandbox.faults.add({ fault: 'unknown-type', operation: 'Transaction.Paid' });
    await pay();
    expect(receiver.types.sort()).toEqual(['Transaction.Ready', 'Transaction.SandboxUnknown']);
    expect(receiver.failures).toEqual([]);
    expect(paidDeliveries()).toMatchObject([{ fault: 'unknown-type', status: 200 }]);
  });

  it('meets a re-send by hand as well, but is not put off', async () => {
    await pay();
    sandbox.faults.add({ fault: 'reorder' });
    sandbox.faults.add({ fault: 'delay', delay: { days: 1 } });
    sandbox.faults.add({ fault: 'drop' });
    const webhook = await sandbox.console.resendWebhook('order-1');
    expect(webhook).toMatchObject({ status: 'FAILED_UNEXPECTED_ERROR', trigger: 'MANUAL' });
    expect(sandbox.faults.active.map(({ struck }) => struck)).toEqual([0, 0, 1]);
  });

  it('meets what it is to meet: one payment, so often', async () => {
    const rule = sandbox.faults.add({ fault: 'drop', paymentId: 'order-2', count: 3 });
    for (const paymentId of ['order-1', 'order-2', 'order-2b', 'order-3']) await pay(paymentId);
    expect(rule.struck).toBe(2);
    expect(sandbox.deliveries.filter(({ fault }) => fault).map(({ paymentId }) => paymentId)).toEqual([
      'order-2',
      'order-2',
    ]);
    await sandbox.clock.advance({ days: 1 });
    expect(rule.struck).toBe(3);
    expect(receiver.received).toHaveLength(8);
  });

  it('meets by chance, every time anew, and the same for one seed', async () => {
    const run = async (seed: number) => {
      const other = await PortOneSandbox.start({
        clock: 'manual',
        seed,
        webhook: { url: receiver.url, secret: SECRET },
      });
      other.faults.add({ fault: 'drop', probability: 0.5 });
      await other.buyer.pay('order-1', { totalAmount: 1 });
      for (let time = 0; time < 19; time++) await other.buyer.pay(`order-${time + 2}`, { totalAmount: 1 });
      await other.clock.advance({ days: 1 });
      await other.stop();
      return other.deliveries.map(({ fault }) => fault !== undefined);
    };
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
    const dropped = first.filter(Boolean).length / first.length;
    expect(dropped).toBeGreaterThan(0.3);
    expect(dropped).toBeLessThan(0.7);
  });

  it('is never a fault of requests, nor the other way round', async () => {
    const rules: SandboxFault[] = [{ fault: 'drop' }, { fault: 'unavailable' }];
    const [drop, unavailable] = rules.map((rule) => sandbox.faults.add(rule));
    await pay();
    expect(drop?.struck).toBe(2);
    expect(unavailable?.struck).toBe(0);
    const headers = { authorization: `PortOne ${sandbox.apiSecret}` };
    expect((await fetch(`${sandbox.url}/payments/order-1`, { headers })).status).toBe(503);
    expect(drop?.struck).toBe(2);
    sandbox.faults.clear();
    expect((await fetch(`${sandbox.url}/payments/order-1`, { headers })).status).toBe(200);
  });
});
