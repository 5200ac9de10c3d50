import { PortOneClient } from '@portone/server-sdk';
import { PortOneSandbox } from 'nestjs-portone/testing';

describe('PortOneSandbox over HTTP', () => {
  let sandbox: PortOneSandbox;

  beforeAll(async () => {
    sandbox = await PortOneSandbox.start({ clock: 'manual', apiSecret: 'the-api-secret', storeId: 'store-mine' });
  });
  afterEach(() => sandbox.reset());
  afterAll(() => sandbox.stop());

  interface Sent {
    status: number;
    body: Record<string, unknown>;
  }
  async function send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Sent> {
    const response = await fetch(sandbox.url + path, {
      method,
      headers: { authorization: 'PortOne the-api-secret', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  describe('the buyer', () => {
    it('pays by a call that needs no secret and any content type', async () => {
      const order = { paymentId: 'order-1', totalAmount: 700 };
      const paid = await send('POST', '/_sandbox/buyer/pay', order, { authorization: '' });
      expect(paid).toMatchObject({ status: 200, body: { status: 'PAID', id: 'order-1', amount: { paid: 700 } } });
      expect(await send('GET', '/payments/order-1')).toEqual(paid);
      const token = { paymentId: 'order-2', totalAmount: 700, approval: 'manual' };
      expect(await send('POST', '/_sandbox/buyer/pay', token)).toMatchObject({
        status: 200,
        body: { paymentToken: expect.any(String) as string, txId: expect.any(String) as string },
      });
    });

    it.each([
      [{ totalAmount: 1 }, 400, 'INVALID_REQUEST', 'paymentId is required.'],
      [{ paymentId: 'a', totalAmount: 1, card: '4111' }, 400, 'INVALID_REQUEST', 'card must be a card number.'],
      ['not JSON', 400, 'INVALID_REQUEST', 'The body is not JSON.'],
      [[], 400, 'INVALID_REQUEST', 'The body must be a JSON object.'],
    ])('is refused %j', async (body, status, type, message) => {
      expect(await send('POST', '/_sandbox/buyer/pay', body)).toEqual({ status, body: { type, message } });
    });

    it('cannot do what there is no action for', async () => {
      expect(await send('POST', '/_sandbox/buyer/rob')).toMatchObject({ status: 404 });
    });
  });

  describe('authentication', () => {
    it.each(['', 'PortOne', 'PortOne wrong', 'Bearer the-api-secret', 'Bearer a.b.c', 'Basic the-api-secret', 'x'])(
      'refuses %p',
      async (authorization) => {
        const unauthorized = { status: 401, body: { type: 'UNAUTHORIZED', message: expect.any(String) as string } };
        expect(await send('GET', '/payments/a', undefined, { authorization })).toEqual(unauthorized);
        expect(await send('GET', '/no/such/thing', undefined, { authorization })).toEqual(unauthorized);
      },
    );

    const login = () => send('POST', '/login/api-secret', { apiSecret: 'the-api-secret' }, { authorization: '' });
    const refresh = (refreshToken: unknown) => send('POST', '/token/refresh', { refreshToken }, { authorization: '' });
    const list = (token: unknown) =>
      send('GET', '/payments', undefined, { authorization: `Bearer ${String(token)}` }).then(({ status }) => status);

    it('takes an access token for 30 minutes', async () => {
      const { body } = await login();
      const { exp } = JSON.parse(Buffer.from(String(body.accessToken).split('.')[1] ?? '', 'base64url').toString()) as {
        exp: number;
      };
      expect(exp).toBe(Math.floor(sandbox.clock.now().getTime() / 1000) + 1800);
      expect(await list(body.accessToken)).toBe(200);
      expect(await list(body.refreshToken)).toBe(401);
      expect(await list(`${String(body.accessToken)}x`)).toBe(401);
      await sandbox.clock.advance({ minutes: 29, seconds: 58 });
      expect(await list(body.accessToken)).toBe(200);
      await sandbox.clock.advance({ seconds: 2 });
      expect(await list(body.accessToken)).toBe(401);
      const fresh = await refresh(body.refreshToken);
      expect(await list(fresh.body.accessToken)).toBe(200);
    });

    it('takes the latest refresh token alone, for a day', async () => {
      const first = await login();
      const second = await refresh(first.body.refreshToken);
      expect(second.status).toBe(200);
      expect((await refresh(first.body.refreshToken)).body).toMatchObject({ type: 'UNAUTHORIZED' });
      expect((await refresh(second.body.accessToken)).status).toBe(401);
      await sandbox.clock.advance({ days: 1 });
      expect((await refresh(second.body.refreshToken)).status).toBe(401);
    });

    it('refuses a login with another secret, or none', async () => {
      expect(await send('POST', '/login/api-secret', { apiSecret: 'x' })).toMatchObject({ status: 401 });
      expect(await send('POST', '/login/api-secret', {})).toMatchObject({
        status: 400,
        body: { type: 'INVALID_REQUEST', message: 'apiSecret is required.' },
      });
    });

    it('serves its own store alone', async () => {
      await sandbox.buyer.pay('a', { totalAmount: 1 });
      expect(await send('GET', '/payments/a?storeId=store-mine')).toMatchObject({ status: 200 });
      const forbidden = { status: 403, body: { type: 'FORBIDDEN' } };
      expect(await send('GET', '/payments/a?storeId=other')).toMatchObject(forbidden);
      expect(await send('POST', '/payments/a/cancel', { reason: 'x', storeId: 'other' })).toMatchObject(forbidden);
      const filter = encodeURIComponent(JSON.stringify({ filter: { storeId: 'other' } }));
      expect(await send('GET', `/payments?requestBody=${filter}`)).toMatchObject(forbidden);
    });
  });

  describe('idempotency', () => {
    const KEY = '"0123456789abcdef"';
    const cancel = (body: object = { reason: 'x', amount: 300 }, key: string = KEY) =>
      send('POST', '/payments/order-1/cancel', body, { 'idempotency-key': key });
    beforeEach(() => sandbox.buyer.pay('order-1', { totalAmount: 1000 }));
    const cancels = () => sandbox.ledger.executions.filter(({ kind }) => kind === 'CANCEL').length;

    it('does the work once per key and gives the same answer again', async () => {
      const first = await cancel();
      expect(first.status).toBe(200);
      expect(await cancel()).toEqual(first);
      expect(cancels()).toBe(1);
      expect(sandbox.ledger.requests.slice(-2)).toMatchObject([
        { method: 'POST', path: '/payments/order-1/cancel', operation: 'payment.cancelPayment', replayed: false },
        { idempotencyKey: '0123456789abcdef', status: 200, replayed: true },
      ]);
      await cancel(undefined, '"another key, 16+"');
      expect(cancels()).toBe(2);
    });

    it('does it twice without a key', async () => {
      await send('POST', '/payments/order-1/cancel', { reason: 'x', amount: 300 });
      await send('POST', '/payments/order-1/cancel', { reason: 'x', amount: 300 });
      expect(cancels()).toBe(2);
    });

    it('stores errors as well', async () => {
      const refused = await cancel({ reason: 'x', amount: 5000 });
      expect(refused.status).toBe(409);
      expect(await cancel({ reason: 'x', amount: 5000 })).toEqual(refused);
      expect(sandbox.ledger.requests.at(-1)).toMatchObject({ status: 409, replayed: true });
    });

    it('refuses the key with another request', async () => {
      await cancel();
      expect(await cancel({ reason: 'x', amount: 301 })).toMatchObject({
        status: 422,
        body: { type: 'SANDBOX_IDEMPOTENCY_KEY_REUSED' },
      });
      expect(cancels()).toBe(1);
    });

    it('forgets after three hours of its clock', async () => {
      await cancel();
      await sandbox.clock.advance({ hours: 3 });
      await cancel();
      expect(cancels()).toBe(2);
    });

    it('refuses a key that is no RFC 8941 string, and reads none on GET', async () => {
      expect(await cancel(undefined, 'unquoted-0123456789')).toMatchObject({
        status: 400,
        body: { type: 'INVALID_REQUEST', message: expect.stringContaining('Idempotency-Key') as string },
      });
      expect(cancels()).toBe(0);
      const get = await send('GET', '/payments/order-1', undefined, { 'idempotency-key': 'unquoted' });
      expect(get.status).toBe(200);
    });

    it('does not take a wrong secret for a request', async () => {
      const wrong = { authorization: 'PortOne wrong', 'idempotency-key': KEY };
      await send('POST', '/payments/order-1/cancel', { reason: 'x', amount: 300 }, wrong);
      expect(await cancel()).toMatchObject({ status: 200 });
    });
  });

  it('names the operation that it does not have', async () => {
    expect(await send('GET', '/b2b/bulk-tax-invoices/1')).toEqual({
      status: 501,
      body: {
        type: 'SANDBOX_NOT_IMPLEMENTED',
        message: 'The sandbox does not have b2b.taxInvoice.getB2bBulkTaxInvoice.',
      },
    });
    const client = PortOneClient({ secret: 'the-api-secret', baseUrl: sandbox.url });
    const refused = { data: { type: 'SANDBOX_NOT_IMPLEMENTED' } };
    await expect(client.platform.getPlatformDiscountSharePolicyFilterOptions({})).rejects.toMatchObject(refused);
    await expect(
      client.reconciliation.getPaymentReconciliationTransactionVatReport({
        dateRange: { from: '2026-01-01', until: '2026-01-31' },
      }),
    ).rejects.toMatchObject(refused);
  });

  it.each([
    ['GET', '/nothing', 'There is no operation GET /nothing.'],
    ['PATCH', '/payments', 'There is no operation PATCH /payments. This path takes GET.'],
    ['PUT', '/billing-keys/a', 'There is no operation PUT /billing-keys/a. This path takes GET, DELETE.'],
  ])('answers %s %s with 404', async (method, path, message) => {
    expect(await send(method, path)).toEqual({ status: 404, body: { type: 'SANDBOX_NOT_FOUND', message } });
  });

  it.each(['text/plain;charset=UTF-8', 'application/json', 'application/octet-stream', ''])(
    'reads a body that says it is %p',
    async (type) => {
      const body = new Blob([JSON.stringify({ totalAmount: 1 })], { type });
      const authorization = 'PortOne the-api-secret';
      const url = `${sandbox.url}/payments/order-1/pre-register`;
      expect((await fetch(url, { method: 'POST', headers: { authorization }, body })).status).toBe(200);
      await expect(sandbox.buyer.pay('order-1', { totalAmount: 2 })).rejects.toThrow(TypeError);
    },
  );

  it('refuses a body of more than a mebibyte, and goes on', async () => {
    const body = JSON.stringify({ totalAmount: 1, ignored: 'x'.repeat(1_048_576) });
    const answer = await send('POST', '/payments/order-1/pre-register', body);
    expect(answer).toMatchObject({ status: 400, body: { type: 'INVALID_REQUEST' } });
    expect(answer.body.message).toBe(`The body has ${body.length} bytes; at most 1048576 are taken.`);
    const largest = JSON.stringify({ ignored: 'x'.repeat(1_048_576 - 14) });
    expect(largest).toHaveLength(1_048_576);
    expect(await send('POST', '/payments/order-1/pre-register', largest)).toMatchObject({ status: 200 });
  });

  it.each([
    ['{', 'The body is not JSON.'],
    ['[]', 'The body must be a JSON object.'],
    ['"text"', 'The body must be a JSON object.'],
    ['', 'reason is required.'],
  ])('answers the body %p with INVALID_REQUEST', async (body, message) => {
    await sandbox.buyer.pay('order-1', { totalAmount: 1000 });
    expect(await send('POST', '/payments/order-1/cancel', body)).toEqual({
      status: 400,
      body: { type: 'INVALID_REQUEST', message },
    });
  });

  it('reads ids as they were before they were encoded', async () => {
    const paymentId = '주문/1?a=b&%';
    await sandbox.buyer.pay(paymentId, { totalAmount: 1 });
    expect(await send('GET', `/payments/${encodeURIComponent(paymentId)}`)).toMatchObject({ body: { id: paymentId } });
    for (const path of ['/payments/%ff', '/payments/%', '/payments?requestBody=%ff', '/payments/a?storeId=%e']) {
      expect(await send('GET', path)).toMatchObject({ status: 400, body: { type: 'INVALID_REQUEST' } });
    }
  });

  it('notes requests, those without an operation too', async () => {
    await send('GET', '/payments/a?storeId=store-mine');
    await send('PUT', '/nowhere');
    const at = sandbox.clock.now();
    const common = { at, storeId: 'store-mine', status: 404, replayed: false, durationMs: 0 };
    const path = '/payments/a?storeId=store-mine';
    expect(sandbox.ledger.requests).toEqual([
      { ...common, method: 'GET', path, operation: 'payment.getPayment' },
      { ...common, method: 'PUT', path: '/nowhere' },
    ]);
  });
});
