import { Api } from '../../../lib/testing/http/api.js';
import { HttpServer } from '../../../lib/testing/http/http-server.js';
import { Merchants } from '../../../lib/testing/http/merchants.js';
import { route, type Route } from '../../../lib/testing/routes/route.js';
import { Changes } from '../../../lib/testing/state/changes.js';
import { Sequence } from '../../../lib/testing/state/sequence.js';
import { Channels } from '../../../lib/testing/state/channels.js';
import { Clock } from '../../../lib/testing/time/clock.js';
import type { Desk, World } from '../../../lib/testing/state/desk.js';
import { DOCUMENTED_GUESS } from '../../../lib/testing/faults/undocumented.js';

describe('Api, with operations that take their time or fail', () => {
  let server: HttpServer;
  let desk: Desk;
  let url: string;
  let executions: number;
  let begun: Promise<void>;
  let finish: (answer: unknown) => void;

  beforeEach(async () => {
    executions = 0;
    let begin = () => {};
    begun = new Promise((resolve) => (begin = resolve));
    const slow: Route = {
      operation: 'payment.cancelPayment',
      run: () => {
        executions += 1;
        begin();
        return new Promise((resolve) => (finish = resolve));
      },
    };
    const broken: Route = {
      operation: 'payment.getPayment',
      run: () => {
        throw new RangeError('a bug');
      },
    };
    const world: World = {
      seed: 1,
      clock: new Clock(undefined, () => Promise.resolve()),
      changes: new Changes(),
      sequence: new Sequence(),
      channels: new Channels(undefined, []),
      undocumented: DOCUMENTED_GUESS,
    };
    const merchants = new Merchants(world, 'secret', 'store-1');
    desk = merchants.all[0].desks[0];
    const api = new Api(merchants, [slow, broken]);
    server = new HttpServer([{ takes: () => true, handle: (...exchange) => api.handle(...exchange) }]);
    url = await server.listen(0);
  });
  afterEach(() => server.close());

  const headers = { authorization: 'PortOne secret', 'idempotency-key': '"0123456789abcdef"' };
  const cancel = (signal: AbortSignal | null = null) =>
    fetch(`${url}/payments/a/cancel`, { method: 'POST', headers, body: '{}', signal });

  it('says of a key whose request is still at work that it is outstanding', async () => {
    const first = cancel();
    await begun;
    const second = await cancel();
    expect(second.status).toBe(409);
    expect(await second.json()).toMatchObject({ type: 'IDEMPOTENCY_OUTSTANDING_REQUEST' });
    finish({ done: true });
    expect(await (await first).json()).toEqual({ done: true });
    expect(await (await cancel()).json()).toEqual({ done: true });
    expect(executions).toBe(1);
    expect(desk.ledger.requests.map(({ status, replayed }) => [status, replayed])).toEqual([
      [409, false],
      [200, false],
      [200, true],
    ]);
  });

  it('finishes the work of a client that hung up, and its key fetches the answer', async () => {
    const abort = new AbortController();
    const first = cancel(abort.signal);
    await begun;
    abort.abort();
    await expect(first).rejects.toThrow();
    finish({ done: true });
    expect(await (await cancel()).json()).toEqual({ done: true });
    expect(executions).toBe(1);
  });

  it('does not dress up a defect of its own as an answer of PortOne', async () => {
    const response = await fetch(`${url}/payments/a`, { headers });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ type: 'SANDBOX_DEFECT', message: 'RangeError: a bug' });
  });
});

it("holds an operation's answer to the SDK's type", () => {
  // @ts-expect-error a deleted key has the time of its deletion
  route('payment.billingKey.deleteBillingKey', () => ({}));
  // @ts-expect-error there is no such operation, so nothing can be answered to it
  route('payment.rob', () => ({}));
  expect(route('payment.preRegisterPayment', () => ({})).operation).toBe('payment.preRegisterPayment');
});
