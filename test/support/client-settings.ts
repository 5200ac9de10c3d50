import type { ClientSettings } from '../../lib/client/client.settings.js';

/** Settings as `resolveSettings` makes them, with no wait between attempts. */
export function clientSettings(given: Partial<ClientSettings> & Pick<ClientSettings, 'baseUrl'>): ClientSettings {
  return {
    apiSecret: 'a-very-secret-api-secret',
    storeId: undefined,
    environment: 'sandbox',
    timeoutMs: 60_000,
    auth: 'api-secret',
    retry: { maxAttempts: 3, baseDelayMs: 0, maxDelayMs: 0 },
    maxConnections: 64,
    dispatcher: undefined,
    now: () => new Date(),
    ...given,
  };
}
