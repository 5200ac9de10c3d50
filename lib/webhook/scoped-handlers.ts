import { ContextIdFactory, type ModuleRef } from '@nestjs/core';

import type { WebhookDelivery } from './webhook-delivery.js';
import type { ResolveScoped } from './webhook.routes.js';

/** Which HTTP request brought a delivery. Held weakly: it goes when the delivery goes. */
const requests = new WeakMap<WebhookDelivery, object>();

/** Notes the request that brought a delivery, for handlers that are made for a request. */
export function broughtBy(delivery: WebhookDelivery, request: object): void {
  requests.set(delivery, request);
}

/** Resolves request-scoped and transient handlers: in the context of the HTTP request that brought the delivery. */
export class ScopedHandlers {
  /** The way to every provider of the application, secrets included: not for whoever logs what holds this. */
  readonly #moduleRef: ModuleRef;

  constructor(moduleRef: ModuleRef) {
    this.#moduleRef = moduleRef;
  }

  /** One context for all handlers of a delivery, made only when a handler asks for it. */
  resolver(delivery: WebhookDelivery): ResolveScoped {
    let contextId: ReturnType<typeof ContextIdFactory.create> | undefined;
    return (token) => {
      if (contextId === undefined) {
        const request = requests.get(delivery) ?? delivery;
        contextId = ContextIdFactory.getByRequest(request);
        this.#moduleRef.registerRequestByContextId(request, contextId);
      }
      return this.#moduleRef.resolve<object>(token as string, contextId, { strict: false });
    };
  }
}
