import type { DynamicModule, Provider, Type } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService, HttpAdapterHost, ModuleRef } from '@nestjs/core';

import { makeClient, PortOneClient, type ClosablePortOneClient } from './client/portone-client.js';
import { PortOneAccount, subjectOf } from './portone.account.js';
import type { PortOneModuleExtras } from './portone.extras.js';
import type { PortOneModuleOptions } from './portone.options.js';
import { resolveSettings, type PortOneSettings } from './portone.settings.js';
import { storeProvider, STORE_NAMES, STORES, type AccountFlows } from './portone.stores.js';
import { FLOWS, getPortOneToken, MODULE_OPTIONS, REDRIVER, SETTINGS, SITE } from './portone.tokens.js';
import * as services from './services/index.js';
import { SubscriptionActions } from './subscriptions/subscription-actions.js';
import { SubscriptionRunner } from './subscriptions/subscription-runner.js';
import { SubscriptionService } from './subscriptions/subscription.service.js';
import { PaymentReconciler } from './reconciler/payment-reconciler.js';
import { PaymentSyncService } from './sync/payment-sync.service.js';
import { isRedriving } from './webhook/inbox/redriving-webhook-inbox.js';
import { WebhookInbox } from './webhook/inbox/webhook-inbox.js';
import { PortOneWebhookEvents } from './webhook/portone-webhook-events.js';
import { RawBodyCollector } from './webhook/raw-body.collector.js';
import { ScopedHandlers } from './webhook/scoped-handlers.js';
import type { WebhookSite } from './webhook/webhook-site.js';
import { WebhookVerifier } from './webhook/webhook-verifier.js';
import { createWebhookController } from './webhook/webhook.controller.js';
import { WebhookDispatcher } from './webhook/webhook.dispatcher.js';
import { WebhookInboxAdmin } from './webhook/webhook-inbox.admin.js';
import { WebhookReceiver } from './webhook/webhook.receiver.js';
import { WebhookRedriver } from './webhook/webhook.redriver.js';

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
    PaymentSyncService,
    PaymentReconciler,
    SubscriptionService,
    WebhookVerifier,
    WebhookReceiver,
    WebhookDispatcher,
    PortOneWebhookEvents,
    WebhookInboxAdmin,
    ...STORE_NAMES.map((name) => STORES[name].type),
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
      ...stores(token, site, extras),
      ...outbound(token),
      ...flowProviders(token, site),
      ...inbound(token, site),
      {
        provide: token(PortOneAccount),
        useFactory: (...args: ConstructorParameters<typeof PortOneAccount>) => new PortOneAccount(...args),
        inject: [
          SITE,
          SETTINGS,
          DiscoveryService,
          ApplicationConfig,
          ...[PortOneClient, WebhookDispatcher, PaymentSyncService, SubscriptionService].map(token),
          FLOWS,
          REDRIVER,
        ],
      },
    ],
    exports: shared.map(token),
  };
}

/** Each store under its token, and all of them together for what is made of them. */
function stores(
  token: (type: Parameters<typeof getPortOneToken>[0]) => Token,
  { account = '' }: WebhookSite,
  extras: PortOneModuleExtras,
): Provider[] {
  const tokens = STORE_NAMES.map((name) => token(STORES[name].type));
  return [
    ...STORE_NAMES.map((name, index) => storeProvider(name, tokens[index]!, extras)),
    {
      provide: FLOWS,
      useFactory: (...instances: unknown[]) => ({
        account,
        ...Object.fromEntries(STORE_NAMES.map((name, index) => [name, instances[index]])),
      }),
      inject: tokens,
    },
  ];
}

function outbound(token: (type: Type<unknown> | typeof PortOneClient) => Token): Provider[] {
  const services = SERVICES.map((Service): Provider => ({
    provide: token(Service),
    useFactory: (client: PortOneClient, settings: PortOneSettings, flows: AccountFlows) =>
      new Service(client, settings, flows),
    inject: [token(PortOneClient), SETTINGS, FLOWS],
  }));
  return [
    {
      provide: token(PortOneClient),
      useFactory: (settings: PortOneSettings, { account }: WebhookSite): ClosablePortOneClient =>
        makeClient(settings, { account }),
      inject: [SETTINGS, SITE],
    },
    ...services,
  ];
}

