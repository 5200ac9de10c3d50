import { PortOneClient } from '@portone/server-sdk';
import type { ServerResponse } from 'node:http';
import { PortOneSandbox, type SandboxStore, type SandboxStoreOptions } from 'nestjs-portone/testing';
import { Receiver, SECRET } from './receiver.js';

describe('PortOneSandbox: several stores', () => {
  let sandbox: PortOneSandbox;
  /** Of the same API secret. */
  let sister: SandboxStore;
  /** Of another. */
  let stranger: SandboxStore;
  let receivers: Receiver[];

  beforeEach(async () => {
    receivers = [new Receiver(), new Receiver(), new Receiver()];
    await Promise.all(receivers.map((receiver) => receiver.listen()));
    const webhookTo = (index: number) => ({ url: String(receivers[index]?.url), secret: SECRET });
    sandbox = await PortOneSandbox.start({ clock: 'manual', seed: 7, storeId: 'store-1', webhook: webhookTo(0) });
    sister = sandbox.addStore({ storeId: 'store-2', webhook: webhookTo(1) });
    stranger = sandbox.addStore({ storeId: 'store-3', apiSecret: 'another-secret', webhook: webhookTo(2) });
  });
  afterEach(async () => {
    await sandbox.stop();
    for (const receiver of receivers) {
      await receiver.close();
      expect(receiver.failures).toEqual([]);
    }
  });

  const stores = () => [sandbox, sister, stranger];
  const getPayment = ({ apiSecret, storeId }: SandboxStore) =>
    PortOneClient({ secret: apiSecret, baseUrl: sandbox.url }).payment.getPayment({ paymentId: 'order-1', storeId });
  const send = async (path: string, credential: string, body?: object, headers: Record<string, string> = {}) => {
    const response = await fetch(sandbox.url + path, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: credential, ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('keeps a payment of one id for each, with ids, webhooks, faults and a ledger of its own', async () => {
    sister.faults.add({ fault: 'unavailable' });
    for (const [index, store] of stores().entries()) {
      await store.buyer.pay('order-1', { totalAmount: 1000 + index });
    }
    await sandbox.settled();
    for (const [index, store] of stores().entries()) {
      const get = getPayment(store);
      if (store === sister) await expect(get).rejects.toThrow();
      else expect(await get).toMatchObject({ storeId: store.storeId, amount: { total: 1000 + index } });
      expect(store.ledger.requests).toHaveLength(1);
      expect(store.ledger.requests).toMatchObject([{ storeId: store.storeId }]);
      expect(store.ledger.executions).toMatchObject([{ kind: 'CHARGE', amount: 1000 + index }]);
      expect(receivers[index]?.received.map(({ event }) => event.data.storeId)).toEqual([store.storeId, store.storeId]);
      expect(store.deliveries).toHaveLength(2);
    }
    const ids = stores().flatMap(({ deliveries, ledger }) => [
      ...deliveries.map(({ webhookId }) => webhookId),
      ...ledger.executions.map(({ transactionId }) => transactionId),
    ]);
    expect(new Set(ids).size).toBe(9);
  });

  it('lets a secret, and its tokens, into its own stores alone', async () => {
    const tokenOf = async (apiSecret: string) => {
      const { status, body } = await send('/login/api-secret', '', { apiSecret });
      expect(status).toBe(200);
      return `Bearer ${String(body.accessToken)}`;
    };
    const seen = async (credential: string) => {
      const stores = ['store-1', 'store-2', 'store-3', 'store-4'];
      const answers = stores.map((storeId) => send(`/payments/x?storeId=${storeId}`, credential));
      return (await Promise.all(answers)).map(({ body }) => body.type);
    };
    const [own, other] = [
      ['PAYMENT_NOT_FOUND', 'PAYMENT_NOT_FOUND', 'FORBIDDEN', 'FORBIDDEN'],
      ['FORBIDDEN', 'FORBIDDEN', 'PAYMENT_NOT_FOUND', 'FORBIDDEN'],
    ];
    expect(await seen(`PortOne ${sandbox.apiSecret}`)).toEqual(own);
    expect(await seen('PortOne another-secret')).toEqual(other);
    expect(await seen(await tokenOf(sandbox.apiSecret))).toEqual(own);
    expect(await seen(await tokenOf('another-secret'))).toEqual(other);
    // A login is noted with whom it belongs to.
    expect(stranger.ledger.requests.filter(({ operation }) => operation === 'auth.loginViaApiSecret')).toHaveLength(1);
    expect(sister.ledger.requests.filter(({ operation }) => operation === 'auth.loginViaApiSecret')).toHaveLength(0);
  });

  it('takes the first store where none is named', async () => {
    await sandbox.buyer.pay('order-1');
    expect((await send('/payments/order-1', `PortOne ${sandbox.apiSecret}`)).body).toMatchObject({
      storeId: 'store-1',
    });
    expect((await send('/payments/order-1', 'PortOne another-secret')).status).toBe(404);
  });

  describe('idempotency keys', () => {
    const key = { 'idempotency-key': '"0123456789abcdef"' };
    const cancel = (store: SandboxStore) =>
      send(
        '/payments/order-1/cancel',
        `PortOne ${store.apiSecret}`,
        { reason: 'x', amount: 100, storeId: store.storeId },
        key,
      );
    const cancels = (store: SandboxStore) => store.ledger.executions.filter(({ kind }) => kind === 'CANCEL').length;
    beforeEach(() => Promise.all(stores().map((store) => store.buyer.pay('order-1'))));

    it('are one for a secret, and another for another', async () => {
      expect((await cancel(sandbox)).status).toBe(200);
      expect((await cancel(stranger)).status).toBe(200);
      expect((await cancel(sister)).body).toMatchObject({ type: 'SANDBOX_IDEMPOTENCY_KEY_REUSED' });
      expect([sandbox, sister, stranger].map(cancels)).toEqual([1, 0, 1]);
      const login = (apiSecret: string) =>
        send('/login/api-secret', '', { apiSecret }, { 'idempotency-key': '"a login, 16 long"' });
      expect((await login(sandbox.apiSecret)).status).toBe(200);
      expect((await login('another-secret')).status).toBe(200);
    });

    it('are forgotten with the store that answered', async () => {
      await cancel(sandbox);
      await cancel(stranger);
      sister.reset();
      await cancel(sandbox);
      expect(cancels(sandbox)).toBe(1);
      sandbox.faults.clear();
      stranger.reset();
      expect((await cancel(stranger)).body).toMatchObject({ type: 'PAYMENT_NOT_FOUND' });
      await cancel(sandbox);
      expect(cancels(sandbox)).toBe(1);
    });
  });

  it('resets one and leaves the others alone, their re-sends too', async () => {
    for (const receiver of receivers) receiver.answer = (_, response) => response.writeHead(500).end();
    for (const store of stores()) {
      await store.buyer.pay('order-1');
      store.faults.add({ fault: 'unavailable', operation: 'payment.getPayments' });
    }
    await sandbox.settled();
    sister.reset();
    expect([sister.deliveries, sister.ledger.executions, sister.faults.active]).toEqual([[], [], []]);
    await expect(getPayment(sister)).rejects.toMatchObject({
      data: { type: 'PAYMENT_NOT_FOUND' },
    });
    await sandbox.clock.advance({ minutes: 1 });
    expect(sister.deliveries).toEqual([]);
    for (const { deliveries } of [sandbox, stranger]) {
      expect(deliveries.filter(({ attempt }) => attempt === 2)).toHaveLength(2);
    }
    expect(stores().map(({ faults }) => faults.active.length)).toEqual([1, 0, 1]);
    for (const store of [sandbox, stranger]) {
      expect(await getPayment(store)).toMatchObject({ status: 'PAID' });
    }
    sandbox.reset();
    expect(stores().map(({ ledger }) => ledger.executions.length)).toEqual([0, 0, 0]);
    expect(stranger.webhook).toBeDefined();
  });

  it('waits for the webhooks of one store, or of all', async () => {
    const arrived = new Promise<ServerResponse>((resolve) => {
      for (const receiver of receivers) receiver.answer = (_, response) => resolve(response);
    });
    sister.faults.add({ fault: 'drop', operation: 'Transaction.Ready' });
    await sister.buyer.pay('order-1');
    const response = await arrived;
    await stranger.settled();
    const order: string[] = [];
    const both = [
      sister.settled().then(() => order.push('sister')),
      sandbox.settled().then(() => order.push('sandbox')),
    ];
    await new Promise(setImmediate);
    expect(order).toEqual([]);
    response.end();
    await Promise.all(both);
    expect(order.sort()).toEqual(['sandbox', 'sister']);
    expect(sister.deliveries.at(-1)).toMatchObject({ status: 200 });
  });

  it.each<[object, RegExp]>([
    [{ storeId: 'store-2' }, /has a store store-2 already/],
    [{}, /storeId must be a string/],
    [{ storeId: '' }, /storeId must be a string/],
    [{ storeId: 'a', apiSecret: 'with space' }, /^(?!.*with space).*apiSecret/],
    [{ storeId: 'a', webhook: { url: 'nowhere', secret: SECRET } }, /webhook\.url/],
    [{ storeId: 'a', seed: 1 }, /seed must be one of storeId, apiSecret, webhook/],
  ])('refuses another store %j', (options, message) => {
    expect(() => sandbox.addStore(options as SandboxStoreOptions)).toThrow(message);
    expect(() => sandbox.addStore(options as SandboxStoreOptions)).toThrow(TypeError);
    expect(sandbox.addStore({ storeId: 'store-2', apiSecret: 'another-secret' }).storeId).toBe('store-2');
  });
});
