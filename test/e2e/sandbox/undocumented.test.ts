import { PortOneClient } from '@portone/server-sdk';
import type * as Sdk from '@portone/server-sdk';
import { PortOneSandbox, UNDOCUMENTED_VARIANTS, type SandboxUndocumented } from 'nestjs-portone/testing';
import { Receiver, SECRET } from './receiver.js';

const DEFAULTS: SandboxUndocumented = {
  resentWebhookId: 'same',
  acknowledgedBy: 'any-2xx',
  staleReads: 0,
  listLagSeconds: 0,
  reusedKey: 'refuse',
  scheduleExists: 'active',
  payWhileScheduled: 'refuse',
  deleteWhileScheduled: 'refuse',
  confirmedBy: 'any-2xx',
};

describe.each(UNDOCUMENTED_VARIANTS)('PortOneSandbox: undocumented %j', (undocumented) => {
  const switches = { ...DEFAULTS, ...undocumented };
  let receiver: Receiver;
  let sandbox: PortOneSandbox;
  let client: PortOneClient;

  beforeAll(async () => {
    receiver = new Receiver();
    await receiver.listen();
    const webhook = { url: receiver.url, secret: SECRET };
    sandbox = await PortOneSandbox.start({ clock: 'manual', seed: 7, webhook, undocumented });
    client = PortOneClient({ secret: sandbox.apiSecret, baseUrl: sandbox.url });
  });
  afterEach(() => {
    receiver.answer = (_, response) => response.end();
    receiver.received.length = 0;
    sandbox.reset();
  });
  afterAll(async () => {
    await sandbox.stop();
    await receiver.close();
    expect(receiver.failures).toEqual([]);
  });

  const statusOf = async (paymentId: string) => (await client.payment.getPayment({ paymentId })).status;
  const typeOf = (call: Promise<unknown>) =>
    call.then(
      () => 'done',
      (error: { data: { type: string } }) => error.data.type,
    );

  it('is what was asked for', () => {
    expect(sandbox.undocumented).toEqual(switches);
  });

  it('pays, tells, and shows it in the end', async () => {
    await sandbox.buyer.pay('order-1', { totalAmount: 1000 });
    await sandbox.settled();
    expect(receiver.types.sort()).toEqual(['Transaction.Paid', 'Transaction.Ready']);
    const reads = [];
    for (let read = 0; read <= 2 * switches.staleReads; read++) reads.push(await statusOf('order-1'));
    expect(reads.at(-1)).toBe('PAID');
    expect(reads.filter((status) => status !== 'PAID').length > 0).toBe(switches.staleReads > 0);
    const listed = async () => (await client.payment.getPayments()).items.length;
    expect(await listed()).toBe(switches.listLagSeconds > 0 ? 0 : 1);
    await sandbox.clock.advance({ seconds: switches.listLagSeconds });
    expect(await listed()).toBe(1);
  });

  it('sends again what is not acknowledged', async () => {
    const answers = [500, 204, 200];
    receiver.answer = ({ event }, response) =>
      response.writeHead(event.type === 'Transaction.Paid' ? (answers.shift() ?? 200) : 200).end();
    await sandbox.buyer.pay('order-1', { totalAmount: 1000 });
    await sandbox.clock.advance({ days: 1 });
    const paid = sandbox.deliveries.filter(({ type }) => type === 'Transaction.Paid');
    expect(paid.map(({ status }) => status)).toEqual(
      switches.acknowledgedBy === 'only-200' ? [500, 204, 200] : [500, 204],
    );
    const ids = new Set(paid.map(({ webhookId }) => webhookId));
    expect(ids.size).toBe(switches.resentWebhookId === 'same' ? 1 : paid.length);
    // An id of a re-send can be sent again by hand as well.
    const last = String(paid.at(-1)?.webhookId);
    expect(await sandbox.console.resendWebhook('order-1', { webhookId: last })).toMatchObject({ id: last });
  });

  it('asks before approval', async () => {
    receiver.answer = (_, response) => response.writeHead(201).end();
    const { status } = await sandbox.buyer.pay('order-1', { confirmUrl: receiver.url });
    expect(status).toBe(switches.confirmedBy === 'only-200' ? 'FAILED' : 'PAID');
  });

  it('cancels once per key, whatever a key with another request gives', async () => {
    await sandbox.buyer.pay('order-1', { totalAmount: 1000 });
    const cancel = async (amount: number) => {
      const response = await fetch(`${sandbox.url}/payments/order-1/cancel`, {
        method: 'POST',
        headers: { authorization: `PortOne ${sandbox.apiSecret}`, 'idempotency-key': '"0123456789abcdef"' },
        body: JSON.stringify({ reason: 'x', amount }),
      });
      const { cancellation } = (await response.json()) as { cancellation?: Sdk.Payment.PaymentCancellation };
      return [response.status, cancellation && 'totalAmount' in cancellation ? cancellation.totalAmount : undefined];
    };
    expect([await cancel(300), await cancel(300)]).toEqual([
      [200, 300],
      [200, 300],
    ]);
    const other = { refuse: [422, undefined], replay: [200, 300], execute: [200, 200] }[switches.reusedKey];
    expect(await cancel(200)).toEqual(other);
    expect(await cancel(300)).toEqual([200, 300]);
    const amounts = sandbox.ledger.executions.filter(({ kind }) => kind === 'CANCEL').map(({ amount }) => amount);
    expect(amounts).toEqual(switches.reusedKey === 'execute' ? [300, 200] : [300]);
  });

  it('pays what is scheduled when its time comes', async () => {
    const { billingKeyInfo } = await client.payment.billingKey.issueBillingKey({
      channelKey: 'any',
      method: { card: { credential: { number: '4111111111111111', expiryYear: '30', expiryMonth: '01' } } },
    });
    const { billingKey } = billingKeyInfo;
    const payment = { billingKey, orderName: 'Month', amount: { total: 500 }, currency: 'KRW' } as const;
    const schedule = (paymentId: string) =>
      client.payment.paymentSchedule.createPaymentSchedule({
        paymentId,
        payment,
        timeToPay: new Date(sandbox.clock.now().getTime() + 86_400_000).toISOString(),
      });
    await schedule('month-1');
    expect(await typeOf(schedule('month-1'))).toBe(
      switches.scheduleExists === 'never' ? 'done' : 'PAYMENT_SCHEDULE_ALREADY_EXISTS',
    );
    expect(await typeOf(client.payment.billingKey.deleteBillingKey({ billingKey }))).toBe(
      switches.deleteWhileScheduled === 'allow' ? 'done' : 'PAYMENT_SCHEDULE_ALREADY_EXISTS',
    );
    if (switches.deleteWhileScheduled === 'allow') return;
    const now = client.payment.payWithBillingKey({ paymentId: 'month-1', ...payment });
    const allowed = switches.payWhileScheduled === 'allow';
    expect(await typeOf(now)).toBe(allowed ? 'done' : 'PAYMENT_SCHEDULE_ALREADY_EXISTS');
    await sandbox.clock.advance({ days: 1 });
    const charges = sandbox.ledger.executions.filter(({ kind }) => kind === 'CHARGE');
    expect(charges).toMatchObject([{ paymentId: 'month-1', amount: 500 }]);
  });
});

