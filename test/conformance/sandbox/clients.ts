import type { PortOneClient as SdkClient } from '@portone/server-sdk';
import * as esm from '@portone/server-sdk';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { createPortOneClient } from 'nestjs-portone';
import type { PortOneSandbox } from 'nestjs-portone/testing';
import { buildRequest } from '../../../lib/client/build-request.js';
import type { OperationOptions } from '../../../lib/client/operation.js';
import { OPERATIONS } from '../../../lib/client/operations.generated.js';

const require = createRequire(import.meta.url);
const run = promisify(execFile);

/** Calls operations by the SDK's names, in the SDK's shape. */
export type Client = Pick<SdkClient, 'auth' | 'payment' | 'identityVerification' | 'pgSpecific'>;

type MakeClient = (sandbox: PortOneSandbox) => { client: Client; close?: () => Promise<void> };

/** Everything that can speak to PortOne. */
export const CLIENTS: readonly (readonly [string, MakeClient])[] = [
  ['the official SDK (ESM)', (sandbox) => ({ client: esm.PortOneClient(sdkInit(sandbox)) })],
  [
    'the official SDK (CommonJS)',
    (sandbox) => {
      const cjs = require('@portone/server-sdk') as typeof esm;
      return { client: cjs.PortOneClient(sdkInit(sandbox)) };
    },
  ],
  [
    'our client',
    ({ apiSecret, url }) => {
      const client = createPortOneClient({ apiSecret, baseUrl: url });
      return { client, close: () => client.close() };
    },
  ],
  ['curl', (sandbox) => ({ client: curlClient(sandbox) })],
];

function sdkInit({ apiSecret, url }: PortOneSandbox) {
  return { secret: apiSecret, baseUrl: url };
}

/** The SDK's shape, each function a process. */
function curlClient({ apiSecret, url }: PortOneSandbox): Client {
  const client: Record<string, object> = {};
  for (const operation of OPERATIONS) {
    const names = operation.name.split('.');
    const last = names.pop() ?? '';
    const area = names.reduce<Record<string, unknown>>(
      (at, name) => (at[name] ??= {}) as Record<string, unknown>,
      client,
    );
    area[last] = async (options?: OperationOptions) => {
      const { method, path, body } = buildRequest(operation, options, undefined);
      const { stdout } = await run('curl', [
        ...['-sS', '--fail-with-body', '-X', method, '-H', `Authorization: PortOne ${apiSecret}`],
        ...(body === undefined ? [] : ['-H', 'Content-Type: application/json', '-d', body]),
        `${url}${path}`,
      ]);
      return JSON.parse(stdout) as unknown;
    };
  }
  return client as unknown as Client;
}
