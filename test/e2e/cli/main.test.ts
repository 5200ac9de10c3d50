import { readFileSync } from 'node:fs';
import { Command } from './command.js';

describe('nestjs-portone', () => {
  let command: Command;
  beforeAll(async () => {
    command = await Command.build();
  });
  afterAll(() => command.remove());

  it.each([['--help'], ['sandbox', '--help'], ['webhook', '-h']])('explains itself: %s %s', async (...args) => {
    const { code, stdout, stderr } = await command.run(args);
    expect([code, stderr]).toEqual([0, '']);
    for (const option of [
      'sandbox',
      'webhook',
      '--port',
      '4649',
      '--webhook-url',
      '--data',
      'PORTONE_WEBHOOK_SECRET',
    ]) {
      expect(stdout).toContain(option);
    }
  });

  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await command.run(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
  });

  it.each([
    [[], /^Give a command/],
    [['serve'], /^There is no command serve/],
    [['toString'], /^There is no command toString/],
    [['sandbox', '--prot', '1'], /^Unknown option '--prot'/],
    [['sandbox', 'now'], /^Unexpected argument 'now'/],
    [['sandbox', '--port'], /^Option '--port <value>' argument missing/],
    [['sandbox', '--port', '80x'], /^--port must be a port/],
    [['sandbox', '--port', '65536'], /^--port must be/],
    [['sandbox', '--port', ''], /^--port must be/],
    [['sandbox', '--json=yes'], /^Option '--json' does not take an argument/],
    [['sandbox', '--port', '0', '--api-secret', 'with space'], /^(?!.*with space)--api-secret must be/s],
    [['sandbox', '--port', '0', '--store-id', ''], /^--store-id must be/],
    [['sandbox', '--port', '0', '--webhook-url', 'localhost:3000'], /^--webhook-url must be/],
    [['sandbox', '--port', '0', '--webhook-secret', 'not base 64'], /^(?!.*not base 64)--webhook-secret must be/s],
    [['sandbox', '--port', '0', '--webhook-secret', ','], /^--webhook-secret must be/],
    [['sandbox', '--port', '0', '--clock', 'fast'], /^--clock must be 'real', 'manual' or a valid Date/],
    [['webhook'], /^Give the type/],
    [['webhook', 'Transaction.Paid', 'Transaction.Ready'], /^Give one type: Transaction.Ready/],
    [['webhook', 'Transaction.Paid'], /^--url must be/],
    [['webhook', 'Transaction.Paid', '--url', 'ftp://x'], /^--url must be/],
    [['webhook', 'Transaction.Paid', '--url', 'http://x'], /^Give --secret, or set PORTONE_WEBHOOK_SECRET/],
    [['webhook', 'Transaction.Paid', '--url', 'http://x', '--secret', 'näh!'], /^(?!.*näh!)--secret must be base64/s],
    [['webhook', 'Transaction.Paid', '--url', 'http://x', '--secret', 'aaaa', '--data', '{'], /^--data must be JSON/],
    [['webhook', 'x', '--url', 'http://x', '--secret', 'aaaa', '--data', '[]'], /^--data must be a JSON object/],
  ])('refuses %j, in one line and a hint', async (args, message) => {
    const { code, stdout, stderr } = await command.run(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.split('\n')).toEqual([expect.any(String), 'nestjs-portone --help lists commands and options.', '']);
  });
});
