import { inspect } from 'node:util';

import { makeClient, type ClosablePortOneClient } from '../../../lib/client/portone-client.js';
import { PortOneConnectionError } from '../../../lib/errors/portone-connection.error.js';
import { clientSettings } from '../../support/client-settings.js';
import { ManualClock } from '../../support/manual-clock.js';
import {
  html502,
  MisbehavingServer,
  typedError,
  type Behaviour,
  type Exchange,
} from '../../support/misbehaving-server.js';

const MINUTE = 60_000;

let server: MisbehavingServer;
let client: ClosablePortOneClient;
let clock: ManualClock;
let logins: number;

const jwt = (claims: object) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s${logins}`;
/** A login that makes a token which lives half an hour, by a clock that is wrong by years. */
const login: Behaviour = (exchange) => {
  logins++;
  exchange.answer(
    200,
    JSON.stringify({ accessToken: jwt({ iat: 1_000, exp: 1_000 + 1_800 }), refreshToken: `r${logins}` }),
  );
};

const paths = () => server.exchanges.map(({ request }) => request.url);
const authorization = ({ request }: Exchange) => request.headers.authorization;
const read = (call = {}) => client.payment.getPayment({ paymentId: 'p' }, call);
const failure = (work: Promise<unknown>) =>
  work.then(
    () => Promise.reject(new Error('expected a failure')),
    (e: Error) => e,
  );

beforeEach(async () => {
  logins = 0;
  clock = new ManualClock();
  server = await MisbehavingServer.start();
  client = makeClient(clientSettings({ baseUrl: server.url, auth: 'access-token' }), { clock });
});

afterEach(async () => {
  await client.close();
  await server.stop();
});

it('logs in once, however many calls wait for it', async () => {
  server.willDo(login);
  await Promise.all(Array.from({ length: 20 }, () => read()));
  expect(logins).toBe(1);
  expect(paths().filter((path) => path === '/login/api-secret')).toHaveLength(1);
  expect(authorization(server.exchanges[0]!)).toBe('PortOne a-very-secret-api-secret');
  expect(server.exchanges[0]!.body).toBe('{"apiSecret":"a-very-secret-api-secret"}');
  for (const exchange of server.exchanges.slice(1))
    expect(authorization(exchange)).toBe(`Bearer ${jwt({ iat: 1_000, exp: 2_800 })}`);
});

it('renews before the end, and logs in anew when that is refused', async () => {
  server.willDo(login);
  await read();
  clock.advance(28 * MINUTE);
  await read();
  expect(paths().slice(2)).toEqual(['/payments/p']);
  clock.advance(MINUTE + 1);
  server.willDo(login);
  await read();
  expect(paths().slice(3)).toEqual(['/token/refresh', '/payments/p']);
  expect(server.exchanges[3]!.body).toBe('{"refreshToken":"r1"}');
  clock.advance(30 * MINUTE);
  server.willDo(typedError(401, 'UNAUTHORIZED'), login);
  await read();
  expect(paths().slice(5)).toEqual(['/token/refresh', '/login/api-secret', '/payments/p']);
});

it('logs in once more after a 401, and only once', async () => {
  server.willDo(login, typedError(401, 'UNAUTHORIZED'), login);
  expect(await read()).toEqual({ id: 'read' });
  server.willDo(typedError(401, 'UNAUTHORIZED'), login, typedError(401, 'UNAUTHORIZED'));
  expect(await failure(read())).toMatchObject({
    name: 'GetPaymentError',
    status: 401,
    operation: 'payment.getPayment',
  });
  expect(logins).toBe(3);
});

it('keeps the key over the new login', async () => {
  server.willDo(login, typedError(401, 'UNAUTHORIZED'), login);
  await client.payment.cancelPayment({ paymentId: 'p', reason: 'r' }, { retry: false });
  const [first, second] = server.exchanges.filter(({ request }) => request.url === '/payments/p/cancel');
  expect(first!.key).toBe(second!.key);
});

it('fails every waiting call with a login that failed, each as its own, and tries anew with the next', async () => {
  server.willDo(typedError(401, 'UNAUTHORIZED'));
  const cancel = client.payment.cancelPayment(
    { paymentId: 'p', reason: 'r' },
    { idempotencyKey: 'the-key-of-the-order' },
  );
  const [one, two] = await Promise.all([failure(read()), failure(cancel)]);
  expect(one).toMatchObject({ name: 'GetPaymentError', status: 401, data: { type: 'UNAUTHORIZED' } });
  expect(two).toMatchObject({ name: 'CancelPaymentError', status: 401, idempotencyKey: 'the-key-of-the-order' });

  server.willDo(html502, html502, html502);
  const lost = await failure(client.payment.cancelPayment({ paymentId: 'p', reason: 'r' }));
  expect(lost).toBeInstanceOf(PortOneConnectionError);
  expect(lost).toMatchObject({ operation: 'payment.cancelPayment', outcome: 'not-sent', attempts: 0 });

  server.willDo(login);
  expect(await read()).toEqual({ id: 'read' });
});

it('goes on with the login when one of those who wait aborts', async () => {
  let answer = () => {};
  server.willDo((exchange) => (answer = () => login(exchange)));
  const controller = new AbortController();
  const aborted = failure(read({ signal: controller.signal }));
  const other = read();
  await server.arrived(1);
  controller.abort();
  expect(await aborted).toMatchObject({ name: 'AbortError', outcome: 'not-sent', attempts: 0 });
  answer();
  expect(await other).toEqual({ id: 'read' });
  expect(logins).toBe(1);
});

it('needs no token to get a token', async () => {
  server.willDo(login);
  await client.auth.loginViaApiSecret({ apiSecret: 'another-secret-of-another-one' });
  expect(authorization(server.exchanges[0]!)).toBe('PortOne a-very-secret-api-secret');
  expect(logins).toBe(1);
});

it('shows no token in the error of a login that was answered wrongly', async () => {
  server.willDo((exchange) => exchange.answer(200, '{"accessToken":"a-token-that-is-cut'));
  const error = await failure(read());
  expect(error).toMatchObject({ name: 'PortOneConnectionError', outcome: 'not-sent' });
  expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/a-token|a-very-secret/);
});

it('shows nothing of a token that was renewed while its call was under way', async () => {
  let echo = () => {};
  server.willDo(login, (exchange) => {
    echo = () => exchange.answer(400, `got ${authorization(exchange)!}`, { 'content-type': 'text/html' });
  });
  const early = failure(read({ timeoutMs: 40 * MINUTE }));
  await server.arrived(2);
  const token = authorization(server.exchanges[1]!)!.slice('Bearer '.length);
  clock.advance(30 * MINUTE);
  server.willDo(login);
  await read();
  echo();
  const error = await early;
  expect(error).toMatchObject({ name: 'PortOneUnexpectedResponseError', body: 'got Bearer [secret]' });
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(token);
});
