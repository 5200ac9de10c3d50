import { BillingKeyService, IdentityVerificationService, InMemoryRefundJournal, PaymentService } from 'nestjs-portone';
import { PortOneSandbox, type PortOneSandboxOptions } from 'nestjs-portone/testing';

import { makeClient } from '../../lib/client/portone-client.js';
import { clientSettings } from './client-settings.js';
import type { ClientSettings } from '../../lib/client/client.settings.js';
import type { RefundJournal } from '../../lib/refunds/refund-journal.js';

/** The services of a merchant's server, with a sandbox whose clock stands at noon (in Korea) of 15 January 2026. */
export async function openServices(
  options: PortOneSandboxOptions = {},
  given: Partial<ClientSettings> = {},
  journal: RefundJournal = new InMemoryRefundJournal(),
) {
  const sandbox = await PortOneSandbox.start({ clock: new Date('2026-01-15T03:00:00Z'), seed: 1, ...options });
  const settings = clientSettings({
    baseUrl: sandbox.url,
    apiSecret: sandbox.apiSecret,
    storeId: sandbox.storeId,
    now: () => sandbox.clock.now(),
    timeoutMs: 5_000,
    ...given,
  });
  const client = makeClient(settings);
  return {
    sandbox,
    settings,
    client,
    journal,
    payments: new PaymentService(client, settings, { account: '', refundJournal: journal }),
    billingKeys: new BillingKeyService(client, settings),
    identities: new IdentityVerificationService(client, settings),
    close: async () => {
      await client.close();
      await sandbox.stop();
    },
  };
}

export type Services = Awaited<ReturnType<typeof openServices>>;
