import { makeClient, type ClosablePortOneClient } from './client/portone-client.js';
import type { PortOneClientOptions } from './portone.options.js';
import { resolveSettings } from './portone.settings.js';

/**
 * A client without Nest: for scripts, and for merchants that are known only at run time.
 *
 * @param options as the module's, without the webhook's
 * @throws {PortOneOptionsError} with every mistake at once
 *
 * @example
 * const client = createPortOneClient({ apiSecret });
 * try { await client.payment.getPayment({ paymentId }); } finally { await client.close(); }
 */
export function createPortOneClient(options: PortOneClientOptions): ClosablePortOneClient {
  return makeClient(resolveSettings(options, 'createPortOneClient'));
}
