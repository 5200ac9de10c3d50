import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { Agent } from 'undici';

import {
  PaymentReconciler,
  PaymentService,
  PaymentSyncService,
  PortOneModule,
  type InMemoryWebhookInbox,
  type PaymentSyncStore,
  type RefundJournal,
} from '../../../lib/index.js';
import type { PortOneSandbox } from '../../../lib/testing/index.js';
import { Killed } from '../../support/killing.js';
import type { Breakage } from './breakage.js';
import { ProcessLock, type LockTable } from './process-lock.js';
import { Seller } from './seller.js';
import type { Orders } from './shop.js';

/** What the processes of a shop share, and what outlives them. */
export interface Surroundings {
  readonly sandbox: PortOneSandbox;
  readonly webhookSecret: string;
  readonly retry: boolean;
  readonly orders: Orders;
  readonly locks: LockTable;
  readonly inbox: InMemoryWebhookInbox;
  readonly syncStore: PaymentSyncStore;
  readonly journal: RefundJournal;
  readonly breakage: Breakage | undefined;
  /** What becomes of a process at this point of its work. */
  readonly fate: (point: string, subject: string) => 'goes on' | 'is killed' | 'stands still';
  readonly onDeath: (process: ServerProcess, point: string) => void;
}

/** Far below what is recommended, so that some calls run into it, and far above what an answer takes. */
const TIMEOUT_MS = 250;
/** For how long a process stands still that loses its lock meanwhile. */
const STANDS_STILL_MS = 25;

/**
 * One process of the shop. Killed, it neither writes nor sends any more, its connections are reset, and another one has
 * to be started on what it leaves.
 */
export class ServerProcess {
  dead = false;
  /** Payments whose lock it lost without knowing: only a store's fence can stop it then, and not the method. */
  readonly lostLocks = new Set<string>();
  readonly #agent = new Agent();
  readonly #sockets = new Set<Socket>();
  #app!: INestApplication;

  private constructor(private readonly world: Surroundings) {}

  static async start(world: Surroundings): Promise<ServerProcess> {
    const started = new ServerProcess(world);
    await started.#start();
    return started;
  }

  get payments(): PaymentService {
    return this.#app.get(PaymentService);
  }

  get sync(): PaymentSyncService {
    return this.#app.get(PaymentSyncService);
  }

  get reconciler(): PaymentReconciler {
    return this.#app.get(PaymentReconciler);
  }

  /** An HTTP request that came for it. */
  take(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    this.#sockets.add(socket);
    response.once('close', () => this.#sockets.delete(socket));
    (this.#app.getHttpServer() as Server).emit('request', request, response);
  }

  /** A point of its work, which may be its last. */
  async reach(point: string, subject: string): Promise<void> {
    if (this.dead) throw new Killed(point);
    const fate = this.world.fate(point, subject);
    if (fate === 'is killed') {
      this.kill(point);
      throw new Killed(point);
    }
    if (fate === 'stands still') {
      this.world.locks.lapse(`/${subject}`);
      this.lostLocks.add(subject);
      await wait(STANDS_STILL_MS);
    }
  }

  kill(point: string): void {
    this.dead = true;
    for (const socket of this.#sockets) socket.destroy();
    void this.#agent.destroy();
    this.world.onDeath(this, point);
  }

  async stop(): Promise<void> {
    await this.#app.close();
    await this.#agent.destroy();
  }

  async #start(): Promise<void> {
    const { sandbox, webhookSecret, retry, orders, locks, inbox, syncStore, journal, breakage } = this.world;
    class AppModule {}
    const module = PortOneModule.forRoot({
      apiSecret: sandbox.apiSecret,
      storeId: sandbox.storeId,
      baseUrl: sandbox.url,
      timeoutMs: TIMEOUT_MS,
      retry: retry && { maxAttempts: 3, baseDelayMs: 1, maxDelayMs: 4 },
      dispatcher: this.#agent,
      now: () => sandbox.clock.now(),
      syncOnWebhook: true,
      webhook: { secrets: [webhookSecret], leaseMs: 300, handlerTimeoutMs: 4_000 },
      webhookInbox: { useFactory: () => this.#guarded(inbox) },
      paymentLock: { useFactory: () => this.#guarded(new ProcessLock(locks, this)) },
      paymentSyncStore: { useFactory: () => this.#guarded(syncStore) },
      refundJournal: { useFactory: () => this.#guarded(journal) },
    });
    const seller = { provide: Seller, useFactory: () => new Seller(orders, this, breakage) };
    this.#app = await NestFactory.create(
      { module: AppModule, imports: [module], providers: [seller] },
      new ExpressAdapter(),
      { logger: false, abortOnError: false },
    );
    const { payments } = this;
    for (const name of ['getPayment', 'cancelPayment', 'confirmPayment'] as const) {
      const method = payments[name].bind(payments) as (...args: unknown[]) => Promise<unknown>;
      Object.defineProperty(payments, name, { value: this.#guardedMethod(name, method) });
    }
    await this.#app.init();
  }

  /** The same store, as this process reaches it: each call may be its last, before and behind it. */
  #guarded<T extends object>(store: T): T {
    return new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function' || typeof name === 'symbol') return value;
        return this.#guardedMethod(name, value.bind(target) as (...args: unknown[]) => Promise<unknown>);
      },
    });
  }

  #guardedMethod(name: string, method: (...args: unknown[]) => Promise<unknown>) {
    return async (...args: unknown[]): Promise<unknown> => {
      const subject = subjectOf(args);
      await this.reach(name, subject);
      const result = await method(...args);
      await this.reach(`after ${name}`, subject);
      return result;
    };
  }
}

/** What a call is about: the ids among its arguments. */
function subjectOf(args: readonly unknown[]): string {
  const [first, second] = args;
  if (typeof first === 'object' && first !== null) {
    const { refundId, paymentId } = first as { refundId?: string; paymentId?: string };
    return refundId ?? paymentId ?? '';
  }
  return String(first === '' ? second : first);
}
