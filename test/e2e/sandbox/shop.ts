import { PortOneClient } from '@portone/server-sdk';
import { PortOneSandbox, type PortOneSandboxOptions } from 'nestjs-portone/testing';
import { Receiver, SECRET } from './receiver.js';

/** A merchant's server: the official SDK on one side, an endpoint for webhooks on the other. */
export interface Shop {
  readonly sandbox: PortOneSandbox;
  readonly client: PortOneClient;
  readonly receiver: Receiver;
  /** Fails for a webhook that was not signed well. */
  close(): Promise<void>;
}

/** Opens one, with a sandbox whose clock stands at noon of a New Year's Day. */
export async function openShop(options: PortOneSandboxOptions = {}): Promise<Shop> {
  const receiver = new Receiver();
  await receiver.listen();
  const webhook = { url: receiver.url, secret: SECRET };
  const sandbox = await PortOneSandbox.start({ clock: new Date('2026-01-01T12:00:00Z'), seed: 1, webhook, ...options });
  return {
    sandbox,
    client: PortOneClient({ secret: sandbox.apiSecret, baseUrl: sandbox.url, storeId: sandbox.storeId }),
    receiver,
    close: async () => {
      await sandbox.stop();
      await receiver.close();
      expect(receiver.failures).toEqual([]);
    },
  };
}

export const CREDENTIAL = { number: '4111111111111111', expiryYear: '30', expiryMonth: '12' };
export const DECLINED = { ...CREDENTIAL, number: '4111111111111112' };

/** For `rejects`: PortOne's error of this type. */
export const refusal = (type: string, more: object = {}): unknown =>
  expect.objectContaining({ data: expect.objectContaining({ type, ...more }) as unknown });
