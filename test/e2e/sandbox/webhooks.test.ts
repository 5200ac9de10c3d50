import { PortOneClient } from '@portone/server-sdk';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { PortOneSandbox } from 'nestjs-portone/testing';
import { Receiver, SECRET } from './receiver.js';

describe('PortOneSandbox: webhooks', () => {
  let receiver: Receiver;
  let sandbox: PortOneSandbox;
  let client: PortOneClient;

  beforeEach(async () => {
    receiver = new Receiver();
    await receiver.listen();
    sandbox = await PortOneSandbox.start({ clock: 'manual', seed: 7, webhook: { url: receiver.url, secret: SECRET } });
    client = PortOneClient({ secret: sandbox.apiSecret, baseUrl: sandbox.url });
  });
  afterEach(async () => {
    await sandbox.stop();
    await receiver.close();
    expect(receiver.failures).toEqual([]);
  });

  const pay = () => sandbox.buyer.pay('order-1', { totalAmount: 1000 });

  it('tells of every step, signed, in the shape of version 2024-04-25', async () => {
    const { transactionId } = await pay();
    await sandbox.settled();
    const common = { paymentId: 'order-1', storeId: 'store-sandbox', transactionId };
    const timestamp = sandbox.clock.now().toISOString();
    // Both were sent at the same moment; nothing promises their order.
    expect(receiver.received.map(({ event }) => event).sort((a, b) => (a.type < b.type ? 1 : -1))).toEqual([
      { type: 'Transaction.Ready', timestamp, data: common },
      { type: 'Transaction.Paid', timestamp, data: common },
    ]);
    expect(receiver.received[0]?.headers).toMatchObject({ 'content-type': 'application/json' });

    receiver.received.length = 0;
    await client.payment.cancelPayment({ paymentId: 'order-1', reason: 'x', amount: 400 });
    await sandbox.settled();
    const { cancellation } = await client.payment.cancelPayment({ paymentId: 'order-1', reason: 'x' });
    await sandbox.settled();
    expect(receiver.types).toEqual(['Transaction.PartialCancelled', 'Transaction.Cancelled']);
    expect(receiver.received[1]?.event.data).toEqual({
      ...common,
      cancellationId: (cancellation as { id: string }).id,
    });
  });

  it('tells of a declined card, and of nothing when a cancel asks for silence', async () => {
    await sandbox.buyer.pay('order-1', { totalAmount: 1, card: '4111111111111112' });
    await sandbox.settled();
    expect(receiver.types.sort()).toEqual(['Transaction.Failed', 'Transaction.Ready']);
    await pay();
    await sandbox.settled();
    receiver.received.length = 0;
    await client.payment.cancelPayment({ paymentId: 'order-1', reason: 'x', skipWebhook: true });
    await sandbox.settled();
    expect(receiver.types).toEqual([]);
  });

  it("sends a payment's webhooks to its own URLs alone", async () => {
    const own = new Receiver();
    await own.listen();
    try {
      const second = `${own.url}?second`;
      await sandbox.buyer.pay('order-1', { totalAmount: 1, noticeUrls: [own.url, second] });
      await client.payment.cancelPayment({ paymentId: 'order-1', reason: 'x' });
      await sandbox.settled();
    } finally {
      await own.close();
    }
    expect(receiver.received).toEqual([]);
    expect(own.received).toHaveLength(6);
    expect(new Set(own.received.map(({ headers }) => headers['webhook-id'])).size).toBe(6);
    expect(own.failures).toEqual([]);
  });

  it('keeps a record of each attempt', async () => {
    const long = 'x'.repeat(3000);
    receiver.answer = ({ event }, response) => {
      if (event.type === 'Transaction.Paid') response.writeHead(503).end(long);
      else response.writeHead(204).end();
    };
    await pay();
    await sandbox.settled();
    const at = sandbox.clock.now();
    const common = { paymentId: 'order-1', url: receiver.url, attempt: 1, manual: false, at, durationMs: 0 };
    const webhookId = expect.any(String) as string;
    expect(sandbox.deliveries).toEqual([
      { ...common, webhookId, type: 'Transaction.Ready', status: 204, answer: '' },
      { ...common, webhookId, type: 'Transaction.Paid', status: 503, answer: long.slice(0, 2000) },
    ]);
  });

  describe('sent again', () => {
    it.each([301, 404, 500])('on %i: five times, with the same id, body and a fresh timestamp', async (status) => {
      receiver.answer = (_, response) => response.writeHead(status, { location: receiver.url }).end();
      await pay();
      await sandbox.clock.advance({ days: 1 });
      const paid = receiver.received.filter(({ event }) => event.type === 'Transaction.Paid');
      expect(paid).toHaveLength(6);
      expect(new Set(paid.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
      expect(new Set(paid.map(({ body }) => body)).size).toBe(1);
      const attempts = sandbox.deliveries.filter(({ type }) => type === 'Transaction.Paid');
      expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6]);
      const minutes = attempts.map(({ at }) => at.getTime() / 60_000);
      const longest = [1, 4, 16, 64, 256];
      for (const [index, limit] of longest.entries()) {
        const waited = (minutes[index + 1] ?? NaN) - (minutes[index] ?? NaN);
        expect(waited).toBeGreaterThanOrEqual(0);
        expect(waited).toBeLessThanOrEqual(limit);
      }
    });

    it('until it is answered with 2xx', async () => {
      let refusals = 2;
      receiver.answer = (_, response) => response.writeHead(refusals-- > 0 ? 500 : 202).end();
      sandbox.webhook = undefined;
      await client.payment.preRegisterPayment({ paymentId: 'order-1', totalAmount: 1 });
      sandbox.webhook = { url: receiver.url, secret: SECRET };
      await client.payment.billingKey.issueBillingKey({
        channelKey: 'any',
        method: { card: { credential: { number: '4111111111111111', expiryYear: '30', expiryMonth: '01' } } },
      });
      await sandbox.clock.advance({ days: 1 });
      expect(sandbox.deliveries.map(({ status }) => status)).toEqual([500, 500, 202]);
    });

    it('when the connection fails', async () => {
      const closed = createServer();
      await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
      const { port } = closed.address() as AddressInfo;
      await new Promise((resolve) => closed.close(resolve));
      sandbox.webhook = { url: `http://127.0.0.1:${port}/`, secret: SECRET };
      await pay();
      await sandbox.settled();
      expect(sandbox.deliveries.map(({ error }) => error)).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
      await sandbox.clock.advance({ minutes: 1 });
      expect(sandbox.deliveries.filter(({ attempt }) => attempt === 2)).toHaveLength(2);
    });

    it('when the URL is one that nothing can be sent to', async () => {
      await sandbox.buyer.pay('order-1', { noticeUrls: ['http://not%encoded@127.0.0.1/'] });
      await sandbox.settled();
      expect(sandbox.deliveries.map(({ error }) => error)).toEqual(['URI malformed', 'URI malformed']);
      await sandbox.clock.advance({ days: 1 });
      expect(sandbox.deliveries).toHaveLength(12);
    });

    it('when the receiver hangs up', async () => {
      receiver.answer = (_, response) => response.destroy();
      await pay();
      await sandbox.settled();
      expect(sandbox.deliveries.map(({ error }) => error)).toEqual(['ECONNRESET', 'ECONNRESET']);
      receiver.answer = (_, response) => response.end();
      await sandbox.clock.advance({ minutes: 1 });
      expect(sandbox.deliveries.slice(2).map(({ attempt, status }) => [attempt, status])).toEqual([
        [2, 200],
        [2, 200],
      ]);
    });

    it('when there is no answer for 30 seconds', async () => {
      const arrived = new Promise<void>((resolve) => {
        receiver.answer = (_, response) => {
          // The beginning of an answer is none.
          if (receiver.received.length === 1) response.writeHead(200).write('wait');
          else resolve();
        };
      });
      await pay();
      await arrived;
      await sandbox.clock.advance({ seconds: 29, milliseconds: 999 }, { awaitDeliveries: false });
      expect(sandbox.deliveries.some((delivery) => 'error' in delivery || 'status' in delivery)).toBe(false);
      await sandbox.clock.advance({ milliseconds: 1 }, { awaitDeliveries: false });
      expect(sandbox.deliveries.map(({ error }) => error)).toEqual(['no answer after 30 s', 'no answer after 30 s']);
      receiver.answer = (_, response) => response.end();
      await sandbox.clock.advance({ minutes: 1 });
      expect(sandbox.deliveries.slice(2).map(({ attempt, status }) => [attempt, status])).toEqual([
        [2, 200],
        [2, 200],
      ]);
    });
  });

  it('signs with every secret of a rotation', async () => {
    const other = Buffer.from('the secret after the next').toString('base64');
    sandbox.webhook = { url: receiver.url, secret: [other, SECRET] };
    await pay();
    await sandbox.settled();
    expect(receiver.received).toHaveLength(2);
    expect(String(receiver.received[0]?.headers['webhook-signature']).split(' ')).toHaveLength(2);
  });

  it('resolves settled() at once when nothing is under way, and after what a handler sets off', async () => {
    await sandbox.settled();
    receiver.answer = ({ event }, response) => {
      if (event.type !== 'Transaction.Paid') return void response.end();
      void client.payment
        .cancelPayment({ paymentId: 'order-1', reason: 'out of stock' })
        .then(() => response.writeHead(200).end());
    };
    await pay();
    await sandbox.settled();
    expect(receiver.types).toContain('Transaction.Cancelled');
    expect(sandbox.deliveries.every(({ status }) => status === 200)).toBe(true);
  });

  it('refuses a target that could not work', () => {
    expect(() => (sandbox.webhook = { url: 'localhost:3000', secret: SECRET })).toThrow(TypeError);
    expect(() => (sandbox.webhook = { url: receiver.url, secret: 'a secret!' })).toThrow(/^(?!.*a secret!)/);
  });
});
