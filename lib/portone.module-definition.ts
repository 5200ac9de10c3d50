import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';

import { EXTRAS, type PortOneModuleExtras } from './portone.extras.js';
import type { PortOneModuleOptions } from './portone.options.js';
import { accountModule } from './portone.providers.js';
import { MODULE_OPTIONS } from './portone.tokens.js';

export const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<PortOneModuleOptions>({ optionsInjectionToken: MODULE_OPTIONS })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createPortOneOptions')
    .setExtras<PortOneModuleExtras>(EXTRAS, (definition: DynamicModule, extras) => accountModule(definition, extras))
    .build();
