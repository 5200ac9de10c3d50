import {
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import type { ApplicationConfig, DiscoveryService } from '@nestjs/core';

import type { ClosablePortOneClient } from './client/portone-client.js';
import { PortOneStartError } from './errors/portone-start.error.js';
import { DEFAULT_ENV_PREFIX } from './portone.option-rules.js';
import { isProduction } from './portone.options.js';
import type { PortOneSettings } from './portone.settings.js';
import {
  inMemoryWarnings,
  isStore,
  STORE_NAMES,
  STORES,
  type AccountFlows,
  type AccountUses,
} from './portone.stores.js';
import { SITE } from './portone.tokens.js';
import { findSubscriptionHooks } from './subscriptions/subscription.explorer.js';
import type { SubscriptionService } from './subscriptions/subscription.service.js';
import { findSyncHandler, type PaymentSyncHandler } from './sync/payment-sync.explorer.js';
import type { PaymentSyncService } from './sync/payment-sync.service.js';
import { fullPathOf, type WebhookSite } from './webhook/webhook-site.js';
import type { WebhookDispatcher } from './webhook/webhook.dispatcher.js';
import { WebhookExplorer } from './webhook/webhook.explorer.js';
import type { WebhookRedriver } from './webhook/webhook.redriver.js';
import type { WebhookHandler, WebhookRoutes } from './webhook/webhook.routes.js';

/** How errors and the log call an account. */
export function subjectOf(account: string | undefined): string {
  return account === undefined ? 'PortOneModule' : `PortOneModule "${account}"`;
}

/**
 * Starts and ends one account: checks it against the others, sets its routing table, has due deliveries taken up, waits
 * for what is in hand, closes its connections.
 */
export class PortOneAccount
  implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  private readonly logger = new Logger('PortOneModule');
  private hasHandlers = false;
  /** Holds secrets: not for whoever logs this object. */
  readonly #settings: PortOneSettings;

  constructor(
    private readonly site: WebhookSite,
    settings: PortOneSettings,
    private readonly discovery: DiscoveryService,
    private readonly config: ApplicationConfig,
    private readonly client: ClosablePortOneClient,
    private readonly dispatcher: WebhookDispatcher,
    private readonly sync: PaymentSyncService,
    private readonly subscriptions: SubscriptionService,
    private readonly flows: AccountFlows,
    private readonly redriver: WebhookRedriver | undefined,
  ) {
    this.#settings = settings;
    // In a constructor: later, the HTTP adapter itself would trip over a path that is mounted twice.
    const missing = STORE_NAMES.find((name) => !isStore(name, flows[name]));
    if (missing !== undefined) {
      const { name } = STORES[missing].type;
      throw new PortOneStartError(
        `${subjectOf(site.account)}: ${missing} gave no ${name}. Give a class that extends it, or a provider that resolves to one.`,
      );
    }
    this.checkAgainst(this.sites().filter((other) => other !== site));
  }

  onModuleInit(): void {
    const accounts = this.sites().map(({ account }) => account);
    const syncHandler = findSyncHandler(this.discovery, this.site.account, accounts);
    this.sync.useHandler(syncHandler);
    const { hooks, lines: hookLines } = findSubscriptionHooks(this.discovery, this.site.account, accounts);
    this.subscriptions.useHooks(hooks);
    const internal = [
      ...(this.#settings.syncOnWebhook ? [this.syncedWebhooks(syncHandler)] : []),
      ...(hooks.size > 0 ? [this.subscriptions.webhookHandler()] : []),
    ];
    const routes = new WebhookExplorer(this.discovery, this.site.account, accounts).explore(internal);
    this.checkTransactional(routes, syncHandler);
    this.dispatcher.useRoutes(routes);
    this.hasHandlers = routes.handlers.length > 0;
    const lines = routes.lines();
    if (lines.length > 0 && this.#settings.webhook.secrets.length === 0) throw this.secretMissing(lines);
    this.warn(routes, { sync: syncHandler !== undefined, subscriptions: hooks.size > 0 });
    const { mounted } = this.site;
    this.logger.log(
      `${subjectOf(this.site.account)}: ${mounted ? 'webhook endpoint' : 'bytes collected for a route of your own at'} POST ${fullPathOf(this.site, this.config)}, ${lines.length} handler(s)`,
    );
    for (const line of lines) this.logger.log(`  ${line}`);
    if (syncHandler !== undefined) this.logger.log(`  payment sync -> ${syncHandler.name}`);
    for (const line of hookLines) this.logger.log(`  ${line}`);
  }

  onApplicationBootstrap(): void {
    // A process without handlers would only take deliveries from those that have some.
    if (this.hasHandlers) this.redriver?.start();
  }

  /** Before the HTTP server closes, so that PortOne hears what became of the deliveries in hand. */
  async beforeApplicationShutdown(): Promise<void> {
    this.dispatcher.refuseNew();
    await this.redriver?.end();
    await this.dispatcher.end();
  }

  /** Nest calls this when the HTTP server is closed: the last request has been answered. */
  async onApplicationShutdown(): Promise<void> {
    // What a test puts in the client's place may have no close().
    await (this.client as Partial<ClosablePortOneClient>).close?.();
  }

  private sites(): WebhookSite[] {
    const wrappers = this.discovery.getProviders().filter(({ token }) => token === SITE);
    return wrappers.map(({ instance }) => instance as WebhookSite);
  }

  private checkAgainst(others: readonly WebhookSite[]): void {
    const { account, path } = this.site;
    if (others.some((other) => other.account === account)) {
      throw new PortOneStartError(
        account === undefined
          ? 'PortOneModule is registered twice without a name, so it could not be told which account a class stands for. Register it once, or give the further accounts a name: forRoot({ name: … }).'
          : `PortOneModule is registered twice with the name "${account}". Give each account a name of its own.`,
      );
    }
    const twin = others.find((other) => other.path.toLowerCase() === path.toLowerCase());
    if (twin !== undefined) {
      throw new PortOneStartError(
        `${subjectOf(account)} and ${subjectOf(twin.account)} have the same webhookPath "${path}", so that a delivery's account could not be told. Give each a path of its own.`,
      );
    }
  }

  private syncedWebhooks(handler: PaymentSyncHandler | undefined): WebhookHandler {
    if (handler !== undefined) return this.sync.webhookHandler();
    throw new PortOneStartError(
      `${subjectOf(this.site.account)}: syncOnWebhook is on, but there is no @OnPaymentSync method to apply payments. Add one to a provider, or remove the option.`,
    );
  }

  private secretMissing(lines: readonly string[]): PortOneStartError {
    // A named account's variables have a prefix that is the application's to choose.
    const prefix = this.#settings.envPrefix ?? (this.site.account === undefined ? DEFAULT_ENV_PREFIX : undefined);
    const variable = prefix === undefined ? '' : ` (${prefix}WEBHOOK_SECRET)`;
    return new PortOneStartError(
      `${subjectOf(this.site.account)} has webhook handlers (${lines.join('; ')}) but no webhook secret, so that no delivery could be verified. ` +
        `Set the option webhook.secrets${variable} to the secret in PortOne's console (결제 연동 > 연동 정보 > 결제알림(Webhook) 관리).`,
    );
  }

  private checkTransactional(routes: WebhookRoutes, sync: PaymentSyncHandler | undefined): void {
    const handler = routes.handlers.find(({ transactional }) => transactional);
    if (handler !== undefined) this.requireTransactions(handler.id, 'webhookInbox', 'PostgresWebhookInbox');
    if (sync?.transactional) this.requireTransactions(sync.name, 'paymentSyncStore', 'PostgresPaymentSyncStore');
  }

  private requireTransactions(method: string, name: 'webhookInbox' | 'paymentSyncStore', durable: string): void {
    const store = this.flows[name];
    if (store.inTransaction !== undefined) return;
    throw new PortOneStartError(
      `${subjectOf(this.site.account)}: ${method} is transactional, but ${store.constructor.name} has no transactions. ` +
        `Give ${name} a ${durable} (nestjs-portone/postgres), or remove { transactional: true }.`,
    );
  }

  private warn(routes: WebhookRoutes, uses: Omit<AccountUses, 'webhooks'>): void {
    const { timeoutMs } = this.#settings;
    if (timeoutMs < 60_000) {
      this.logger.warn(
        `${subjectOf(this.site.account)}: timeoutMs is ${timeoutMs}. PortOne recommends at least 60000: some payment providers take that long, and an approval that comes after the timeout has happened all the same.`,
      );
    }
    const guards = this.config.getGlobalGuards().length + this.config.getGlobalRequestGuards().length;
    if (guards > 0 && this.site.mounted && this.site.decorated === false && routes.handlers.length > 0) {
      this.logger.warn(
        `${subjectOf(this.site.account)}: global guards run on the webhook endpoint too. If one of them would refuse PortOne, let it through: webhookDecorators: [Public()], or whatever the guard looks for.`,
      );
    }
    if (!isProduction()) return;
    for (const warning of inMemoryWarnings(this.flows, { webhooks: routes.handlers.length > 0, ...uses })) {
      this.logger.warn(`${subjectOf(this.site.account)}: ${warning}`);
    }
  }
}
