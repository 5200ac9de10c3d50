import {
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';

import { PortOneStartError } from '../errors/portone-start.error.js';
import { isProduction } from '../portone.options.js';
import { getPortOneToken } from '../portone.tokens.js';
import { InMemoryWebhookInbox } from '../webhook/inbox/in-memory.inbox.js';
import { WebhookInbox } from '../webhook/inbox/webhook-inbox.js';
import { PortOneWebhookEvents } from '../webhook/portone-webhook-events.js';
import { WebhookVerifier } from '../webhook/webhook-verifier.js';
import { WebhookDispatcher } from '../webhook/webhook.dispatcher.js';
import type { QueueConnection } from './queue.connection.js';
import type { QueueSettings } from './queue.options.js';
import { QueueOrder } from './queue.order.js';
import { QueueProducer } from './queue.producer.js';
import { QueueWorker, type QueueAccountParts } from './queue.worker.js';

/** Starts and ends one account's queue: its deliveries go there, and this process works on it where it is told to. */
export class QueueLifecycle implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly logger = new Logger('PortOneQueueModule');
  private worker: QueueWorker | undefined;

  constructor(
    private readonly moduleRef: ModuleRef,
    private readonly settings: QueueSettings,
    private readonly connection: QueueConnection,
  ) {}

  onModuleInit(): void {
    const { name, worker, concurrency, ordered } = this.settings;
    const account = this.accountParts();
    const order = ordered ? new QueueOrder(this.connection) : undefined;
    account.dispatcher.useQueue(new QueueProducer(this.connection, this.settings, order));
    if (worker) this.worker = new QueueWorker(this.settings, account, order);
    const work = worker ? `up to ${concurrency} jobs at once here` : 'no jobs are worked on here (worker: false)';
    this.logger.log(`Deliveries go to the queue ${name}; ${work}`);
    if (worker && isProduction() && account.inbox instanceof InMemoryWebhookInbox) {
      this.logger.warn(
        `The workers of the queue ${name} remember in memory what they are at work on and have done, each for itself: ` +
          'a job that lost its process may run twice at the same time. Give PortOneModule a webhookInbox that they share: ' +
          'RedisWebhookInbox (nestjs-portone/redis) or PostgresWebhookInbox (nestjs-portone/postgres).',
      );
    }
  }

  async onApplicationBootstrap(): Promise<void> {
    // Every module is initialized: the handlers are known.
    this.worker?.start();
    if (await this.connection.begin()) return;
    this.logger.warn(
      `Redis cannot be reached yet. Until it can, deliveries for ${this.settings.name} are answered with 503.`,
    );
  }

  /** First of all hooks: what others could begin is not begun here. */
  onModuleDestroy(): void {
    this.worker?.stop();
  }

  /** The dispatcher has given the handlers in hand their time by now. */
  async onApplicationShutdown(): Promise<void> {
    await this.worker?.end(this.connection.isLive);
    await this.connection.close();
  }

  private accountParts(): QueueAccountParts {
    const { account } = this.settings;
    const get = <T>(type: abstract new (...args: never[]) => T): T =>
      this.moduleRef.get<T>(getPortOneToken(type, account), { strict: false });
    try {
      return {
        dispatcher: get(WebhookDispatcher),
        verifier: get(WebhookVerifier),
        events: get(PortOneWebhookEvents),
        inbox: get(WebhookInbox),
      };
    } catch (cause) {
      const which = account === undefined ? 'the unnamed account' : `the account "${account}"`;
      const message =
        `PortOneQueueModule: there is no PortOneModule of ${which}. Register it with PortOneModule.forRoot(…), ` +
        'or name a registered one: PortOneQueueModule.forRoot({ account }).';
      throw Object.assign(new PortOneStartError(message), { cause });
    }
  }
}
