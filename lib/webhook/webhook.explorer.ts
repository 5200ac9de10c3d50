import type { DiscoveryService } from '@nestjs/core';

import {
  accountName,
  checkAccount,
  findDecorated,
  warnOfEnhancers,
  type DecoratedMethod,
} from '../discovery/decorated-methods.js';
import { PortOneStartError } from '../errors/portone-start.error.js';
import { handlersOf, type HandlerMetadata } from './portone-webhook.decorator.js';
import { WebhookRoutes, type WebhookHandler } from './webhook.routes.js';

/** Finds the decorated methods of every provider and controller and makes an account's routing table of them. */
export class WebhookExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly account: string | undefined,
    /** Every account of the application: a handler of another one would never be called. */
    private readonly accounts: readonly (string | undefined)[],
  ) {}

  /**
   * @param internal the package's own handlers, each with a fixed id
   * @throws {PortOneStartError} on two handlers of one id, two confirm handlers, or an account that is not there
   */
  explore(internal: readonly WebhookHandler[] = []): WebhookRoutes {
    const confirms = this.find('confirm').map((one) => this.toHandler(one));
    if (confirms.length > 1) {
      const names = confirms.map(({ id }) => id).join(' and ');
      throw new PortOneStartError(
        `${names} are both @PortOneConfirm handlers of ${accountName(this.account)}. One question has one answer: remove all but one.`,
      );
    }
    const explored = this.find('event').map((one) => this.toHandler(one));
    return new WebhookRoutes(this.withUniqueIds([...explored, ...internal]), confirms[0]);
  }

  private find(kind: HandlerMetadata['kind']): DecoratedMethod<HandlerMetadata>[] {
    return findDecorated(this.discovery, (instance) => this.ownDecorations(instance, kind));
  }

  /** This account's decorations of an instance. */
  private ownDecorations(instance: object, kind: HandlerMetadata['kind']): HandlerMetadata[] {
    return handlersOf(instance).filter((handler) => {
      const what = `${instance.constructor.name}.${String(handler.method)} handles events`;
      checkAccount(this.accounts, handler.account, what);
      return handler.account === this.account && handler.kind === kind;
    });
  }

  private withUniqueIds(handlers: readonly WebhookHandler[]): WebhookHandler[] {
    const byId = new Map<string, WebhookHandler>();
    for (const handler of handlers) {
      if (byId.has(handler.id)) {
        throw new PortOneStartError(
          `Two webhook handlers of ${accountName(this.account)} have the id "${handler.id}", so that the inbox could not tell them apart. ` +
            `Rename a class, or give one an id of its own: @PortOneWebhook(…, { id: '…' }).`,
        );
      }
      byId.set(handler.id, handler);
    }
    return [...byId.values()];
  }

  private toHandler(found: DecoratedMethod<HandlerMetadata>): WebhookHandler {
    const { name, method, decorations } = found;
    const ids = new Set(decorations.flatMap(({ id }) => id ?? []));
    if (ids.size > 1) {
      throw new PortOneStartError(
        `${name} is given the ids ${[...ids].join(' and ')}. A handler has one: give it once.`,
      );
    }
    warnOfEnhancers(
      found,
      'Put what must run before it into the method, or on the route by the option webhookDecorators.',
    );
    return {
      id: [...ids][0] ?? name,
      patterns: [...new Set(decorations.flatMap(({ patterns }) => patterns))],
      transactional: decorations.some(({ transactional }) => transactional),
      invoke: (event, delivery, resolve) => {
        const target = found.target(resolve);
        return target instanceof Promise
          ? target.then((instance) => instance[method]!(event, delivery))
          : target[method]!(event, delivery);
      },
    };
  }
}
