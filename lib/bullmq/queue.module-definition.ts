import { getQueueToken, getSharedConfigToken } from '@nestjs/bullmq';
import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { QueueOptions } from 'bullmq';

import { getPortOneToken } from '../portone.tokens.js';
import { PortOneQueueAdmin } from './queue.admin.js';
import { QueueConnection } from './queue.connection.js';
import { QueueLifecycle } from './queue.lifecycle.js';
import {
  queueNameOf,
  queueSettings,
  type PortOneQueueExtras,
  type PortOneQueueOptions,
  type QueueSettings,
} from './queue.options.js';

const OPTIONS = 'PORTONE_QUEUE_OPTIONS';
const SETTINGS = 'PORTONE_QUEUE_SETTINGS';

// Every name is listed, so that none of them is taken for an option.
const EXTRAS: { [K in keyof Required<PortOneQueueExtras>]: PortOneQueueExtras[K] } = {
  account: undefined,
  queueName: undefined,
  configKey: undefined,
  isGlobal: true,
};

export const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<PortOneQueueOptions>({ optionsInjectionToken: OPTIONS })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createPortOneQueueOptions')
    .setExtras<PortOneQueueExtras>(EXTRAS, (definition: DynamicModule, extras) => queueModule(definition, extras))
    .build();

/** Completes the module of one account's queue. */
function queueModule(definition: DynamicModule, extras: PortOneQueueExtras): DynamicModule {
  const { account, configKey, isGlobal = true } = extras;
  const admin = getPortOneToken(PortOneQueueAdmin, account);
  // So that `@InjectQueue()` and Bull Board find it.
  const queue = getQueueToken(queueNameOf(extras));
  return {
    ...definition,
    global: isGlobal,
    providers: [
      ...(definition.providers ?? []),
      {
        provide: SETTINGS,
        useFactory: (options: PortOneQueueOptions, shared?: Partial<QueueOptions>) =>
          queueSettings(options, extras, shared),
        inject: [OPTIONS, { token: getSharedConfigToken(configKey), optional: true }],
      },
      {
        provide: QueueConnection,
        useFactory: (settings: QueueSettings) => new QueueConnection(settings),
        inject: [SETTINGS],
      },
      { provide: queue, useFactory: (connection: QueueConnection) => connection.queue, inject: [QueueConnection] },
      {
        provide: admin,
        useFactory: (connection: QueueConnection) => new PortOneQueueAdmin(connection, account ?? ''),
        inject: [QueueConnection],
      },
      {
        provide: QueueLifecycle,
        useFactory: (...parts: ConstructorParameters<typeof QueueLifecycle>) => new QueueLifecycle(...parts),
        inject: [ModuleRef, SETTINGS, QueueConnection],
      },
    ],
    exports: [admin, queue],
  };
}
