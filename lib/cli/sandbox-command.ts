import { createHash } from 'node:crypto';
import { PortOneSandbox } from '../testing/index.js';
import { withoutCredentials } from '../testing/webhooks/without-credentials.js';
import { parse, secretsOf, withFlags } from './options.js';
import { print, printLine } from './output.js';
import { logWith } from './sandbox-log.js';
import { untilStopped } from './until-stopped.js';
import { DEFAULT_PORT } from './usage.js';

const FLAGS = {
  port: '--port',
  apiSecret: '--api-secret',
  storeId: '--store-id',
  'webhook.url': '--webhook-url',
  secret: '--webhook-secret',
  clock: '--clock',
};

/** `nestjs-portone sandbox`: a PortOne with a log, until it is interrupted. */
export async function sandboxCommand(args: string[]): Promise<number> {
  const { values } = parse({
    args,
    options: {
      port: { type: 'string', default: String(DEFAULT_PORT) },
      'api-secret': { type: 'string', default: 'sandbox-api-secret' },
      'store-id': { type: 'string', default: 'store-sandbox' },
      'webhook-url': { type: 'string' },
      'webhook-secret': { type: 'string' },
      clock: { type: 'string', default: 'real' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const port = /^\d+$/.test(values.port) ? Number(values.port) : NaN;
  const { 'api-secret': apiSecret, 'store-id': storeId, 'webhook-url': webhookUrl, seed, json } = values;
  const clock = values.clock === 'real' || values.clock === 'manual' ? values.clock : new Date(values.clock);
  const secrets = secretsOf(values['webhook-secret'] ?? secretFor(apiSecret));
  const stopped = untilStopped(process, () => process.exit(130));
  const sandbox = await withFlags(FLAGS, () => {
    const webhook = { ...(webhookUrl !== undefined && { url: webhookUrl }), secret: secrets };
    return start({ port, apiSecret, storeId, clock, ...(seed !== undefined && { seed }), webhook });
  });
  const variables = {
    PORTONE_API_SECRET: apiSecret,
    PORTONE_STORE_ID: storeId,
    PORTONE_BASE_URL: sandbox.url,
    PORTONE_WEBHOOK_SECRET: secrets.join(','),
    PORTONE_ENV: 'sandbox',
  };
  const pages = { dashboard: `${sandbox.url}/_sandbox`, browserSdk: `${sandbox.url}/v2/browser-sdk.js` };
  const shownUrl = webhookUrl === undefined ? undefined : withoutCredentials(webhookUrl);
  if (json) printLine(JSON.stringify({ event: 'started', variables, ...pages, webhookUrl: shownUrl }));
  else print(greeting(variables, pages, shownUrl));
  sandbox.onChange(logWith(json));
  await stopped;
  await sandbox.stop();
  return 0;
}

/** The same at each start, so that what was pasted yesterday still holds. */
function secretFor(apiSecret: string): string {
  return `whsec_${createHash('sha256').update(`nestjs-portone sandbox ${apiSecret}`).digest('base64')}`;
}

async function start(options: Parameters<typeof PortOneSandbox.start>[0] & { port: number }): Promise<PortOneSandbox> {
  try {
    return await PortOneSandbox.start(options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`Port ${options.port} is in use: give another with --port, or --port 0 for any that is free.`, {
      cause: error,
    });
  }
}

function greeting(
  variables: Readonly<Record<string, string>>,
  { dashboard, browserSdk }: { dashboard: string; browserSdk: string },
  webhookUrl: string | undefined,
): string {
  return `A PortOne sandbox, until Ctrl-C. For your application's environment:

${Object.entries(variables)
  .map(([name, value]) => `${name}=${value}`)
  .join('\n')}

Dashboard    ${dashboard}
Browser SDK  ${browserSdk}
Webhooks     ${webhookUrl ?? 'only to noticeUrls; --webhook-url says where else'}

`;
}
