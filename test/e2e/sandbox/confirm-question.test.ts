import type { ServerResponse } from 'node:http';
import { PortOneSandbox } from 'nestjs-portone/testing';
import { Receiver, SECRET } from './receiver.js';

describe('PortOneSandbox: the question before approval', () => {
  let receiver: Receiver;
  let shop: Receiver;
  let sandbox: PortOneSandbox;

  beforeEach(async () => {
    [receiver, shop] = [new Receiver(), new Receiver()];
    await Promise.all([receiver.listen(), shop.listen()]);
    sandbox = await PortOneSandbox.start({ clock: 'manual', seed: 7, webhook: { url: receiver.url, secret: SECRET } });
  });
  afterEach(async () => {
    await sandbox.stop();
    await Promise.all([receiver.close(), shop.close()]);
  });

  const pay = () => sandbox.buyer.pay('order-1', { totalAmount: 1000, confirmUrl: shop.url });
  const answer = (status: number, body?: unknown) => {
    shop.answer = (_, response) => response.writeHead(status).end(body === undefined ? '' : JSON.stringify(body));
  };

  it('goes signed to the confirmUrl alone, before anything is charged', async () => {
    shop.answer = (_, response) => {
      expect(sandbox.ledger.executions).toEqual([]);
      response.writeHead(200).end();
    };
    const payment = await pay();
    expect(payment.status).toBe('PAID');
    const { transactionId } = payment;
    expect(shop.received.map(({ event }) => event)).toEqual([
      {
        type: 'Transaction.Confirm',
        timestamp: sandbox.clock.now().toISOString(),
        data: { paymentId: 'order-1', storeId: 'store-sandbox', transactionId, totalAmount: 1000 },
      },
    ]);
    await sandbox.settled();
    expect(receiver.types.sort()).toEqual(['Transaction.Paid', 'Transaction.Ready']);
    expect(sandbox.deliveries.find(({ type }) => type === 'Transaction.Confirm')).toMatchObject({
      url: shop.url,
      attempt: 1,
      status: 200,
    });
    expect(shop.failures).toEqual([]);
  });

  it.each([
    [409, { errorMessage: 'Sold out' }, 'Sold out'],
    [500, { errorMessage: 'Sold out' }, 'Sold out'],
    [302, { errorMessage: 'Sold out' }, 'Sold out'],
    [409, { message: 'Sold out' }, undefined],
    [409, 'Sold out', undefined],
    [409, null, undefined],
    [409, undefined, undefined],
  ])('is refused by %i with the body %j', async (status, body, shown) => {
    answer(status, body);
    const payment = await pay();
    expect(payment.status).toBe('FAILED');
    const { reason } = (payment as { failure: { reason?: string } }).failure;
    expect(reason).toBe(shown ?? 'The merchant refused it, or did not answer.');
    expect(sandbox.ledger.executions.filter(({ kind }) => kind === 'CHARGE')).toEqual([]);
    await sandbox.clock.advance({ days: 1 });
    // It is asked once.
    expect(shop.received).toHaveLength(1);
    expect(receiver.types.sort()).toEqual(['Transaction.Failed', 'Transaction.Ready']);
  });

  it('is answered by the status: the body of an approval says nothing', async () => {
    answer(200, { errorMessage: 'ignored' });
    expect((await pay()).status).toBe('PAID');
  });

  it.each([
    ['any-2xx', 204, 'PAID'],
    ['only-200', 204, 'FAILED'],
    ['only-200', 200, 'PAID'],
  ] as const)('by %s takes %i for %s', async (confirmedBy, status, expected) => {
    sandbox.undocumented.confirmedBy = confirmedBy;
    answer(status);
    expect((await pay()).status).toBe(expected);
  });

  it('is refused where there is no answer for ten seconds, and by who hangs up', async () => {
    const asked = new Promise<ServerResponse>((resolve) => (shop.answer = (_, response) => resolve(response)));
    const paying = pay();
    await asked;
    const none = { awaitDeliveries: false };
    await sandbox.clock.advance({ seconds: 9, milliseconds: 999 }, none);
    expect(sandbox.ledger.executions).toEqual([]);
    expect(sandbox.deliveries.at(-1)).not.toHaveProperty('error');
    await sandbox.clock.advance({ milliseconds: 1 }, none);
    expect((await paying).status).toBe('FAILED');
    expect(sandbox.deliveries.find(({ type }) => type === 'Transaction.Confirm')?.error).toBe('no answer after 10 s');
    shop.answer = (_, response) => response.destroy();
    expect((await pay()).status).toBe('FAILED');
    shop.answer = (_, response) => response.end();
    expect((await pay()).status).toBe('PAID');
  });

  it.each(['drop', 'corrupt', 'wrong-signature'] as const)('meets %s', async (fault) => {
    sandbox.faults.add({ fault, operation: 'Transaction.Confirm' });
    expect((await pay()).status).toBe('FAILED');
    expect(shop.received).toEqual([]);
    expect(shop.failures).toHaveLength(fault === 'drop' ? 0 : 1);
  });

  it('is approved without a secret to sign with', async () => {
    sandbox.webhook = undefined;
    expect((await pay()).status).toBe('PAID');
    expect(shop.received).toEqual([]);
  });

  it('is waited for by settled(), with what follows from it', async () => {
    const asked = new Promise<ServerResponse>((resolve) => (shop.answer = (_, response) => resolve(response)));
    void pay();
    const response = await asked;
    const settled = sandbox.settled();
    response.end();
    await settled;
    expect(receiver.types.sort()).toEqual(['Transaction.Paid', 'Transaction.Ready']);
  });

  it('leaves nothing behind when the sandbox is reset meanwhile', async () => {
    const asked = new Promise<ServerResponse>((resolve) => (shop.answer = (_, response) => resolve(response)));
    const paying = pay();
    const refused = expect(paying).rejects.toMatchObject({ data: { type: 'PAYMENT_NOT_FOUND' } });
    await asked;
    sandbox.reset();
    await refused;
    await sandbox.settled();
    expect([sandbox.deliveries, sandbox.ledger.executions]).toEqual([[], []]);
  });
});
