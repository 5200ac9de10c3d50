import { PortOneClient } from '@portone/server-sdk';
import { connect } from 'node:net';
import { PortOneSandbox, type ActiveFault, type RequestFault } from 'nestjs-portone/testing';

describe('PortOneSandbox: faults of requests', () => {
  let sandbox: PortOneSandbox;
  let client: PortOneClient;

  beforeEach(async () => {
    sandbox = await PortOneSandbox.start({ clock: 'manual', seed: 7 });
    client = PortOneClient({ secret: sandbox.apiSecret, baseUrl: sandbox.url });
    await sandbox.buyer.pay('order-1', { totalAmount: 1000 });
  });
  afterEach(() => sandbox.stop());

  const KEY = '"0123456789abcdef"';
  const BODY = JSON.stringify({ reason: 'x', amount: 300 });
  const cancel = (key: string | undefined = KEY) =>
    fetch(`${sandbox.url}/payments/order-1/cancel`, {
      method: 'POST',
      headers: { authorization: `PortOne ${sandbox.apiSecret}`, ...(key && { 'idempotency-key': key }) },
      body: BODY,
    });
  const cancels = () => sandbox.ledger.executions.filter(({ kind }) => kind === 'CANCEL').length;
  const cancelIs = (fault: RequestFault) => {
    return sandbox.faults.add({ ...fault, operation: 'payment.cancelPayment', count: 1 });
  };
  const struck = async (rule: ActiveFault) => {
    while (rule.struck === 0) await new Promise(setImmediate);
  };

  /** Sends it over a bare socket. @returns what came back, and how the connection ended */
  const cancelRaw = async () => {
    const socket = connect(Number(new URL(sandbox.url).port), '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => (received += String(chunk)));
    const ended = new Promise<string>((resolve) => {
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
      socket.on('end', () => resolve('end'));
    });
    socket.write(
      [
        'POST /payments/order-1/cancel HTTP/1.1',
        'host: sandbox',
        `authorization: PortOne ${sandbox.apiSecret}`,
        `idempotency-key: ${KEY}`,
        `content-length: ${BODY.length}`,
        '',
        BODY,
      ].join('\r\n'),
    );
    const end = await ended;
    socket.destroy();
    return { received, end };
  };

  describe('before the work', () => {
    afterEach(async () => {
      // Nothing was done, and the key knows nothing.
      expect(cancels()).toBe(0);
      expect((await cancel()).status).toBe(200);
      expect(cancels()).toBe(1);
      expect(sandbox.ledger.requests.at(-1)).toMatchObject({ replayed: false, status: 200 });
    });

    it('html-502: a gateway answers with a page', async () => {
      cancelIs({ fault: 'html-502' });
      const response = await cancel();
      expect(response.status).toBe(502);
      expect(response.headers.get('content-type')).toBe('text/html');
      expect(await response.text()).toMatch(/^<html>.*502 Bad Gateway/);
      expect(sandbox.ledger.requests.at(-1)).toMatchObject({
        operation: 'payment.cancelPayment',
        storeId: 'store-sandbox',
        idempotencyKey: '0123456789abcdef',
        fault: 'html-502',
        status: 502,
        replayed: false,
        durationMs: 0,
      });
    });

    it('unavailable: 503 without a body', async () => {
      cancelIs({ fault: 'unavailable' });
      const response = await cancel();
      expect([response.status, await response.text()]).toEqual([503, '']);
    });

    it('rate-limited: 429 with Retry-After', async () => {
      cancelIs({ fault: 'rate-limited' });
      const byDefault = await cancel();
      expect([byDefault.status, byDefault.headers.get('retry-after')]).toEqual([429, '1']);
      cancelIs({ fault: 'rate-limited', retryAfterSeconds: 17 });
      expect((await cancel()).headers.get('retry-after')).toBe('17');
    });

    it('reset-before: the connection is reset', async () => {
      cancelIs({ fault: 'reset-before' });
      expect(await cancelRaw()).toEqual({ received: '', end: 'ECONNRESET' });
      expect(sandbox.ledger.requests.at(-1)).toMatchObject({ fault: 'reset-before' });
      expect(sandbox.ledger.requests.at(-1)).not.toHaveProperty('status');
    });

    it('refused: the connection ends, new ones are refused for a while, and then the port is back', async () => {
      cancelIs({ fault: 'refused', forMs: 500 });
      expect((await cancelRaw()).end).toBe('ECONNRESET');
      expect((await cancelRaw()).end).toBe('ECONNREFUSED');
      let status: number | undefined;
      while (status === undefined) {
        const headers = { authorization: `PortOne ${sandbox.apiSecret}` };
        status = await fetch(`${sandbox.url}/payments/order-1`, { headers }).then(
          (response) => response.status,
          () => undefined,
        );
      }
      expect(status).toBe(200);
    });
  });

  it('stops while it refuses connections', async () => {
    cancelIs({ fault: 'refused', forMs: 60_000 });
    expect((await cancelRaw()).end).toBe('ECONNRESET');
    await sandbox.stop();
    expect((await cancelRaw()).end).toBe('ECONNREFUSED');
  });

  describe('after the work', () => {
    afterEach(async () => {
      // It was done, and its true answer is what the key fetches.
      expect(cancels()).toBe(1);
      const again = await cancel();
      expect(again.status).toBe(200);
      expect(await again.json()).toMatchObject({ cancellation: { status: 'SUCCEEDED', totalAmount: 300 } });
      expect(cancels()).toBe(1);
      expect(sandbox.ledger.requests.at(-1)).toMatchObject({ replayed: true, status: 200 });
    });

    it('reset-after: no byte of the answer is sent', async () => {
      cancelIs({ fault: 'reset-after' });
      expect(await cancelRaw()).toEqual({ received: '', end: 'ECONNRESET' });
      expect(sandbox.ledger.requests.at(-1)).toMatchObject({ fault: 'reset-after', replayed: false });
    });

    it('truncated-json: half of it comes as the whole', async () => {
      cancelIs({ fault: 'truncated-json' });
      const response = await cancel();
      const text = await response.text();
      expect(response.status).toBe(200);
      expect(text).toMatch(/^\{"cancellation":\{/);
      expect(() => JSON.parse(text) as unknown).toThrow();
    });

    it('null: the answer is null', async () => {
      cancelIs({ fault: 'null' });
      const response = await cancel();
      expect([response.status, await response.json()]).toEqual([200, null]);
    });

    it('unknown-values: fields and values that no SDK knows, deep in a copy', async () => {
      cancelIs({ fault: 'unknown-values' });
      expect(await (await cancel()).json()).toMatchObject({
        cancellation: { status: 'SANDBOX_UNKNOWN', totalAmount: 300, reason: 'x', sandboxUnknownField: {} },
        sandboxUnknownField: {},
      });
    });

    it('latency: comes that much later; until then the key is outstanding', async () => {
      const rule = cancelIs({ fault: 'latency', delay: { seconds: 70 } });
      const first = cancel();
      await struck(rule);
      const meanwhile = await cancel();
      expect([meanwhile.status, await meanwhile.json()]).toMatchObject([
        409,
        { type: 'IDEMPOTENCY_OUTSTANDING_REQUEST' },
      ]);
      expect(cancels()).toBe(0);
      await sandbox.clock.advance({ seconds: 70 });
      expect((await first).status).toBe(200);
      expect(sandbox.ledger.requests.at(-1)).toMatchObject({ fault: 'latency', status: 200, durationMs: 70_000 });
    });
  });

  it('latency: holds back a stored answer too, and outlives a reset', async () => {
    await cancel();
    const rule = cancelIs({ fault: 'latency', delay: { seconds: 1 } });
    const again = cancel();
    await struck(rule);
    await sandbox.clock.advance({ seconds: 1 });
    expect((await again).status).toBe(200);
    expect(sandbox.ledger.requests.at(-1)).toMatchObject({ replayed: true, durationMs: 1000 });
    const late = cancelIs({ fault: 'latency', delay: { seconds: 1 } });
    const lost = cancel('"a fresh key, unused"');
    await struck(late);
    sandbox.reset();
    await sandbox.clock.advance({ seconds: 1 });
    expect((await lost).status).toBe(404);
  });

  it('pg-error: is an answer of PortOne, which the key keeps', async () => {
    cancelIs({ fault: 'pg-error', pgCode: 'E-1', pgMessage: 'Out of order' });
    const expected = [502, { type: 'PG_PROVIDER', message: 'Out of order', pgCode: 'E-1', pgMessage: 'Out of order' }];
    const first = await cancel();
    expect([first.status, await first.json()]).toEqual(expected);
    const again = await cancel();
    expect([again.status, await again.json()]).toEqual(expected);
    expect(sandbox.ledger.requests.at(-1)).toMatchObject({ replayed: true, status: 502 });
    expect(cancels()).toBe(0);
    expect((await cancel('"a fresh key, unused"')).status).toBe(200);
  });

  it('pg-error: does not meet what is answered from the key', async () => {
    await cancel();
    const rule = cancelIs({ fault: 'pg-error' });
    expect((await cancel()).status).toBe(200);
    expect(rule.struck).toBe(0);
    expect(sandbox.ledger.requests.at(-1)).not.toHaveProperty('fault');
    expect((await cancel('"a fresh key, unused"')).status).toBe(502);
  });

  it('pg-error: meets only operations that can answer it', async () => {
    const rule = sandbox.faults.add({ fault: 'pg-error' });
    expect(await client.payment.getPayment({ paymentId: 'order-1' })).toMatchObject({ status: 'PAID' });
    expect(rule.struck).toBe(0);
    await expect(client.payment.cancelPayment({ paymentId: 'order-1', reason: 'x' })).rejects.toMatchObject({
      name: 'CancelPaymentError',
      data: { type: 'PG_PROVIDER', pgCode: 'SANDBOX_FAULT' },
    });
  });

  it('unknown-values: the official SDK gets through, ids stay', async () => {
    sandbox.faults.add({ fault: 'unknown-values' });
    const payment = await client.payment.getPayment({ paymentId: 'order-1' });
    expect(payment).toMatchObject({
      status: 'SANDBOX_UNKNOWN',
      id: 'order-1',
      storeId: 'store-sandbox',
      currency: 'KRW',
      method: { type: 'SANDBOX_UNKNOWN', card: { brand: 'SANDBOX_UNKNOWN', sandboxUnknownField: {} } },
      amount: { total: 1000 },
    });
    await expect(client.payment.getPayment({ paymentId: 'none' })).rejects.toMatchObject({
      name: 'GetPaymentError',
      data: { type: 'SANDBOX_UNKNOWN' },
    });
  });

  it('meets what it is to meet: operation, payment, count; the first added first; an operation without a payment', async () => {
    const get = (path: string) =>
      fetch(sandbox.url + path, { headers: { authorization: `PortOne ${sandbox.apiSecret}` } }).then((r) => r.status);
    const ofOrder = sandbox.faults.add({ fault: 'unavailable', paymentId: 'order-1', count: 2 });
    const ofList = sandbox.faults.add({ fault: 'html-502', operation: 'payment.getPayments', count: 1 });
    const any = sandbox.faults.add({ fault: 'rate-limited', count: 1 });
    expect([await get('/payments'), await get('/payments'), await get('/payments')]).toEqual([502, 429, 200]);
    expect([await get('/payments/other'), await get('/payments/order-1')]).toEqual([404, 503]);
    expect([(await cancel()).status, (await cancel()).status]).toEqual([503, 200]);
    expect([ofOrder, ofList, any].map((rule) => rule.struck)).toEqual([2, 1, 1]);
    sandbox.faults.add({ fault: 'unavailable', operation: 'b2b.taxInvoice.getB2bBulkTaxInvoice' });
    expect(await get('/b2b/bulk-tax-invoices/1')).toBe(503);
    expect(sandbox.faults.remove(ofOrder.id)).toBe(true);
    expect(sandbox.faults.remove(ofOrder.id)).toBe(false);
  });

  it('meets nobody who is not let in', async () => {
    const rule = sandbox.faults.add({ fault: 'unavailable' });
    const headers = { authorization: 'PortOne wrong' };
    expect((await fetch(`${sandbox.url}/payments`, { headers })).status).toBe(401);
    expect(rule.struck).toBe(0);
  });
});
