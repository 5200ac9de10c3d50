import type { DynamicModule, INestApplicationContext, LoggerService, Provider, Type } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { Queue, QueueEvents, Worker, type ConnectionOptions } from 'bullmq';
import { getPortOneToken, PortOneModule, WebhookInbox } from 'nestjs-portone';
import { PortOneQueueAdmin, PortOneQueueModule, type PortOneQueue } from 'nestjs-portone/bullmq';

import { deliver, paidEvent, SECRET, type Answer } from '../../support/deliveries.js';
import { startApp } from '../../support/platforms.js';
import { REDIS_URL } from '../../support/servers.js';
import { Shop } from '../../support/shop.js';
import { type RedisSpace } from '../redis/redis-space.js';

type PortOneOptions = Parameters<typeof PortOneModule.forRoot>[0];
type QueueOptions = NonNullable<Parameters<typeof PortOneQueueModule.forRoot>[0]>;

/** Failures come again at once. */
export const FAST = { baseDelayMs: 1, maxDelayMs: 1 };
export const NAME = 'portone-webhooks';

export interface ProcessOptions {
  /** Without one it is an application context: a worker that has no HTTP. */
  adapter?: () => AbstractHttpAdapter;
  portone?: Partial<PortOneOptions>;
  queue?: QueueOptions;
  imports?: (Type<unknown> | DynamicModule)[];
  providers?: Provider[];
  logger?: LoggerService;
}

/** What of a job an event of BullMQ tells. */
interface JobEvent {
  readonly name: string;
  readonly jobId: string;
}

/** One process of an application that queues its deliveries. */
export interface Process {
  readonly app: INestApplicationContext;
  readonly shop: Shop;
  readonly admin: PortOneQueueAdmin;
  readonly inbox: WebhookInbox;
  send(id: string, event?: object): Promise<Answer>;
}

/** A Redis under a prefix of its own, the processes that share its queue, and what happens to the jobs. */
export class QueueWorld {
  readonly processes: INestApplicationContext[] = [];
  private readonly thieves: Worker[] = [];
  private readonly events: QueueEvents;
  private readonly seen: JobEvent[] = [];
  private watchers: { name: string; times: number; resolve: (jobId: string) => void }[] = [];

  private constructor(
    readonly space: RedisSpace,
    readonly connection: ConnectionOptions,
    readonly prefix: string,
    readonly queue: PortOneQueue,
  ) {
    this.events = new QueueEvents(queue.name, { connection, prefix, lastEventId: '0' });
    this.events.on('error', () => undefined);
    for (const name of ['added', 'active', 'completed', 'failed', 'delayed', 'stalled', 'duplicated'] as const) {
      this.events.on(name, ({ jobId }: { jobId: string }) => this.tell({ name, jobId }));
    }
  }

  static async open(space: RedisSpace, { url = REDIS_URL, name = NAME } = {}): Promise<QueueWorld> {
    const { hostname, port } = new URL(url);
    const connection = { host: hostname, port: Number(port || 6379) };
    const prefix = space.freshPrefix();
    const queue: PortOneQueue = new Queue(name, { connection, prefix });
    queue.on('error', () => undefined);
    await queue.waitUntilReady();
    return new QueueWorld(space, connection, prefix, queue);
  }

  async start({ adapter, portone, queue, imports = [], providers = [], logger }: ProcessOptions): Promise<Process> {
    const { webhook, ...others } = portone ?? {};
    const root: DynamicModule = {
      module: class AppModule {},
      imports: [
        PortOneModule.forRoot({ apiSecret: 'secret', webhook: { secrets: [SECRET], ...webhook }, ...others }),
        PortOneQueueModule.forRoot({ connection: this.connection, prefix: this.prefix, ...FAST, ...queue }),
        ...imports,
      ],
      providers: [Shop, ...providers],
    };
    const options = { logger: logger ?? (false as const), abortOnError: false };
    let url = '';
    let app: INestApplicationContext;
    if (adapter === undefined) app = await NestFactory.createApplicationContext(root, options);
    else ({ app, url } = await startApp(root, adapter, options));
    this.processes.push(app);
    return {
      app,
      shop: app.get(Shop, { strict: false }),
      admin: app.get(getPortOneToken(PortOneQueueAdmin), { strict: false }),
      inbox: app.get(WebhookInbox, { strict: false }),
      send: (id, event = paidEvent()) => deliver(`${url}/webhook/portone`, event, { id }),
    };
  }

  /** The job of the n-th such event since the world began. */
  happened(name: string, times = 1): Promise<string> {
    const already = this.seen.filter((event) => event.name === name)[times - 1];
    if (already !== undefined) return Promise.resolve(already.jobId);
    return new Promise((resolve) => this.watchers.push({ name, times, resolve }));
  }

  count(name: string): number {
    return this.seen.filter((event) => event.name === name).length;
  }

  /** A process that takes jobs and dies: their locks end at once. */
  async thief(): Promise<{ take(): Promise<string> }> {
    const options = { connection: this.connection, prefix: this.prefix, autorun: false, lockDuration: 1 };
    const worker = new Worker(this.queue.name, null, options);
    worker.on('error', () => undefined);
    this.thieves.push(worker);
    await worker.waitUntilReady();
    let token = 0;
    return {
      take: async () => {
        for (;;) {
          const job = await worker.getNextJob(`thief ${(token += 1)}`, { block: false });
          if (job !== undefined) return job.id!;
        }
      },
    };
  }

  async close(): Promise<void> {
    for (const thief of this.thieves.splice(0)) await thief.close(true);
    for (const app of this.processes.splice(0)) await app.close();
    await Promise.all([this.events.close(), this.queue.close()]);
  }

  private tell(event: JobEvent): void {
    this.seen.push(event);
    const due = this.watchers.filter(({ name, times }) => name === event.name && this.count(name) >= times);
    this.watchers = this.watchers.filter((watcher) => !due.includes(watcher));
    for (const { resolve } of due) resolve(event.jobId);
  }
}
