import { isHttpUrl } from '../testing/http/input.js';
import { signWebhook } from '../testing/sign-webhook.js';
import { withoutCredentials } from '../testing/webhooks/without-credentials.js';
import { parse, secretsOf, withFlags } from './options.js';
import { print, printError } from './output.js';
import { isKnownType, SAMPLE_DATA } from './sample-events.js';
import { UsageError } from './usage.js';

/** As long as PortOne waits. */
const NO_ANSWER_MS = 30_000;

/** `nestjs-portone webhook <type>`: signs and sends one event. */
export async function webhookCommand(args: string[]): Promise<number> {
  const { values, positionals } = parse({
    args,
    allowPositionals: true,
    options: { url: { type: 'string' }, secret: { type: 'string' }, data: { type: 'string', default: '{}' } },
  });
  const [type, ...others] = positionals;
  if (type === undefined) throw new UsageError('Give the type of the event, such as Transaction.Paid.');
  if (others.length > 0) throw new UsageError(`Give one type: ${others.join(' ')} is too much.`);
  const { url } = values;
  if (!isHttpUrl(url)) throw new UsageError('--url must be an http(s) URL.');
  const given = values.secret ?? process.env['PORTONE_WEBHOOK_SECRET'] ?? '';
  const secret = secretsOf(given);
  if (secret.length === 0) throw new UsageError('Give --secret, or set PORTONE_WEBHOOK_SECRET.');
  const data = { ...(isKnownType(type) && SAMPLE_DATA[type]), ...dataOf(values.data) };
  if (!isKnownType(type)) printError(`${type} is no type that PortOne documents; sent all the same.\n`);

  const event = { type, timestamp: new Date().toISOString(), data };
  const signed = await withFlags({ secret: values.secret === undefined ? 'PORTONE_WEBHOOK_SECRET' : '--secret' }, () =>
    signWebhook({ secret, body: JSON.stringify(event) }),
  );
  return send(url, signed);
}

function dataOf(text: string): object {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new UsageError('--data must be JSON.');
  }
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data;
  throw new UsageError('--data must be a JSON object.');
}

async function send(
  url: string,
  { headers, body }: { headers: Record<string, string>; body: string },
): Promise<number> {
  try {
    // PortOne takes a redirect for a failure, too.
    const signal = AbortSignal.timeout(NO_ANSWER_MS);
    const { target, authorization } = targetOf(url);
    const headersToSend = { ...headers, ...authorization };
    const response = await fetch(target, { method: 'POST', headers: headersToSend, body, redirect: 'manual', signal });
    const answer = await response.text();
    print(`${response.status} ${response.statusText}`.trimEnd() + `\n${answer}${answer.endsWith('\n') ? '' : '\n'}`);
    return response.ok ? 0 : 1;
  } catch (error) {
    throw new Error(`No answer from ${withoutCredentials(url)}: ${reasonOf(error)}`, { cause: error });
  }
}

/** `fetch` takes no URL with a user and password, and shows them in saying so. */
function targetOf(url: string): { target: URL; authorization: Record<string, string> } {
  const target = new URL(url);
  const user = [target.username, target.password].map(decodeURIComponent).join(':');
  [target.username, target.password] = ['', ''];
  return {
    target,
    authorization: user === ':' ? {} : { authorization: `Basic ${Buffer.from(user).toString('base64')}` },
  };
}

/** `fetch` says no more than "fetch failed"; why stands in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `nothing for ${NO_ANSWER_MS / 1000} s`;
  const { cause } = error as { cause?: NodeJS.ErrnoException };
  return cause?.code ?? cause?.message ?? error.message;
}
