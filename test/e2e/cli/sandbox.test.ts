import { PaymentClient } from '@portone/server-sdk';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Receiver, SECRET } from '../sandbox/receiver.js';
import { Command, type CommandRun } from './command.js';

const KEY = 'a-key-of-the-tests';

describe('nestjs-portone sandbox', () => {
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
    await command.clear();
    await receiver.close();
    expect(receiver.failures).toEqual([]);
  });

  const start = (...args: string[]) => command.start(['sandbox', '--port', '0', ...args]);
  const pay = (url: string | undefined, paymentId: string) =>
    fetch(`${url}/_sandbox/buyer/pay`, { method: 'POST', body: JSON.stringify({ paymentId }) });
  const cancel = (variables: Record<string, string>, paymentId: string, headers: Record<string, string> = {}) =>
    fetch(`${variables.PORTONE_BASE_URL}/payments/${paymentId}/cancel`, {
      method: 'POST',
      headers: { authorization: `PortOne ${variables.PORTONE_API_SECRET}`, ...headers },
      body: '{"reason":"x"}',
    });

  it('prints variables that work, and logs each call and each webhook in one line', async () => {
    const sandbox = start('--webhook-url', receiver.url, '--webhook-secret', SECRET);
    const variables = await sandbox.variables();
    expect(variables).toEqual({
      PORTONE_API_SECRET: 'sandbox-api-secret',
      PORTONE_STORE_ID: 'store-sandbox',
      PORTONE_BASE_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      PORTONE_WEBHOOK_SECRET: SECRET,
      PORTONE_ENV: 'sandbox',
    });
    const { PORTONE_BASE_URL: url = '', PORTONE_API_SECRET: secret = '', PORTONE_STORE_ID: storeId = '' } = variables;
    expect(sandbox.lines).toContain(`Dashboard    ${url}/_sandbox`);
    expect(sandbox.lines).toContain(`Browser SDK  ${url}/v2/browser-sdk.js`);
    expect(sandbox.lines).toContain(`Webhooks     ${receiver.url}`);

    const client = PaymentClient({ secret, baseUrl: url, storeId });
    receiver.answer = ({ event }, response) => response.writeHead(event.type === 'Transaction.Paid' ? 503 : 200).end();
    expect((await pay(url, 'order-1')).status).toBe(200);
    await sandbox.line(/^[\d:.]{12} webhook Transaction\.Ready order-1 to http:\S+, attempt 1: 200$/);
    await sandbox.line(/^[\d:.]{12} webhook Transaction\.Paid order-1 to http:\S+, attempt 1: 503$/);
    expect(await client.getPayment({ paymentId: 'order-1' })).toMatchObject({ status: 'PAID' });
    await sandbox.line(/^[\d:.]{12} GET \/payments\/order-1 payment\.getPayment 200 \d+ ms$/);
    const headers = { 'idempotency-key': `"${KEY}"` };
    await cancel(variables, 'order-1', headers);
    await sandbox.line(/ POST \/payments\/order-1\/cancel payment\.cancelPayment 200 \d+ ms key a-key-of-the-tests$/);
    await cancel(variables, 'order-1', headers);
    await sandbox.line(/ payment\.cancelPayment 200 \d+ ms key a-key-of-the-tests \(replayed\)$/);
    await fetch(`${url}/_sandbox/faults`, { method: 'POST', body: '{"fault":"reset-before","count":1}' });
    await expect(client.getPayment({ paymentId: 'order-1' })).rejects.toThrow();
    await sandbox.line(/ payment\.getPayment no answer \d+ ms \(fault reset-before\)$/);

    const { stdout } = await sandbox.stop();
    expect(stdout.split(secret)).toHaveLength(2);
    expect(stdout.split(SECRET)).toHaveLength(2);
    expect(sandbox.lines.filter((line) => / (GET|POST) /.test(line))).toHaveLength(4);
  });

  it.each([[[]], [['--json']]])('shows no password of a webhook URL, with %j', async (args) => {
    const url = new URL(receiver.url);
    [url.username, url.password] = ['shop', 'p%40ss'];
    const sandbox = start('--webhook-url', url.href, '--webhook-secret', SECRET, ...args);
    await sandbox.line(/Webhooks|started/);
    const [, base] = /(http:\/\/127\.0\.0\.1:\d+)\/_sandbox/.exec(sandbox.lines.join())!;
    expect((await pay(base, 'order-1')).status).toBe(200);
    await sandbox.line(/Transaction\.Paid.*200/);
    const state = await fetch(`${base}/_sandbox/state`).then((answer) => answer.text());
    const { stdout } = await sandbox.stop();
    expect(receiver.received[0]?.headers.authorization).toBe(`Basic ${btoa('shop:p@ss')}`);
    for (const text of [stdout, state]) {
      expect(text).toContain(`http://…@${url.host}`);
      expect(text).not.toContain('p%40ss');
    }
  });

  it('prints objects with --json, the variables first', async () => {
    const sandbox = start('--json', '--webhook-url', receiver.url, '--api-secret', 'mine', '--store-id', 'store-mine');
    const started = JSON.parse(await sandbox.line(/./)) as { variables: Record<string, string> };
    const { variables } = started;
    const url = variables.PORTONE_BASE_URL;
    expect(started).toEqual({
      event: 'started',
      variables: {
        PORTONE_API_SECRET: 'mine',
        PORTONE_STORE_ID: 'store-mine',
        PORTONE_BASE_URL: url,
        PORTONE_WEBHOOK_SECRET: expect.stringMatching(/^whsec_/) as string,
        PORTONE_ENV: 'sandbox',
      },
      dashboard: `${url}/_sandbox`,
      browserSdk: `${url}/v2/browser-sdk.js`,
      webhookUrl: receiver.url,
    });
    await pay(url, 'order-1');
    await cancel(variables, 'order-1', { 'idempotency-key': `"${KEY}"` });
    await sandbox.line(/"event":"request".*cancelPayment/);
    await sandbox.line(/"event":"delivery".*Transaction\.Paid/);
    const { stdout, stderr } = await sandbox.stop();
    expect(stderr).toBe('');
    const [, ...entries] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const at = expect.any(String) as string;
    expect(entries.filter(({ event }) => event === 'request')).toEqual([
      {
        event: 'request',
        at,
        method: 'POST',
        path: '/payments/order-1/cancel',
        operation: 'payment.cancelPayment',
        idempotencyKey: KEY,
        storeId: 'store-mine',
        status: 200,
        durationMs: expect.any(Number) as number,
        replayed: false,
      },
    ]);
    expect(entries).toContainEqual(
      expect.objectContaining({ event: 'delivery', type: 'Transaction.Paid', paymentId: 'order-1', attempt: 1 }),
    );
    expect(stdout.split(variables.PORTONE_WEBHOOK_SECRET ?? '')).toHaveLength(2);
    // The receiver has another secret than the one that was made up, which is what it says.
    expect(receiver.failures.splice(0).length).toBeGreaterThan(0);
  });

  it('makes up a webhook secret that is the same at each start, and another for another API secret', async () => {
    const secretOf = async (run: CommandRun) => (await run.variables()).PORTONE_WEBHOOK_SECRET;
    const [first, again, other] = await Promise.all([start(), start(), start('--api-secret', 'other')].map(secretOf));
    expect(first).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly on %s, whatever is under way', async (signal) => {
    const asked = new Promise<void>((resolve) => {
      receiver.answer = () => resolve();
    });
    const sandbox = start('--webhook-url', receiver.url, '--webhook-secret', SECRET);
    const { PORTONE_BASE_URL: url = '' } = await sandbox.variables();
    await pay(url, 'order-1');
    await asked;
    expect(await sandbox.stop(signal)).toMatchObject({ code: 0, signal: null, stderr: '' });
    const server = await listen(Number(new URL(url).port));
    await close(server);
  });

  it('says what to do when the port is taken', async () => {
    const server = await listen(0);
    const { port } = server.address() as AddressInfo;
    expect(await command.run(['sandbox', '--port', String(port)])).toEqual({
      code: 1,
      signal: null,
      stdout: '',
      stderr: `Port ${port} is in use: give another with --port, or --port 0 for any that is free.\n`,
    });
    await close(server);
  });

  it('goes on when nobody reads its log any more', async () => {
    const sandbox = start();
    const { PORTONE_BASE_URL: url = '' } = await sandbox.variables();
    sandbox.process.stdout.destroy();
    for (const paymentId of ['a', 'b', 'c']) {
      expect((await fetch(`${url}/payments/${paymentId}`)).status).toBe(401);
    }
    expect(await sandbox.stop()).toMatchObject({ code: 0, signal: null, stderr: '' });
  });

  it('stands still at the given instant, and repeats a run of the same seed', async () => {
    const transactionOf = async (...args: string[]) => {
      const sandbox = start('--clock', '2026-01-01T00:00:00Z', ...args);
      const { PORTONE_BASE_URL: url } = await sandbox.variables();
      const clock = await fetch(`${url}/_sandbox/clock`);
      expect(await clock.json()).toEqual({ now: '2026-01-01T00:00:00.000Z', mode: 'manual' });
      return ((await (await pay(url, 'order-1')).json()) as { transactionId: string }).transactionId;
    };
    const runs = [transactionOf('--seed', '7'), transactionOf('--seed', '7'), transactionOf()];
    const [first, again, other] = await Promise.all(runs);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('lets no id move the cursor of a terminal', async () => {
    const sandbox = start('--webhook-url', receiver.url, '--webhook-secret', SECRET);
    const { PORTONE_BASE_URL: url } = await sandbox.variables();
    await pay(url, 'a\u001b[2Jb\nc');
    await sandbox.line(/ Transaction\.Paid a\?\[2Jb\?c to /);
  });
});

async function listen(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return server;
}

async function close(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve));
}
