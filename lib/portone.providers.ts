import type { DynamicModule, Provider, Type } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService, HttpAdapterHost, ModuleRef } from '@nestjs/core';

import { makeClient, PortOneClient, type ClosablePortOneClient } from './client/portone-client.js';
import { PortOneAccount, subjectOf } from './portone.account.js';
import type { PortOneModuleExtras } from './portone.extras.js';
import type { PortOneModuleOptions } from './portone.options.js';
import { resolveSettings, type PortOneSettings } from './portone.settings.js';
import { getPortOneToken, MODULE_OPTIONS, SETTINGS, SITE } from './portone.tokens.js';
import * as services from './services/index.js';
import { InMemoryWebhookInbox } from './webhook/inbox/in-memory.inbox.js';
import { WebhookInbox } from './webhook/inbox/webhook-inbox.js';
import { PortOneWebhookEvents } from './webhook/portone-webhook-events.js';
import { RawBodyCollector } from './webhook/raw-body.collector.js';
import { ScopedHandlers } from './webhook/scoped-handlers.js';
import type { WebhookSite } from './webhook/webhook-site.js';
import { WebhookVerifier } from './webhook/webhook-verifier.js';
import { createWebhookController } from './webhook/webhook.controller.js';
import { WebhookDispatcher } from './webhook/webhook.dispatcher.js';
import { WebhookReceiver } from './webhook/webhook.receiver.js';

/** Each is made of a client and settings. */
const SERVICES = Object.values(services);

type Token = ReturnType<typeof getPortOneToken>;

/** Completes the module of one account: its providers under its tokens, its endpoint, its exports. */
export function accountModule(definition: DynamicModule, extras: PortOneModuleExtras): DynamicModule {
  const site = siteOf(extras);
  const token = (type: Parameters<typeof getPortOneToken>[0]): Token => getPortOneToken(type, site.account);
  const shared = [
    PortOneClient,
    ...SERVICES,
    WebhookVerifier,
    WebhookReceiver,
    WebhookDispatcher,
    PortOneWebhookEvents,
    WebhookInbox,
  ];
  return {
    ...definition,
    global: extras.isGlobal ?? true,
    controllers: site.mounted ? [createWebhookController(site, extras.webhookDecorators ?? [])] : [],
    providers: [
      ...(definition.providers ?? []),
      { provide: SITE, useValue: site },
      {
        provide: SETTINGS,
        useFactory: (options: PortOneModuleOptions) => resolveSettings(options, subjectOf(site.account)),
        inject: [MODULE_OPTIONS],
      },
      ...outbound(token),
      ...inbound(token, site, extras),
      {
        provide: token(PortOneAccount),
        useFactory: (...args: ConstructorParameters<typeof PortOneAccount>) => new PortOneAccount(...args),
        inject: [
          SITE,
          SETTINGS,
          DiscoveryService,
          ApplicationConfig,
          ...[PortOneClient, WebhookDispatcher, WebhookInbox].map(token),
        ],
      },
    ],
    exports: shared.map(token),
  };
}

function outbound(token: (type: Type<unknown> | typeof PortOneClient) => Token): Provider[] {
  const services = SERVICES.map((Service): Provider => ({
    provide: token(Service),
    useFactory: (client: PortOneClient, settings: PortOneSettings) => new Service(client, settings),
    inject: [token(PortOneClient), SETTINGS],
  }));
  return [
    {
      provide: token(PortOneClient),
      useFactory: (settings: PortOneSettings): ClosablePortOneClient => makeClient(settings),
      inject: [SETTINGS],
    },
    ...services,
  ];
}

function inbound(
  token: (type: Parameters<typeof getPortOneToken>[0]) => Token,
  site: WebhookSite,
  extras: PortOneModuleExtras,
): Provider[] {
  return [
    inboxProvider(token(WebhookInbox), extras.webhookInbox),
    { provide: token(PortOneWebhookEvents), useFactory: () => new PortOneWebhookEvents() },
    {
      provide: token(WebhookVerifier),
      useFactory: ({ webhook }: PortOneSettings) => new WebhookVerifier(webhook),
      inject: [SETTINGS],
    },
    {
      provide: token(WebhookReceiver),
      useFactory: (verifier: WebhookVerifier) => new WebhookReceiver(verifier, site.account),
      inject: [token(WebhookVerifier)],
    },
    {
      provide: token(WebhookDispatcher),
      useFactory: (
        inbox: WebhookInbox,
        events: PortOneWebhookEvents,
        { webhook: { handlerTimeoutMs, leaseMs } }: PortOneSettings,
        moduleRef: ModuleRef,
      ) => new WebhookDispatcher(inbox, events, { handlerTimeoutMs, leaseMs }, new ScopedHandlers(moduleRef)),
      inject: [token(WebhookInbox), token(PortOneWebhookEvents), SETTINGS, ModuleRef],
    },
    {
      provide: token(RawBodyCollector),
      useFactory: (host: HttpAdapterHost, config: ApplicationConfig, { webhook }: PortOneSettings) =>
        new RawBodyCollector(host, config, site, webhook.maxBodyBytes),
      inject: [HttpAdapterHost, ApplicationConfig, SETTINGS],
    },
  ];
}

function inboxProvider(provide: Token, inbox: PortOneModuleExtras['webhookInbox']): Provider {
  if (inbox === undefined) return { provide, useFactory: () => new InMemoryWebhookInbox() };
  if (typeof inbox === 'function') return { provide, useClass: inbox };
  return { provide, ...inbox } as Provider;
}

function siteOf({ name, webhookPath, webhookController, webhookDecorators }: PortOneModuleExtras): WebhookSite {
  if (name !== undefined && (typeof name !== 'string' || !/^[\w-]+$/.test(name))) {
    throw new TypeError(
      `PortOneModule: name must be letters, digits, "-" and "_", got ${JSON.stringify(name)}. It becomes part of tokens and inbox ids.`,
    );
  }
  const path = (webhookPath ?? (name === undefined ? 'webhook/portone' : `webhook/portone/${name}`)).replace(
    /^\/+|\/+$/g,
    '',
  );
  if (!/^[\w.~-]+(\/[\w.~-]+)*$/.test(path) || /(^|\/)\.\.?(\/|$)/.test(path)) {
    throw new TypeError(
      `PortOneModule: webhookPath must be a plain path such as 'webhook/portone', without parameters and wildcards, got ${JSON.stringify(webhookPath)}.`,
    );
  }
  return { account: name, path, mounted: webhookController ?? true, decorated: (webhookDecorators ?? []).length > 0 };
}
