import {
  ConfigurableModuleBuilder,
  type DynamicModule,
  type InjectionToken,
  type OptionalFactoryDependency,
  type Type,
} from '@nestjs/common';

import type { PortOneModuleOptions } from './portone.options.js';
import { accountModule } from './portone.providers.js';
import { MODULE_OPTIONS } from './portone.tokens.js';
import type { WebhookInbox } from './webhook/inbox/webhook-inbox.js';

/** A `WebhookInbox` class, or how Nest gets one. */
export type WebhookInboxProvider =
  | Type<WebhookInbox>
  | { useExisting: InjectionToken }
  | { useClass: Type<WebhookInbox> }
  | {
      // Whatever `inject` names is passed on; its types are between the application and Nest.
      useFactory: (...args: never[]) => WebhookInbox | Promise<WebhookInbox>;
      inject?: (InjectionToken | OptionalFactoryDependency)[];
    };

/** What Nest must know of an account before its options are resolved. */
export interface PortOneModuleExtras {
  /**
   * Injectable in every module.
   * @default true
   */
  isGlobal?: boolean | undefined;
  /**
   * A second, third … account, with its own client, services, secrets and endpoint: letters, digits, `-` and `_`.
   * Inject its parts with `@InjectPortOne(PaymentService, 'b')`.
   * @default none: the account whose parts are injected by class
   */
  name?: string | undefined;
  /**
   * Where the endpoint is mounted, without the global prefix.
   * @default 'webhook/portone', named: 'webhook/portone/<name>'
   */
  webhookPath?: string | undefined;
  /**
   * `false` mounts none; the exact bytes are still collected at `webhookPath`, for a route of the application's own.
   * @default true
   */
  webhookController?: boolean | undefined;
  /**
   * Class decorators for this account's endpoint: `[Public(), SkipThrottle()]`.
   * @default []
   */
  webhookDecorators?: readonly ClassDecorator[] | undefined;
  /**
   * Where deliveries are remembered.
   * @default in memory: this process alone, until it ends
   */
  webhookInbox?: WebhookInboxProvider | undefined;
}

// Every name is listed, so that none of them is taken for an option.
const EXTRAS: { [K in keyof Required<PortOneModuleExtras>]: PortOneModuleExtras[K] } = {
  isGlobal: true,
  name: undefined,
  webhookPath: undefined,
  webhookController: true,
  webhookDecorators: [],
  webhookInbox: undefined,
};

export const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<PortOneModuleOptions>({ optionsInjectionToken: MODULE_OPTIONS })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createPortOneOptions')
    .setExtras<PortOneModuleExtras>(EXTRAS, (definition: DynamicModule, extras) => accountModule(definition, extras))
    .build();
