import { randomBytes } from 'node:crypto';

import { Logger } from '@nestjs/common';
import { PortOneSandbox } from 'nestjs-portone/testing';

/**
 * Without an account: a PortOne in this process. Sets the variables that the application would have from its
 * environment, so that nothing else in it knows the difference.
 */
export async function startSandbox(shopUrl: string, port: number): Promise<PortOneSandbox> {
  const apiSecret = 'sandbox-api-secret';
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const sandbox = await PortOneSandbox.start({
    port,
    apiSecret,
    webhook: { url: `${shopUrl}/webhook/portone`, secret },
  });
  process.env['PORTONE_API_SECRET'] = apiSecret;
  process.env['PORTONE_STORE_ID'] = sandbox.storeId;
  process.env['PORTONE_BASE_URL'] = sandbox.url;
  process.env['PORTONE_WEBHOOK_SECRET'] = secret;
  process.env['PORTONE_ENV'] = 'sandbox';
  new Logger('Sample').log(
    `PORTONE_API_SECRET is not set: using a sandbox in this process at ${sandbox.url}. No money moves. ` +
      `Be the buyer at ${sandbox.url}/_sandbox, or with POST ${sandbox.url}/_sandbox/buyer/pay.`,
  );
  return sandbox;
}
