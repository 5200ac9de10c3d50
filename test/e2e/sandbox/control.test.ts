import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { PortOneSandbox } from 'nestjs-portone/testing';
import { ACTIONS } from '../../../lib/testing/people/actions.js';
import { Receiver, SECRET } from './receiver.js';

type Json = Record<string, unknown>;
interface Operation {
  operationId: string;
  summary: string;
  requestBody?: { required: boolean; content: { 'application/json': { schema: Json & { properties?: Json } } } };
  parameters: { name: string; in: string; schema: Json }[];
  responses: Record<string, { content: Record<string, { schema: Json }> }>;
}
interface Description extends Json {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

describe('The controls over HTTP', () => {
  const receiver = new Receiver();
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const called = new Set<string>();
  let sandbox: PortOneSandbox;
  let description: Description;

  beforeAll(async () => {
    await receiver.listen();
    sandbox = await PortOneSandbox.start({ clock: new Date('2026-03-02T03:00:00Z'), seed: 7 });
    description = (await (await fetch(`${sandbox.url}/_sandbox/openapi.json`)).json()) as Description;
    ajv.addSchema({ $id: 'openapi', components: description.components });
  });
  beforeEach(() => {
    sandbox.webhook = { url: receiver.url, secret: SECRET };
  });
  afterEach(async () => {
    await sandbox.settled();
    sandbox.reset();
  });
  afterAll(async () => {
    await sandbox.stop();
    await receiver.close();
  });

  /** Calls a control, and holds what goes out and what comes back to the description. */
  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: Json }> {
    const response = await fetch(`${sandbox.url}/_sandbox/${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Json;
    const operation = operationOf(method, path);
    if (operation) called.add(operation.operationId);
    if (operation && response.ok) {
      const { content } = operation.responses['200'] ?? { content: {} };
      expect(problemsOf(content['application/json']?.schema, answer)).toEqual([]);
      expect(problemsOf(operation.requestBody?.content['application/json'].schema ?? {}, body ?? {})).toEqual([]);
    } else if (!response.ok) {
      expect(problemsOf({ $ref: 'openapi#/components/schemas/Problem' }, answer)).toEqual([]);
    }
    return { status: response.status, body: answer };
  }

  function operationOf(method: string, path: string): Operation | undefined {
    const given = `/_sandbox/${path.split('?', 1)[0]}`.replace(/\/\d+$/, '/{id}');
    return description.paths[given]?.[method.toLowerCase()];
  }

  function problemsOf(schema: Json | undefined, value: unknown): unknown[] {
    if (!schema) return ['no schema'];
    const validate = ajv.compile(schema);
    return validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => [instancePath, message]);
  }

  const refused = (status: number, type: string, message: unknown) => ({ status, body: { type, message } });

  describe('the clock', () => {
    it('is read and advanced', async () => {
      const { now } = (await call('GET', 'clock')).body;
      expect(new Date(String(now))).toEqual(sandbox.clock.now());
      const advanced = await call('POST', 'clock/advance', { hours: 1, minutes: 30 });
      expect(advanced.body).toMatchObject({ mode: 'manual' });
      expect(Date.parse(String(advanced.body.now)) - Date.parse(String(now))).toBe(5_400_000);
    });

    it('is advanced under deliveries that hang, or waits for them', async () => {
      let answered = (): void => undefined;
      receiver.answer = (_, response) => {
        answered = () => response.writeHead(200).end();
      };
      await call('POST', 'buyer/pay', { paymentId: 'order-1' });
      await call('POST', 'clock/advance', { seconds: 29, awaitDeliveries: false });
      expect(sandbox.deliveries.every(({ status, error }) => status === undefined && error === undefined)).toBe(true);
      await call('POST', 'clock/advance', { seconds: 1, awaitDeliveries: false });
      expect(sandbox.deliveries.some(({ error }) => error !== undefined)).toBe(true);
      answered();
      receiver.answer = (_, response) => response.writeHead(200).end();
    });

    it.each([
      [{ hours: -1 }, 'hours'],
      [{ weeks: 1 }, 'weeks'],
      [{ awaitDeliveries: 'no' }, 'awaitDeliveries'],
    ])('is not advanced by %j', async (body, field) => {
      const answer = await call('POST', 'clock/advance', body);
      expect(answer).toEqual(refused(400, 'INVALID_REQUEST', expect.stringContaining(field)));
    });

    it('cannot be advanced where it is real', async () => {
      const real = await PortOneSandbox.start();
      const clock = await fetch(`${real.url}/_sandbox/clock`);
      expect(await clock.json()).toMatchObject({ mode: 'real' });
      const response = await fetch(`${real.url}/_sandbox/clock/advance`, { method: 'POST', body: '{"hours":1}' });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ message: expect.stringContaining('real time') as string });
      await real.stop();
    });
  });

  it('sets faults, shows how often they struck, and takes them off', async () => {
    const first = await call('POST', 'faults', { fault: 'unavailable', operation: 'payment.getPayment', count: 1 });
    const second = await call('POST', 'faults', { fault: 'pg-error', pgCode: 'X' });
    const headers = { authorization: `PortOne ${sandbox.apiSecret}` };
    expect((await fetch(`${sandbox.url}/payments/none`, { headers })).status).toBe(503);
    expect((await call('GET', 'faults')).body).toEqual({
      items: [
        { id: first.body.id, rule: { fault: 'unavailable', operation: 'payment.getPayment', count: 1 }, struck: 1 },
        { id: second.body.id, rule: { fault: 'pg-error', pgCode: 'X' }, struck: 0 },
      ],
    });
    const gone = `faults/${String(first.body.id)}`;
    expect(await call('DELETE', gone)).toEqual({ status: 200, body: {} });
    expect(await call('DELETE', gone)).toMatchObject({ status: 404, body: { type: 'SANDBOX_NOT_FOUND' } });
    await call('DELETE', 'faults');
    expect((await call('GET', 'faults')).body).toEqual({ items: [] });
    expect(await call('POST', 'faults', { fault: 'gremlins' })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('fault') as string },
    });
  });

  describe('looking in', () => {
    it('answers the ledger and the deliveries, the latest so many', async () => {
      for (const paymentId of ['order-1', 'order-2', 'order-3']) await call('POST', 'buyer/pay', { paymentId });
      await call('POST', 'settled');
      const { requests, executions } = (await call('GET', 'ledger?limit=2')).body as Record<string, Json[]>;
      expect(requests).toEqual([]);
      expect(executions?.map(({ kind, paymentId }) => [kind, paymentId])).toEqual([
        ['CHARGE', 'order-2'],
        ['CHARGE', 'order-3'],
      ]);
      const { items } = (await call('GET', 'deliveries?paymentId=order-2')).body as { items: Json[] };
      expect(items.map(({ type, status }) => [type, status])).toEqual([
        ['Transaction.Ready', 200],
        ['Transaction.Paid', 200],
      ]);
      const later = new Date(sandbox.clock.now().getTime() + 1).toISOString();
      expect((await call('GET', `deliveries?since=${later}`)).body).toEqual({ items: [] });
      expect(await call('GET', 'ledger?limit=0')).toEqual(
        refused(400, 'INVALID_REQUEST', 'limit must be an integer of at least 1.'),
      );
      expect(await call('GET', 'ledger?limit=1001')).toEqual(
        refused(400, 'INVALID_REQUEST', 'limit must be at most 1000.'),
      );
      expect(await call('GET', 'ledger?limmit=1')).toMatchObject({ status: 400 });
    });

    it('answers the state, newest first, and how much there is of it', async () => {
      for (const paymentId of ['order-1', 'order-2', 'order-3']) await call('POST', 'buyer/open', { paymentId });
      await call('POST', 'buyer/pay', { paymentId: 'order-3', card: '4111 1111 1111 1112' });
      await call('POST', 'buyer/pay', { paymentId: 'order-3' });
      await call('POST', 'buyer/issue-billing-key', {});
      await call('POST', 'buyer/request-identity-verification', { identityVerificationId: 'identity-1' });
      const { body } = await call('GET', 'state?limit=2');
      expect(body).toMatchObject({
        storeId: 'store-sandbox',
        totals: { payments: 3, billingKeys: 1, identityVerifications: 1, schedules: 0 },
        payments: [
          { payment: { id: 'order-3', status: 'PAID' }, attempts: [{ status: 'FAILED' }, { status: 'PAID' }] },
          { payment: { id: 'order-2', status: 'READY' } },
        ],
        billingKeys: [{ status: 'ISSUED' }],
        identityVerifications: [{ id: 'identity-1', status: 'READY' }],
      });
      expect(JSON.stringify(body)).not.toContain(SECRET.replace('whsec_', ''));
    });
  });

  it('sets where webhooks go, and never answers a secret', async () => {
    expect((await call('GET', 'webhook')).body).toEqual({ url: receiver.url, secrets: 1 });
    const url = 'http://127.0.0.1:9/elsewhere';
    expect((await call('PUT', 'webhook', { url })).body).toEqual({ url, secrets: 1 });
    expect((await call('PUT', 'webhook', { url, secret: [SECRET, SECRET] })).body).toEqual({ url, secrets: 2 });
    expect(sandbox.webhook).toEqual({ url, secret: [SECRET, SECRET] });
    // Only noticeUrls, then.
    expect((await call('PUT', 'webhook', { secret: SECRET })).body).toEqual({ url: null, secrets: 1 });
    expect((await call('DELETE', 'webhook')).body).toEqual({ url: null, secrets: 0 });
    expect(sandbox.webhook).toBeUndefined();
    for (const [body, field] of [
      [{ url }, 'secret'],
      [{ url: 'ftp://x', secret: SECRET }, 'url'],
      [{ url, secret: '%' }, 'secret'],
      [{ url, secret: [] }, 'secret'],
    ] as const) {
      const answer = await call('PUT', 'webhook', body);
      expect(answer).toEqual(refused(400, 'INVALID_REQUEST', expect.stringContaining(field)));
    }
  });

  it('changes how it behaves where PortOne is silent', async () => {
    const before = (await call('GET', 'undocumented')).body;
    expect((await call('PUT', 'undocumented', { staleReads: 2, confirmedBy: 'only-200' })).body).toEqual({
      ...before,
      staleReads: 2,
      confirmedBy: 'only-200',
    });
    expect(sandbox.undocumented).toMatchObject({ staleReads: 2, confirmedBy: 'only-200' });
    for (const [body, field] of [
      [{ staleReads: -1 }, 'staleReads'],
      [{ reusedKey: 'maybe' }, 'reusedKey'],
      [{ staleRead: 1 }, 'staleRead'],
    ] as const) {
      const answer = await call('PUT', 'undocumented', body);
      expect(answer).toEqual(refused(400, 'INVALID_REQUEST', expect.stringContaining(field)));
    }
    await call('PUT', 'undocumented', before);
  });

  describe('stores', () => {
    it('are opened, and meant by their id or their API secret', async () => {
      const webhook = { url: receiver.url, secret: SECRET };
      expect(await call('POST', 'stores', { storeId: 'store-b', apiSecret: 'secret-b', webhook })).toEqual({
        status: 200,
        body: { storeId: 'store-b' },
      });
      await call('POST', 'stores', { storeId: 'store-b2', apiSecret: 'secret-b' });
      expect((await call('GET', 'stores')).body).toEqual({
        items: [{ storeId: 'store-sandbox' }, { storeId: 'store-b' }, { storeId: 'store-b2' }],
      });
      const ofB = { authorization: 'PortOne secret-b' };
      const pay = (storeId: string | undefined, headers = {}) =>
        call('POST', 'buyer/pay', { paymentId: 'order-1', ...(storeId && { storeId }) }, headers);
      expect((await pay(undefined)).body).toMatchObject({ storeId: 'store-sandbox' });
      expect((await pay('store-b2')).body).toMatchObject({ storeId: 'store-b2' });
      expect((await pay(undefined, ofB)).body).toMatchObject({ storeId: 'store-b' });
      expect(await pay('store-sandbox', ofB)).toMatchObject({ status: 404, body: { type: 'SANDBOX_NOT_FOUND' } });
      expect(await pay('store-c')).toMatchObject({ body: { message: expect.stringContaining('storeId') as string } });
      expect(await pay(undefined, { authorization: 'PortOne wrong' })).toMatchObject({ status: 401 });

      const total = async (query: string) =>
        ((await call('GET', `state${query}`)).body as { totals: { payments: number } }).totals.payments;
      expect(await total('?storeId=store-b2')).toBe(1);
      await call('POST', 'reset', { storeId: 'store-b2' });
      expect(await total('?storeId=store-b2')).toBe(0);
      expect(await total('?storeId=store-b')).toBe(1);
      await call('POST', 'reset');
      expect(await total('?storeId=store-b')).toBe(0);
      expect(await total('')).toBe(0);
    });

    it.each([
      [{}, 'storeId'],
      [{ storeId: 'store-sandbox' }, 'store-sandbox'],
      [{ storeId: 'store-x', apiSecret: 'not ascii é' }, 'apiSecret'],
      [{ storeId: 'store-x', webhook: { url: 'x', secret: SECRET } }, 'url'],
    ])('are not opened with %j', async (body, field) => {
      expect(await call('POST', 'stores', body)).toEqual(
        refused(400, 'INVALID_REQUEST', expect.stringContaining(field)),
      );
    });
  });

  it('says which methods a path has', async () => {
    expect(await call('POST', 'clock')).toEqual(
      refused(404, 'SANDBOX_NOT_FOUND', 'There is no control POST /_sandbox/clock. There is GET.'),
    );
  });

  describe('the description', () => {
    it('is OpenAPI 3.1, with schemas that are valid and every reference in it', () => {
      expect(description).toMatchObject({ openapi: '3.1.0', info: { title: expect.any(String) as string } });
      const ids = new Set<string>();
      for (const [path, operations] of Object.entries(description.paths)) {
        for (const operation of Object.values(operations)) {
          expect(operation.summary).not.toBe('');
          ids.add(operation.operationId);
          const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
          const described = operation.parameters.filter((one) => one.in === 'path').map(({ name }) => name);
          expect(described).toEqual(inPath);
          const schemas = [
            ...operation.parameters.map(({ schema }) => schema),
            ...Object.values(operation.responses).flatMap(({ content }) => Object.values(content).map((c) => c.schema)),
            operation.requestBody?.content['application/json'].schema ?? {},
          ];
          for (const schema of schemas) {
            const local = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')) as Json;
            expect(() => ajv.compile(local)).not.toThrow();
          }
        }
      }
      const count = Object.values(description.paths).flatMap((operations) => Object.keys(operations)).length;
      expect(ids.size).toBe(count);
    });

    it('has every action, and no field that the action does not know', async () => {
      for (const name of Object.keys(ACTIONS)) {
        const operation = operationOf('POST', name);
        const { properties = {} } = operation?.requestBody?.content['application/json'].schema ?? {};
        expect([name, operation?.summary]).not.toEqual([name, '']);
        const unknown = await call('POST', name, { ...givenAll(properties), zzz: 1 });
        expect([name, unknown.body]).toEqual([
          name,
          { type: 'INVALID_REQUEST', message: 'zzz is not supported by the sandbox.' },
        ]);
      }
    });

    it('was held to what every control does', async () => {
      await call('GET', 'openapi.json');
      const rest = Object.entries(description.paths).flatMap(([path, operations]) =>
        Object.keys(ACTIONS).includes(path.slice('/_sandbox/'.length))
          ? []
          : Object.values(operations).map(({ operationId }) => operationId),
      );
      // The stream has a test of its own.
      expect(rest.filter((operationId) => !called.has(operationId))).toEqual(['getEvents']);
    });
  });

  /** Each field once, so that one that is not known is refused by name before anything is done. */
  function givenAll(properties: Json): Json {
    return Object.fromEntries(Object.keys(properties).map((name) => [name, 'x']));
  }
});
