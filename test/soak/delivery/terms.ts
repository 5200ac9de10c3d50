import type { Breakage } from './breakage.js';

/** What keeps the deliveries: see `shop-process.ts`. */
export const INBOXES = ['postgres', 'redis', 'queue'] as const;
export type InboxKind = (typeof INBOXES)[number];

/** Far below the defaults, so that all of it happens often in a short time. */
export const LEASE_MS = 500;
/** Then PortOne is told 503, and the handlers go on. */
export const HANDLER_TIMEOUT_MS = 300;
/** Then they are told to end. */
export const BACKGROUND_TIMEOUT_MS = 1_500;
/** Nothing is given up here: how often something fails is chance. */
export const MAX_ATTEMPTS = 1_000;

export const SECRET = 'whsec_' + Buffer.from('a secret of thirty-two bytes....').toString('base64');

/** The handlers of each type of event: one that is given both, and either of them alone. */
export const HANDLERS = {
  'Transaction.Paid': ['shop', 'ledger'],
  'Transaction.Failed': ['shop'],
  'Transaction.Cancelled': ['ledger'],
} as const;
export type EventType = keyof typeof HANDLERS;
export type HandlerId = 'shop' | 'ledger';

/** Whether a handler writes in the inbox's transaction. Redis has none. */
export function isTransactional(inbox: InboxKind, handler: string): boolean {
  return handler === 'ledger' && inbox !== 'redis';
}

/** What a process of the shop is started with. */
export interface ProcessTerms {
  readonly inbox: InboxKind;
  /** `all`: takes deliveries and handles them. With a queue that is divided. */
  readonly role: 'all' | 'web' | 'worker';
  readonly seed: string;
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  /** The file that it writes down what happens in. */
  readonly journal: string;
  readonly breakage: Breakage | undefined;
}

/** Milliseconds of the machine's monotonic clock, the same for all its processes. */
export function machineNow(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
