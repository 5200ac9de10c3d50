import type { ConnectionOptions, QueueOptions, Telemetry } from 'bullmq';

import { PortOneStartError } from '../errors/portone-start.error.js';
import { redriveSettings, type RedriveSettings } from '../webhook/inbox/redrive-policy.js';

/** How an account's deliveries are queued and worked on. */
export interface PortOneQueueOptions {
  /**
   * How Redis is reached: BullMQ's connection options, or a client of `ioredis` (it is duplicated, never used itself).
   * @default that of `BullModule.forRoot`
   */
  connection?: ConnectionOptions | undefined;
  /**
   * What the queue's keys begin with. On Redis Cluster with braces: `'{bull}'`.
   * @default that of `BullModule.forRoot`, else 'bull'
   */
  prefix?: string | undefined;
  /**
   * Whether this process works on jobs. A process that only takes deliveries says `false`.
   * @default true
   */
  worker?: boolean | undefined;
  /**
   * Jobs that this process works on at once.
   * @default 8
   */
  concurrency?: number | undefined;
  /**
   * How often a handler is tried before its job is exhausted. See `PortOneQueueAdmin`.
   * @default 75 (two to three days with the default delays)
   */
  attempts?: number | undefined;
  /**
   * Milliseconds after the first failure; twice as many after each further one, of which a random part, at least half, is
   * waited.
   * @default 10000
   */
  baseDelayMs?: number | undefined;
  /**
   * The longest delay, in milliseconds.
   * @default 3600000 (one hour)
   */
  maxDelayMs?: number | undefined;
  /**
   * Each handler gets the events of one payment (or one billing key) one after the other, in the order of their
   * `timestamp`, then of their arrival. What keeps failing keeps the later events of its payment from that handler until
   * it is done or exhausted.
   * @default false
   */
  ordered?: boolean | undefined;
  /**
   * Milliseconds that a job belongs to the process that took it, unless it is renewed, which happens twice in that time.
   * @default 30000
   */
  lockDurationMs?: number | undefined;
  /**
   * Milliseconds between two looks for jobs whose process is gone.
   * @default 30000
   */
  stalledIntervalMs?: number | undefined;
  /**
   * Milliseconds that a completed job is remembered: so long is a delivery that comes again no work at all. After that the
   * inbox still knows it.
   * @default 2592000000 (30 days)
   */
  completedRetentionMs?: number | undefined;
  /**
   * Deliveries that may wait for Redis' answer at once in this process. More are answered with 503.
   * @default 1000
   */
  maxPending?: number | undefined;
}

/** What Nest must know of a queue before its options are resolved. */
export interface PortOneQueueExtras {
  /**
   * The account whose deliveries are queued.
   * @default the unnamed one
   */
  account?: string | undefined;
  /**
   * The queue's name; a named account's has its name appended, so that two accounts never share one.
   * @default 'portone-webhooks', of a named account 'portone-webhooks-<name>'
   */
  queueName?: string | undefined;
  /**
   * Which of several `BullModule.forRoot('<key>', …)` is meant.
   * @default the one without a key
   */
  configKey?: string | undefined;
  /**
   * `PortOneQueueAdmin` and the queue are injectable in every module.
   * @default true
   */
  isGlobal?: boolean | undefined;
}

/** Validated, with the defaults filled in. */
export interface QueueSettings {
  readonly name: string;
  readonly account: string | undefined;
  readonly connection: ConnectionOptions;
  readonly prefix: string;
  readonly worker: boolean;
  readonly concurrency: number;
  readonly redrive: RedriveSettings;
  readonly ordered: boolean;
  readonly lockDurationMs: number;
  readonly stalledIntervalMs: number;
  readonly completedRetentionMs: number;
  readonly maxPending: number;
  /** BullMQ's own, where `BullModule.forRoot` has it. */
  readonly telemetry: Telemetry | undefined;
}

/** The name of an account's queue. */
export function queueNameOf({ queueName = 'portone-webhooks', account }: PortOneQueueExtras): string {
  if (!/^[\w.-]+$/.test(queueName)) {
    throw new TypeError(
      `PortOneQueueModule: queueName must be letters, digits, ".", "-" and "_", got ${JSON.stringify(queueName)}.`,
    );
  }
  return account === undefined ? queueName : `${queueName}-${account}`;
}

/**
 * @param shared what `BullModule.forRoot` was given, if there is one
 * @throws {TypeError} for a number that does not fit
 * @throws {PortOneStartError} where nothing says how Redis is reached
 */
export function queueSettings(
  options: PortOneQueueOptions,
  extras: PortOneQueueExtras,
  shared: Partial<QueueOptions> | undefined,
): QueueSettings {
  const name = queueNameOf(extras);
  const subject = `PortOneQueueModule "${name}"`;
  const connection = options.connection ?? shared?.connection;
  if (connection === undefined) {
    throw new PortOneStartError(
      `${subject}: nothing says how Redis is reached. Give connection: { host, port }, or import BullModule.forRoot({ connection }).`,
    );
  }
  const { attempts, baseDelayMs, maxDelayMs } = options;
  for (const [option, value] of Object.entries({ attempts, baseDelayMs, maxDelayMs })) whole(subject, option, value);
  return {
    name,
    account: extras.account,
    connection,
    prefix: options.prefix ?? shared?.prefix ?? 'bull',
    worker: options.worker ?? true,
    concurrency: whole(subject, 'concurrency', options.concurrency ?? 8),
    redrive: redriveSettings(
      {
        ...(attempts !== undefined && { maxAttempts: attempts }),
        ...(baseDelayMs !== undefined && { baseDelayMs }),
        ...(maxDelayMs !== undefined && { maxDelayMs }),
      },
      subject,
    ),
    ordered: options.ordered ?? false,
    lockDurationMs: whole(subject, 'lockDurationMs', options.lockDurationMs ?? 30_000),
    stalledIntervalMs: whole(subject, 'stalledIntervalMs', options.stalledIntervalMs ?? 30_000),
    completedRetentionMs: whole(subject, 'completedRetentionMs', options.completedRetentionMs ?? 2_592_000_000),
    maxPending: whole(subject, 'maxPending', options.maxPending ?? 1_000),
    telemetry: shared?.telemetry,
  };
}

function whole<N extends number | undefined>(subject: string, option: string, value: N): N {
  if (value === undefined || (Number.isInteger(value) && value >= 1)) return value;
  throw new TypeError(`${subject}: ${option} must be a whole number, 1 or more, got ${String(value)}.`);
}
