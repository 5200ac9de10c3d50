import { FlowProducer, Queue, type ConnectionOptions } from 'bullmq';

import type { RedisConnection } from '../redis/redis-connection.js';
import { RedisScripts } from '../redis/redis-scripts.js';
import type { QueueSettings } from './queue.options.js';
import type { PortOneQueue } from './queued-job.js';

/** What a process has while Redis is there. */
export interface LiveConnection {
  readonly client: Client;
  readonly flow: FlowProducer;
  readonly scripts: RedisScripts;
}

/** A client of ioredis, as BullMQ hands it out. */
type Client = RedisConnection & { disconnect(reconnect?: boolean): void };

/** A client that the application gave. */
interface GivenClient {
  readonly isCluster?: boolean;
  defineCommand?: unknown;
  duplicate(...args: unknown[]): GivenClient;
  disconnect(): void;
}

/** Milliseconds until Redis' silence counts as its absence; below the 4 s that the dispatcher waits. */
const COMMAND_TIMEOUT_MS = 3_000;
/** Milliseconds of silence after which the connection is made anew: the peer may be gone without a word. */
const PRODUCER_SILENCE_MS = 5_000;
/** Milliseconds that the start waits for Redis, so that the first deliveries need not be refused. */
const START_TIMEOUT_MS = 2_000;
/** Milliseconds that closing may take where Redis does not answer. */
const CLOSE_TIMEOUT_MS = 2_000;

/** What takes deliveries refuses at once what Redis cannot have now, and keeps nothing for later. */
const PRODUCER: ConnectionOptions = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  commandTimeout: COMMAND_TIMEOUT_MS,
  socketTimeout: PRODUCER_SILENCE_MS,
};

/** What works waits for Redis to come back. */
const WORKER: ConnectionOptions = { maxRetriesPerRequest: null };

/** Connection options for BullMQ, and how to be rid of what they hold. */
export interface OwnConnection {
  readonly options: ConnectionOptions;
  end(): void;
}

export function workerConnection(given: ConnectionOptions): OwnConnection {
  return withOptions(given, WORKER);
}

/** This process' way to the queue: to add to it and to look at it. */
export class QueueConnection {
  readonly queue: PortOneQueue;
  private readonly connection: OwnConnection;
  private readonly found: Promise<void>;
  private live: LiveConnection | undefined;
  private closed = false;

  constructor({ name, connection, prefix, telemetry, maxPending }: QueueSettings) {
    this.connection = withOptions(connection, PRODUCER);
    // The check of the version would be the one command whose failure BullMQ does not repeat.
    const common = { prefix, skipVersionCheck: true, ...(telemetry && { telemetry }) };
    this.queue = new Queue(name, { ...common, connection: this.connection.options });
    // Whoever adds is told, and the dispatcher logs it.
    this.queue.on('error', () => {});
    this.found = clientOf(this.queue).then(
      (client) => {
        if (this.closed) return;
        const flow = new FlowProducer({ ...common, connection: client });
        flow.on('error', () => {});
        this.live = { client, flow, scripts: new RedisScripts(client, maxPending, `The queue ${name}`) };
      },
      () => {
        // Closed before Redis was there.
      },
    );
  }

  /** Whether Redis is there, which is waited for a moment. */
  async begin(): Promise<boolean> {
    await Promise.race([this.found, pause(START_TIMEOUT_MS)]);
    return this.isLive;
  }

  get isLive(): boolean {
    return !this.closed && this.live?.client.status === 'ready';
  }

  /** @throws when Redis cannot be reached now */
  now(): LiveConnection {
    const { live } = this;
    if (this.closed) throw new Error(`The queue ${this.queue.name} is closed.`);
    if (live?.client.status !== 'ready') {
      throw new Error(
        `The queue ${this.queue.name} has no connection to Redis (${live?.client.status ?? 'never had'}).`,
      );
    }
    return live;
  }

  async close(): Promise<void> {
    this.closed = true;
    const { live } = this;
    await Promise.race([Promise.all([live?.flow.close(), this.queue.close()]), pause(CLOSE_TIMEOUT_MS)]).catch(() => {
      // Nothing is left to be done on it.
    });
    // BullMQ says goodbye to Redis; where that was not heard, the client would try to reconnect for ever.
    live?.client.disconnect();
    this.connection.end();
  }
}

/** BullMQ 5 has the client on the queue, BullMQ 6 on its backend. Resolves once it was ready for the first time. */
function clientOf(queue: object): Promise<Client> {
  const either = queue as {
    client?: Promise<Client>;
    getBackend?: () => { client: Promise<Client> };
  };
  return either.getBackend?.().client ?? either.client!;
}

function withOptions(given: ConnectionOptions, own: ConnectionOptions): OwnConnection {
  if (!isClient(given)) {
    const retryStrategy = (times: number): number => Math.min(times * 200, 2_000);
    return { options: { retryStrategy, ...given, ...own }, end: () => {} };
  }
  if (given.defineCommand === undefined) {
    throw new TypeError('PortOneQueueModule: connection must be connection options or a client of ioredis.');
  }
  const client = given.isCluster ? given.duplicate(undefined, { ...own, redisOptions: own }) : given.duplicate(own);
  return { options: client, end: () => client.disconnect() };
}

function isClient(given: object): given is GivenClient {
  return typeof (given as Partial<GivenClient>).duplicate === 'function';
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds).unref());
}