describe('PortOneSandbox: undocumented', () => {
  it('meets every way of every switch', () => {
    for (const [name, byDefault] of Object.entries(DEFAULTS)) {
      const ways = UNDOCUMENTED_VARIANTS.map((variant) => ({ ...DEFAULTS, ...variant })[name as 'reusedKey']);
      expect(new Set(ways).size).toBe(name === 'reusedKey' || name === 'scheduleExists' ? 3 : 2);
      expect(ways[0]).toBe(byDefault);
    }
  });

  it.each<[object, RegExp]>([
    [{ reusedKey: 'ignore' }, /reusedKey must be refuse or replay or execute/],
    [{ staleReads: -1 }, /staleReads must be an integer of at least 0/],
    [{ listLagSeconds: '5' }, /listLagSeconds must be an integer/],
    [{ fast: true }, /there is no switch fast, only resentWebhookId, /],
  ])('refuses %j, at the start and later', async (undocumented, message) => {
    const starting = PortOneSandbox.start({ undocumented });
    await expect(starting).rejects.toThrow(message);
    await expect(starting).rejects.toBeInstanceOf(TypeError);
    const sandbox = await PortOneSandbox.start();
    expect(() => Object.assign(sandbox.undocumented, undocumented)).toThrow(message);
    expect(sandbox.undocumented).toEqual(DEFAULTS);
    await sandbox.stop();
  });

  it('draws the switches from the seed', async () => {
    const drawn: string[] = [];
    for (const seed of [1, 1, 2, 3, 4, 5, 6, 7, 8]) {
      const sandbox = await PortOneSandbox.start({ seed, undocumented: 'seeded' });
      drawn.push(JSON.stringify(sandbox.undocumented));
      await sandbox.stop();
    }
    expect(drawn[1]).toBe(drawn[0]);
    expect(new Set(drawn).size).toBeGreaterThan(6);
    for (const name of Object.keys(DEFAULTS) as (keyof SandboxUndocumented)[]) {
      const ways = drawn.map((text) => (JSON.parse(text) as SandboxUndocumented)[name]);
      expect(new Set(ways).size).toBeGreaterThan(1);
    }
  });
});
