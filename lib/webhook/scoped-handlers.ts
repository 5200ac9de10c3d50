import { ContextIdFactory, type ModuleRef } from '@nestjs/core';

import { ReceivedDelivery } from './webhook-delivery.js';
import type { ResolveScoped } from './webhook.routes.js';

/** Resolves request-scoped and transient handlers: in the context of the HTTP request that brought the delivery. */
export class ScopedHandlers {
  /** The way to every provider of the application, secrets included: not for whoever logs what holds this. */
  readonly #moduleRef: ModuleRef;

  constructor(moduleRef: ModuleRef) {
    this.#moduleRef = moduleRef;
  }

  /**
   * One context for all handlers of a delivery, made only when a handler asks for it.
   *
   * @param cause the delivery; where there is none, whatever the context is made for
   */
  resolver(cause: object): ResolveScoped {
    let contextId: ReturnType<typeof ContextIdFactory.create> | undefined;
    return (token) => {
      if (contextId === undefined) {
        const request = ReceivedDelivery.requestOf(cause) ?? cause;
        contextId = ContextIdFactory.getByRequest(request);
        this.#moduleRef.registerRequestByContextId(request, contextId);
      }
      return this.#moduleRef.resolve<object>(token as string, contextId, { strict: false });
    };
  }
}
