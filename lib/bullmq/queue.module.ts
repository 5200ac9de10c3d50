import { Module, type DynamicModule } from '@nestjs/common';

import { ConfigurableModuleClass, type ASYNC_OPTIONS_TYPE, type OPTIONS_TYPE } from './queue.module-definition.js';

/**
 * Queues an account's deliveries with BullMQ: the endpoint answers once Redis has a job for every handler, and any number
 * of processes work on them. Import it beside `PortOneModule`, once for each account that is to have a queue.
 *
 * @example
 * PortOneQueueModule.forRoot({ connection: { host: 'redis' } })
 */
@Module({})
export class PortOneQueueModule extends ConfigurableModuleClass {
  /**
   * Registers a queue with options that are at hand.
   *
   * @example
   * PortOneQueueModule.forRoot({ worker: process.env.ROLE !== 'web', ordered: true })
   */
  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    return super.forRoot(options);
  }

  /**
   * Registers a queue whose options are resolved by Nest: `useFactory`, `useClass`, or `useExisting`.
   *
   * @example
   * PortOneQueueModule.forRootAsync({ account: 'b', useFactory: (config: Config) => config.queue, inject: [Config] })
   */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return super.forRootAsync(options);
  }
}
