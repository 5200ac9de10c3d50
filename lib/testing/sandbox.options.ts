import { isHttpUrl } from './http/input.js';
import { signWebhook } from './sign-webhook.js';
import type { SandboxChannel, SandboxChannelGroup } from './state/channels.js';
import type { SandboxUndocumented } from './faults/undocumented.js';
import type { SandboxWebhookTarget } from './webhooks/webhook.js';

/** What `PortOneSandbox.start` takes; nothing is required. */
export interface PortOneSandboxOptions {
  /** On 127.0.0.1. @default 0, any that is free: read `sandbox.url` */
  port?: number;
  /** The API accepts this one, and those of stores added later. @default 'sandbox-api-secret' */
  apiSecret?: string;
  /** A request for a store that the API secret has not is `FORBIDDEN`. @default 'store-sandbox' */
  storeId?: string;
  /** Absent: no webhooks are sent, until `sandbox.webhook` is set. */
  webhook?: SandboxWebhookTarget;
  /** The same seed and the same calls give the same ids and the same times between re-sends. @default a random one */
  seed?: string | number;
  /**
   * `'manual'`: stands still, from now on, until `clock.advance`. A Date: the same, from that instant. The header
   * `webhook-timestamp` stays in real time all the same: a receiver compares it with its own clock.
   * @default 'real'
   */
  clock?: 'real' | 'manual' | Date;
  /** The channels of every store; requests for others are `CHANNEL_NOT_FOUND`. @default one for every key */
  channels?: readonly SandboxChannel[];
  /** The channel groups of every store. @default one for every id, unless `channels` are given */
  channelGroups?: readonly SandboxChannelGroup[];
  /**
   * How it behaves where PortOne's documentation is silent; `'seeded'`: every switch is drawn from the seed, so that a
   * suite that runs with many seeds meets them all.
   * @default see {@link SandboxUndocumented}
   */
  undocumented?: Partial<SandboxUndocumented> | 'seeded';
}

/** What `sandbox.addStore` takes. */
export interface SandboxStoreOptions {
  storeId: string;
  /** @default the sandbox's own: another store of the same merchant */
  apiSecret?: string;
  webhook?: SandboxWebhookTarget;
}

const NAMES: readonly string[] = [
  'port',
  'apiSecret',
  'storeId',
  'webhook',
  'seed',
  'clock',
  'channels',
  'channelGroups',
  'undocumented',
];

/** @throws TypeError that names the option; no secret is part of the message */
export function checkOptions(options: PortOneSandboxOptions): void {
  refuseOthers(options, NAMES);
  const { port, seed, clock } = options;
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) throw wrong('port', 'a port');
  if (seed !== undefined && typeof seed !== 'string' && !Number.isFinite(seed)) throw wrong('seed', 'text or a number');
  if (clock !== undefined && clock !== 'real' && clock !== 'manual' && Number.isNaN(Number(clock))) {
    throw wrong('clock', "'real', 'manual' or a valid Date");
  }
  checkStore(options);
}

/** @throws TypeError that names the option */
export function checkStoreOptions(options: SandboxStoreOptions): void {
  refuseOthers(options, ['storeId', 'apiSecret', 'webhook']);
  // From JavaScript it may be absent.
  checkStore({ ...options, storeId: options.storeId ?? '' });
}

function checkStore({ storeId, apiSecret, webhook }: Partial<SandboxStoreOptions>): void {
  if (apiSecret !== undefined && !/^[\x21-\x7e]+$/.test(apiSecret)) throw wrong('apiSecret', 'printable ASCII');
  if (storeId !== undefined && !(typeof storeId === 'string' && storeId !== '')) throw wrong('storeId', 'a string');
  if (webhook !== undefined) checkTarget(webhook);
}

function refuseOthers(options: object, names: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) throw wrong(name, `one of ${names.join(', ')}`);
  }
}

/** @throws TypeError */
export function checkTarget({ url, secret }: SandboxWebhookTarget): void {
  if (url !== undefined && !isHttpUrl(url)) throw wrong('webhook.url', 'an http(s) URL');
  signWebhook({ secret, body: '' });
}

function wrong(name: string, expected: string): TypeError {
  return new TypeError(`PortOneSandbox: ${name} must be ${expected}.`);
}
