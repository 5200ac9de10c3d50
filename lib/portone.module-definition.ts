import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';

import type { PortOneModuleExtras } from './portone.extras.js';
import type { PortOneModuleOptions } from './portone.options.js';
import { accountModule } from './portone.providers.js';
import { MODULE_OPTIONS } from './portone.tokens.js';

// Every name is listed, so that none of them is taken for an option.
const EXTRAS: { [K in keyof Required<PortOneModuleExtras>]: PortOneModuleExtras[K] } = {
  isGlobal: true,
  name: undefined,
  webhookPath: undefined,
  webhookController: true,
  webhookDecorators: [],
  webhookInbox: undefined,
  paymentLock: undefined,
  paymentSyncStore: undefined,
  refundJournal: undefined,
  subscriptionStore: undefined,
};

export const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<PortOneModuleOptions>({ optionsInjectionToken: MODULE_OPTIONS })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createPortOneOptions')
    .setExtras<PortOneModuleExtras>(EXTRAS, (definition: DynamicModule, extras) => accountModule(definition, extras))
    .build();