/** What works on top of the services. */
function flowProviders(
  token: (type: Parameters<typeof getPortOneToken>[0]) => Token,
  { account }: WebhookSite,
): Provider[] {
  return [
    {
      provide: token(PaymentSyncService),
      useFactory: (
        payments: services.PaymentService,
        settings: PortOneSettings,
        flows: AccountFlows,
        moduleRef: ModuleRef,
      ) => new PaymentSyncService(payments, settings, flows, new ScopedHandlers(moduleRef)),
      inject: [token(services.PaymentService), SETTINGS, FLOWS, ModuleRef],
    },
    {
      provide: token(PaymentReconciler),
      useFactory: (
        payments: services.PaymentService,
        sync: PaymentSyncService,
        dispatcher: WebhookDispatcher,
        verifier: WebhookVerifier,
        settings: PortOneSettings,
        flows: AccountFlows,
      ) => new PaymentReconciler(payments, sync, { dispatcher, verifier, account }, settings, flows),
      inject: [
        ...[services.PaymentService, PaymentSyncService, WebhookDispatcher, WebhookVerifier].map(token),
        SETTINGS,
        FLOWS,
      ],
    },
    {
      provide: token(SubscriptionService),
      useFactory: (
        payments: services.PaymentService,
        schedules: services.PaymentScheduleService,
        billingKeys: services.BillingKeyService,
        settings: PortOneSettings,
        { account, subscriptionStore }: AccountFlows,
        moduleRef: ModuleRef,
      ) => {
        const actions = new SubscriptionActions({ payments, schedules, billingKeys }, settings);
        const scoped = new ScopedHandlers(moduleRef);
        const runner = new SubscriptionRunner(account, subscriptionStore, actions, settings.now, scoped);
        return new SubscriptionService(runner);
      },
      inject: [
        ...[services.PaymentService, services.PaymentScheduleService, services.BillingKeyService].map(token),
        SETTINGS,
        FLOWS,
        ModuleRef,
      ],
    },
  ];
}

function inbound(token: (type: Parameters<typeof getPortOneToken>[0]) => Token, site: WebhookSite): Provider[] {
  return [
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
        { webhook: { handlerTimeoutMs, backgroundTimeoutMs, leaseMs } }: PortOneSettings,
        moduleRef: ModuleRef,
      ) => {
        const times = { handlerTimeoutMs, backgroundTimeoutMs, leaseMs };
        return new WebhookDispatcher(inbox, events, times, new ScopedHandlers(moduleRef));
      },
      inject: [token(WebhookInbox), token(PortOneWebhookEvents), SETTINGS, ModuleRef],
    },
    {
      provide: REDRIVER,
      useFactory: (
        inbox: WebhookInbox,
        dispatcher: WebhookDispatcher,
        verifier: WebhookVerifier,
        events: PortOneWebhookEvents,
        { webhook }: PortOneSettings,
      ) =>
        isRedriving(inbox) && inbox.redrive !== undefined
          ? new WebhookRedriver(
              { inbox, dispatcher, verifier, events },
              site.account ?? '',
              inbox.redrive,
              webhook.leaseMs,
            )
          : undefined,
      inject: [...[WebhookInbox, WebhookDispatcher, WebhookVerifier, PortOneWebhookEvents].map(token), SETTINGS],
    },
    {
      provide: token(WebhookInboxAdmin),
      useFactory: (inbox: WebhookInbox, redriver: WebhookRedriver | undefined) =>
        new WebhookInboxAdmin(inbox, redriver, site.account ?? ''),
      inject: [token(WebhookInbox), REDRIVER],
    },
    {
      provide: token(RawBodyCollector),
      useFactory: (host: HttpAdapterHost, config: ApplicationConfig, { webhook }: PortOneSettings) =>
        new RawBodyCollector(host, config, site, webhook.maxBodyBytes),
      inject: [HttpAdapterHost, ApplicationConfig, SETTINGS],
    },
  ];
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
