import type { Readable } from 'node:stream';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

import { Logger } from '@nestjs/common';
import type { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';

import { tellRefused } from '../observability/observe-delivery.js';
import { collectBody, hideBody, seal, showHeaders } from './arrival.js';
import { refusal } from './webhook-answer.js';
import { pathMatcher, type WebhookSite } from './webhook-site.js';

type Next = (error?: Error) => void;

/** What is used of an Express application. */
interface ExpressInstance {
  use(middleware: (request: IncomingMessage, response: ServerResponse, next: Next) => void): void;
  readonly router?: { readonly caseSensitive?: boolean; readonly strict?: boolean };
}

/** What is used of a Fastify instance, its requests and its replies. */
interface FastifyInstance {
  readonly server: Server;
  addHook(
    name: 'preParsing',
    hook: (request: FastifyRequest, reply: FastifyReply, payload: Readable) => Promise<unknown>,
  ): void;
  addHook(name: 'preHandler', hook: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void): void;
}
interface FastifyRequest {
  readonly method?: string | undefined;
  readonly raw: IncomingMessage;
  readonly routeOptions: { readonly url?: string | undefined };
}
interface FastifyReply {
  readonly raw: ServerResponse;
  code(status: number): FastifyReply;
  header(name: string, value: string): FastifyReply;
  send(body: unknown): FastifyReply;
}

const TOO_LARGE = 413;

/**
 * Keeps the exact bytes of the deliveries of one site, ahead of every body parser and of no other route. Nothing need
 * be configured: it works with and without `rawBody: true` and with `bodyParser: false`.
 */
export class RawBodyCollector {
  private readonly logger = new Logger('PortOneWebhook');

  constructor(
    host: HttpAdapterHost,
    private readonly config: ApplicationConfig,
    private readonly site: WebhookSite,
    private readonly maxBodyBytes: number,
  ) {
    // A constructor runs before `main.ts` has the application, so also before the parsers that it adds. In an
    // application context and in a microservice there is no adapter, or the event never comes.
    host.init$.subscribe(() => {
      const adapter = host.httpAdapter as typeof host.httpAdapter | null | undefined;
      const type = adapter?.getType();
      if (type === 'express') this.onExpress(adapter!.getInstance<ExpressInstance>());
      else if (type === 'fastify') this.onFastify(adapter!.getInstance<FastifyInstance>());
      else if (type !== undefined) {
        this.logger.warn(
          `The HTTP adapter "${type}" is neither Express nor Fastify: no exact bytes are collected. Create the application with rawBody: true.`,
        );
      }
    });
  }

  private onExpress(app: ExpressInstance): void {
    let matches: ((path: string) => boolean) | undefined;
    app.use((request, response, next) => {
      if (request.method !== 'POST') return next();
      // Prefix and versioning are set after the adapter exists, but before the first request.
      matches ??= pathMatcher(this.site, this.config, {
        caseSensitive: app.router?.caseSensitive === true,
        ignoreTrailingSlash: app.router?.strict !== true,
      });
      if (!matches(pathOf(request.url))) return next();
      if (this.site.mounted) this.sealed(request, response);
      collectBody(request, this.maxBodyBytes).then((outcome) => {
        if (outcome !== 'too-large') return next();
        response.writeHead(TOO_LARGE, { 'content-type': 'application/json', connection: 'close' });
        response.end(JSON.stringify(this.tooLarge()));
      }, next);
    });
  }

  private onFastify(app: FastifyInstance): void {
    let matcher: ((path: string) => boolean) | undefined;
    const matches = ({ method, routeOptions: { url } }: Pick<FastifyRequest, 'method' | 'routeOptions'>): boolean => {
      if (method !== 'POST' || url === undefined) return false;
      matcher ??= pathMatcher(this.site, this.config, { caseSensitive: true, ignoreTrailingSlash: true });
      return matcher(url);
    };
    // Nest has its middleware run in Fastify's first hook, registered before any of ours, so ahead of it there is only
    // the server. A URL that Fastify rewrites is not seen there.
    app.server.prependListener('request', (message: IncomingMessage, response: ServerResponse) => {
      const { method, url } = message;
      if (this.site.mounted && matches({ method, routeOptions: { url: pathOf(url) } })) this.sealed(message, response);
    });
    app.addHook('preParsing', async (request, reply, payload) => {
      // The router has matched already, so this is the route as it was registered, not as the sender wrote it.
      if (!matches(request)) return payload;
      if (this.site.mounted) this.sealed(request.raw, reply.raw);
      const outcome = await collectBody(request.raw, this.maxBodyBytes);
      if (outcome === 'absent') return payload;
      if (outcome === 'too-large') return reply.code(TOO_LARGE).header('connection', 'close').send(this.tooLarge());
      hideBody(request.raw);
      return payload;
    });
    app.addHook('preHandler', (request, _reply, done) => {
      if (matches(request)) showHeaders(request.raw);
      done();
    });
  }

  private sealed(message: IncomingMessage, response: ServerResponse): void {
    seal(message, response, (status) => {
      this.logger.error(
        `Something in the application was about to answer a webhook delivery with ${status}, though it was not handled; PortOne was told otherwise, so that it asks again. ` +
          `If a global guard refused it, let the endpoint through with the option webhookDecorators, for example [Public()].`,
      );
    });
  }

  private tooLarge(): object {
    tellRefused(this.site.account, TOO_LARGE, 'WEBHOOK_TOO_LARGE');
    return refusal(
      TOO_LARGE,
      'WEBHOOK_TOO_LARGE',
      `The body has more than ${this.maxBodyBytes} bytes (webhook.maxBodyBytes).`,
    ).body;
  }
}

/** The path as the router sees it; some proxies send the whole URL. */
function pathOf(url = '/'): string {
  if (!url.startsWith('/')) return URL.canParse(url) ? new URL(url).pathname : url;
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
}
