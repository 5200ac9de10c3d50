import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Receiver, SECRET } from '../sandbox/receiver.js';
import { Command } from './command.js';

const payment = {
  paymentId: expect.any(String) as string,
  storeId: 'store-sandbox',
  transactionId: expect.any(String) as string,
};
const cancelled = { ...payment, cancellationId: expect.any(String) as string };
const billing = { billingKey: expect.any(String) as string, storeId: 'store-sandbox' };

describe('nestjs-portone webhook', () => {
  let command: Command;
  let receiver: Receiver;
  beforeAll(async () => {
    command = await Command.build();
  });
  afterAll(() => command.remove());
  beforeEach(async () => {
    receiver = new Receiver();
    await receiver.listen();
  });
  afterEach(async () => {
    await receiver.close();
    expect(receiver.failures).toEqual([]);
  });

  const send = (type: string, ...args: string[]) =>
    command.run(['webhook', type, '--url', receiver.url, ...args], { PORTONE_WEBHOOK_SECRET: SECRET });

  it.each<[string, object]>([
    ['Transaction.Ready', payment],
    ['Transaction.Paid', payment],
    ['Transaction.VirtualAccountIssued', payment],
    ['Transaction.PartialCancelled', cancelled],
    ['Transaction.Cancelled', cancelled],
    ['Transaction.Failed', payment],
    ['Transaction.PayPending', payment],
    ['Transaction.CancelPending', cancelled],
    ['Transaction.DisputeCreated', payment],
    ['Transaction.DisputeResolved', payment],
    ['Transaction.Confirm', { ...payment, totalAmount: 1000 }],
    ['BillingKey.Ready', billing],
    ['BillingKey.Issued', billing],
    ['BillingKey.Failed', billing],
    ['BillingKey.Deleted', billing],
    ['BillingKey.Updated', billing],
  ])('sends %s as PortOne does, and prints the answer', async (type, data) => {
    expect(await send(type)).toEqual({ code: 0, signal: null, stdout: '200 OK\nok\n', stderr: '' });
    expect(receiver.received.map(({ event }) => event)).toEqual([
      { type, timestamp: expect.any(String) as string, data },
    ]);
    expect(Date.now() - Date.parse(receiver.received[0]?.event.timestamp ?? '')).toBeLessThan(60_000);
  });

  it('puts the given data over the sample', async () => {
    await send('Transaction.Paid', '--data', '{"paymentId":"order-1","extra":[1]}');
    expect(receiver.received[0]?.event.data).toEqual({ ...payment, paymentId: 'order-1', extra: [1] });
  });

  it('sends a type that PortOne does not document, with a warning', async () => {
    const { code, stderr } = await send('Transaction.Teleported', '--data', '{"to":"mars"}');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Transaction\.Teleported is no type/);
    expect(receiver.received[0]?.event).toMatchObject({ type: 'Transaction.Teleported', data: { to: 'mars' } });
  });

  it('signs with --secret before the variable, and with each of several', async () => {
    const other = Buffer.from('another').toString('base64');
    const wrong = { PORTONE_WEBHOOK_SECRET: other };
    const args = ['webhook', 'Transaction.Paid', '--url', receiver.url, '--secret', `${other}, ${SECRET}`];
    expect(await command.run(args, wrong)).toMatchObject({ code: 0 });
    expect(receiver.received[0]?.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
  });

  it.each([301, 400, 503])('ends with 1 on %i', async (status) => {
    receiver.answer = (_, response) => response.writeHead(status, { location: receiver.url }).end('{"no":1}\n');
    const { code, stdout } = await send('Transaction.Paid');
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`^${status} .*\n\\{"no":1\\}\n$`));
    expect(receiver.received).toHaveLength(1);
  });

  it('sends the user and password of a URL as Basic authorization, and shows neither', async () => {
    const url = new URL(receiver.url);
    [url.username, url.password] = ['shop', 'p%40ss'];
    const args = ['webhook', 'Transaction.Paid', '--url', url.href, '--secret', SECRET];
    expect(await command.run(args)).toMatchObject({ code: 0 });
    expect(receiver.received[0]?.headers.authorization).toBe(`Basic ${btoa('shop:p@ss')}`);
    receiver.answer = (_, response) => response.destroy();
    const { stderr } = await command.run(args);
    expect(stderr).toContain(`No answer from http://…@${url.host}`);
    expect(stderr).not.toContain('p%40ss');
  });

  it('says why there was no answer', async () => {
    receiver.answer = (_, response) => response.destroy();
    const { code, stdout, stderr } = await send('Transaction.Paid');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`No answer from ${receiver.url}: `);

    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const refused = await command.run(['webhook', 'Transaction.Paid', '--url', `http://127.0.0.1:${port}/`], {
      PORTONE_WEBHOOK_SECRET: SECRET,
    });
    expect(refused).toMatchObject({ code: 1, stderr: `No answer from http://127.0.0.1:${port}/: ECONNREFUSED\n` });
  });
});
