import type { ServerResponse } from 'node:http';

import { Controller, HttpException, Inject, Logger, Post, Req, Res, VERSION_NEUTRAL, type Type } from '@nestjs/common';

import { getPortOneToken } from '../portone.tokens.js';
import { findArrival } from './arrival.js';
import { describeThrown } from './thrown.js';
import { refusal, type WebhookAnswer } from './webhook-answer.js';
import type { WebhookSite } from './webhook-site.js';
import { WebhookDispatcher } from './webhook.dispatcher.js';
import { WebhookReceiver } from './webhook.receiver.js';

/**
 * Makes the endpoint's class: a fresh one for each account, so that no path and no decorator ever meets another's.
 * It verifies and answers within the method and writes the answer itself: a guard that threw, or a returned value,
 * would pass through the application's filters and interceptors, which could make a 200 of a failure.
 */
export function createWebhookController(site: WebhookSite, decorators: readonly ClassDecorator[]): Type<unknown> {
  const { account, path } = site;

  @Controller({ path, version: VERSION_NEUTRAL })
  class PortOneWebhookController {
    private readonly logger = new Logger('PortOneWebhook');

    constructor(
      @Inject(getPortOneToken(WebhookReceiver, account)) private readonly receiver: WebhookReceiver,
      @Inject(getPortOneToken(WebhookDispatcher, account)) private readonly dispatcher: WebhookDispatcher,
    ) {}

    @Post()
    async receive(@Req() request: object, @Res() response: Reply): Promise<void> {
      writeAnswer(request, response, await this.answer(request));
    }

    private async answer(request: object): Promise<WebhookAnswer> {
      try {
        const { event, delivery } = this.receiver.receive(request);
        return await this.dispatcher.dispatch(event, delivery);
      } catch (error) {
        if (error instanceof HttpException) {
          const body = error.getResponse();
          const hint = error.getStatus() === 401 ? HINT : '';
          this.logger.warn(`A delivery was refused with ${error.getStatus()}: ${error.message}${hint}`);
          return { status: error.getStatus(), headers: {}, body: body as Record<string, unknown> };
        }
        this.logger.error('A delivery could not be received.', describeThrown(error));
        return refusal(500, 'WEBHOOK_NOT_RECEIVED', 'The delivery could not be received; send it again.');
      }
    }
  }

  for (const decorate of decorators) decorate(PortOneWebhookController);
  return PortOneWebhookController;
}

const HINT =
  ' If it was PortOne’s own, compare webhook.secrets (PORTONE_WEBHOOK_SECRET) with the console; test and live have their own.';

/** What is used of an Express response or a Fastify reply. */
type Reply = ServerResponse | { readonly raw: ServerResponse; hijack(): void };

/** Straight to the socket: entity tags, serialisers and compression are of no use to PortOne, and cost more than the rest. */
function writeAnswer(request: object, reply: Reply, { status, headers, body }: WebhookAnswer): void {
  const text = JSON.stringify(body);
  const response = 'hijack' in reply ? reply.raw : reply;
  if ('hijack' in reply) reply.hijack();
  if (response.headersSent) return;
  const arrival = findArrival(request);
  if (arrival !== undefined) arrival.answered = status;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}
