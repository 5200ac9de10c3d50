import { Logger } from '@nestjs/common';
import type { DiscoveryService } from '@nestjs/core';

import { PortOneStartError } from '../errors/portone-start.error.js';
import { handlersOf, type HandlerMetadata } from './portone-webhook.decorator.js';
import { WebhookRoutes, type WebhookHandler } from './webhook.routes.js';

type InstanceWrapper = ReturnType<DiscoveryService['getProviders']>[number];
type Method = (...args: unknown[]) => unknown;

interface Found {
  readonly wrapper: InstanceWrapper;
  readonly instance: Record<string | symbol, unknown>;
  /** All decorations of one method for one account. */
  readonly decorations: readonly [HandlerMetadata, ...HandlerMetadata[]];
}

/** What Nest keeps on a method that carries enhancers; they run on routes, not on handlers. */
const ENHANCERS: Readonly<Record<string, string>> = {
  __guards__: '@UseGuards',
  __pipes__: '@UsePipes',
  __interceptors__: '@UseInterceptors',
  __exceptionFilters__: '@UseFilters',
};

/** Finds the decorated methods of every provider and controller and makes an account's routing table of them. */
export class WebhookExplorer {
  private readonly logger = new Logger('PortOneWebhook');

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly account: string | undefined,
    /** Every account of the application: a handler of another one would never be called. */
    private readonly accounts: readonly (string | undefined)[],
  ) {}

  /** @throws {PortOneStartError} on two handlers of one id, two confirm handlers, or an account that is not there */
  explore(): WebhookRoutes {
    const confirms = this.find('confirm').map((one) => this.toHandler(one));
    if (confirms.length > 1) {
      const names = confirms.map(({ id }) => id).join(' and ');
      throw new PortOneStartError(
        `${names} are both @PortOneConfirm handlers of ${this.whose()}. One question has one answer: remove all but one.`,
      );
    }
    return new WebhookRoutes(this.withUniqueIds(this.find('event')), confirms[0]);
  }

  private find(kind: HandlerMetadata['kind']): Found[] {
    const seen = new Map<unknown, Set<string | symbol>>();
    const found: Found[] = [];
    for (const wrapper of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      const instance: unknown = wrapper.isAlias ? undefined : wrapper.instance;
      if (typeof instance !== 'object' || instance === null) continue;
      // A class that two modules provide has two instances and one meaning: a payment handler must not run twice.
      const methods = seen.get(instance.constructor) ?? new Set();
      seen.set(instance.constructor, methods);
      for (const [method, decorations] of this.ownDecorations(instance, kind)) {
        if (methods.has(method)) continue;
        methods.add(method);
        found.push({ wrapper, instance: instance as Found['instance'], decorations });
      }
    }
    return found;
  }

  /** This account's decorations of an instance, by method. */
  private ownDecorations(instance: object, kind: HandlerMetadata['kind']): Map<string | symbol, Found['decorations']> {
    const byMethod = new Map<string | symbol, [HandlerMetadata, ...HandlerMetadata[]]>();
    for (const handler of handlersOf(instance)) {
      if (!this.accounts.includes(handler.account)) throw this.unknownAccount(instance, handler);
      if (handler.account !== this.account || handler.kind !== kind) continue;
      const decorations = byMethod.get(handler.method);
      if (decorations === undefined) byMethod.set(handler.method, [handler]);
      else decorations.push(handler);
    }
    return byMethod;
  }

  private withUniqueIds(found: readonly Found[]): WebhookHandler[] {
    const byId = new Map<string, WebhookHandler>();
    for (const one of found) {
      const handler = this.toHandler(one);
      if (byId.has(handler.id)) {
        throw new PortOneStartError(
          `Two webhook handlers of ${this.whose()} have the id "${handler.id}", so that the inbox could not tell them apart. ` +
            `Rename a class, or give one an id of its own: @PortOneWebhook(…, { id: '…' }).`,
        );
      }
      byId.set(handler.id, handler);
    }
    return [...byId.values()];
  }

  private toHandler({ wrapper, instance, decorations }: Found): WebhookHandler {
    const { method } = decorations[0];
    const name = `${instance.constructor.name}.${String(method)}`;
    const ids = new Set(decorations.flatMap(({ id }) => id ?? []));
    if (ids.size > 1) {
      throw new PortOneStartError(
        `${name} is given the ids ${[...ids].join(' and ')}. A handler has one: give it once.`,
      );
    }
    this.warnOfEnhancers(name, instance[method]);
    const call = (target: Found['instance'], args: unknown[]): unknown =>
      (target[method] as Method).apply(target, args);
    const scoped = wrapper.isTransient || !wrapper.isDependencyTreeStatic();
    return {
      id: [...ids][0] ?? name,
      patterns: [...new Set(decorations.flatMap(({ patterns }) => patterns))],
      invoke: scoped
        ? async (event, delivery, resolve) =>
            call((await resolve(wrapper.token)) as Found['instance'], [event, delivery])
        : (event, delivery) => call(instance, [event, delivery]),
    };
  }

  private warnOfEnhancers(name: string, method: unknown): void {
    if (typeof method !== 'function') return;
    const carried = Object.keys(ENHANCERS).filter((key) => Reflect.hasMetadata(key, method));
    if (carried.length === 0) return;
    const enhancers = carried.map((key) => ENHANCERS[key]).join(', ');
    this.logger.warn(
      `${name} carries ${enhancers}: they do not run on a webhook handler, which is a plain method call. ` +
        `Put what must run before it into the method, or on the route by the option webhookDecorators.`,
    );
  }

  private unknownAccount(instance: object, handler: HandlerMetadata): PortOneStartError {
    const name = `${instance.constructor.name}.${String(handler.method)}`;
    const wanted = handler.account === undefined ? 'the unnamed account' : `the account "${handler.account}"`;
    const there = this.accounts
      .map((account) => (account === undefined ? 'the unnamed one' : `"${account}"`))
      .join(', ');
    return new PortOneStartError(
      `${name} handles events of ${wanted}, which no PortOneModule registers (there: ${there}), so it would never be called. ` +
        `Register it with PortOneModule.forRoot({ name }), or name a registered one: { account: '…' }.`,
    );
  }

  private whose(): string {
    return this.account === undefined ? 'the unnamed account' : `account "${this.account}"`;
  }
}
