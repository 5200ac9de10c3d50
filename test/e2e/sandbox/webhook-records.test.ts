import { PortOneClient } from '@portone/server-sdk';
import type * as Sdk from '@portone/server-sdk';
import type { ServerResponse } from 'node:http';
import { PortOneSandbox } from 'nestjs-portone/testing';
import { Receiver, SECRET } from './receiver.js';

describe('PortOneSandbox: the record of webhooks', () => {
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

  describe('what PortOne shows of them', () => {
    const webhooks = async () => {
      const payment = await client.payment.getPayment({ paymentId: 'order-1' });
      return (payment as { webhooks?: Sdk.Payment.PaymentWebhook[] }).webhooks ?? [];
    };

    it('is each with its latest answer, and no secret', async () => {
      let refusals = 1;
      receiver.answer = ({ event }, response) => {
        if (event.type === 'Transaction.Ready') response.writeHead(201, { 'content-type': 'text/html' }).end('taken');
        else response.writeHead(refusals-- > 0 ? 500 : 200).end('x'.repeat(3000));
      };
      await pay();
      await sandbox.settled();
      const at = sandbox.clock.now().toISOString();
      const [ready, paid] = await webhooks();
      const received = receiver.received.find(({ event }) => event.type === 'Transaction.Ready');
      const id = String(received?.headers['webhook-id']);
      expect(ready).toEqual({
        paymentStatus: 'READY',
        id,
        status: 'SUCCEEDED',
        url: receiver.url,
        isAsync: false,
        currentExecutionCount: 1,
        maxExecutionCount: 6,
        request: { header: `content-type: application/json\nwebhook-id: ${id}`, body: received?.body, requestedAt: at },
        response: { code: '201', header: 'content-type: text/html', body: 'taken', respondedAt: at },
        triggeredAt: at,
      });
      expect(paid).toMatchObject({ status: 'FAILED_NOT_OK_RESPONSE', currentExecutionCount: 1 });
      await sandbox.clock.advance({ minutes: 1 });
      const [, again] = await webhooks();
      expect(again).toMatchObject({ id: paid?.id, status: 'SUCCEEDED', currentExecutionCount: 2, triggeredAt: at });
      expect(again?.response?.body).toHaveLength(2000);
      expect(await webhooks()).toHaveLength(2);
      expect(JSON.stringify(await webhooks())).not.toContain(SECRET.slice(6));
    });

    it('has no status before there is an answer, and an unexpected error where none came', async () => {
      const arrived = new Promise<ServerResponse>((resolve) => {
        receiver.answer = ({ event }, response) =>
          event.type === 'Transaction.Paid' ? resolve(response) : response.end();
      });
      await pay();
      const response = await arrived;
      expect((await webhooks())[1]).not.toHaveProperty('status');
      response.destroy();
      await sandbox.settled();
      const [, paid] = await webhooks();
      expect(paid).toMatchObject({ status: 'FAILED_UNEXPECTED_ERROR', currentExecutionCount: 1 });
      expect(paid).not.toHaveProperty('response');
    });
  });

  describe('sent again by hand', () => {
    it('is the latest, or the one that is named, and its answer is waited for', async () => {
      await pay();
      await sandbox.settled();
      const [ready, paid] = sandbox.deliveries;
      receiver.answer = (_, response) => response.writeHead(404).end('gone');
      const { webhook } = await client.payment.resendWebhook({ paymentId: 'order-1' });
      expect(webhook).toMatchObject({
        id: paid?.webhookId,
        trigger: 'MANUAL',
        status: 'FAILED_NOT_OK_RESPONSE',
        currentExecutionCount: 1,
        maxExecutionCount: 5,
        response: { code: '404', body: 'gone' },
      });
      receiver.answer = (_, response) => response.end();
      const named = await sandbox.console.resendWebhook('order-1', { webhookId: String(ready?.webhookId) });
      expect(named).toMatchObject({ id: ready?.webhookId, status: 'SUCCEEDED' });
      expect(sandbox.deliveries.slice(2)).toMatchObject([
        { webhookId: paid?.webhookId, type: 'Transaction.Paid', attempt: 1, manual: true, status: 404 },
        { webhookId: ready?.webhookId, type: 'Transaction.Ready', attempt: 1, manual: true, status: 200 },
      ]);
      expect(receiver.received.at(-1)?.body).toBe(
        receiver.received.find(({ event }) => event.type === 'Transaction.Ready')?.body,
      );
      // Nothing follows of itself.
      await sandbox.clock.advance({ days: 1 });
      expect(sandbox.deliveries).toHaveLength(4);
    });

    it('leaves what waits to be sent again by itself alone', async () => {
      receiver.answer = (_, response) => response.writeHead(500).end();
      await pay();
      await sandbox.settled();
      receiver.answer = (_, response) => response.end();
      await sandbox.console.resendWebhook('order-1');
      await sandbox.clock.advance({ minutes: 1 });
      const paid = sandbox.deliveries.filter(({ type }) => type === 'Transaction.Paid');
      expect(paid.map(({ attempt, manual, status }) => [attempt, manual, status])).toEqual([
        [1, false, 500],
        [1, true, 200],
        [2, false, 200],
      ]);
    });

    it('is refused after five times of one id, not of another', async () => {
      await pay();
      await sandbox.settled();
      for (let time = 1; time <= 5; time++) {
        const webhook = await sandbox.console.resendWebhook('order-1');
        expect(webhook.currentExecutionCount).toBe(time);
      }
      await expect(client.payment.resendWebhook({ paymentId: 'order-1' })).rejects.toMatchObject({
        name: 'ResendWebhookError',
        data: { type: 'MAX_WEBHOOK_RETRY_COUNT_REACHED' },
      });
      const webhookId = String(sandbox.deliveries[0]?.webhookId);
      expect(await client.payment.resendWebhook({ paymentId: 'order-1', webhookId })).toBeDefined();
    });

    it('is refused where there is none', async () => {
      sandbox.webhook = undefined;
      await pay();
      const resend = (paymentId: string, webhookId?: string) =>
        client.payment.resendWebhook({ paymentId, ...(webhookId && { webhookId }) });
      await expect(resend('order-1')).rejects.toMatchObject({ data: { type: 'WEBHOOK_NOT_FOUND' } });
      await expect(resend('order-2')).rejects.toMatchObject({ data: { type: 'PAYMENT_NOT_FOUND' } });
      sandbox.webhook = { url: receiver.url, secret: SECRET };
      await client.payment.cancelPayment({ paymentId: 'order-1', reason: 'x' });
      await expect(resend('order-1', 'another')).rejects.toMatchObject({ data: { type: 'WEBHOOK_NOT_FOUND' } });
      await sandbox.settled();
      await expect(sandbox.console.resendWebhook('order-2')).rejects.toMatchObject({
        data: { type: 'PAYMENT_NOT_FOUND' },
      });
    });
  });
});
