import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';

import { ConfigurableModuleClass, type ASYNC_OPTIONS_TYPE, type OPTIONS_TYPE } from './portone.module-definition.js';

/**
 * PortOne V2 for a Nest application: a typed client and services, and an endpoint that hands verified webhooks to
 * `@PortOneWebhook` methods.
 *
 * @example
 * PortOneModule.forRootAsync(portOneConfig.asProvider())
 */
@Module({ imports: [DiscoveryModule] })
export class PortOneModule extends ConfigurableModuleClass {
  /**
   * Registers an account with options that are at hand.
   *
   * @example
   * PortOneModule.forRoot({ apiSecret, webhook: { secrets: [secret] } })
   */
  static override forRoot(options: typeof OPTIONS_TYPE): DynamicModule {
    return super.forRoot(options);
  }

  /**
   * Registers an account whose options are resolved by Nest: `useFactory`, `useClass`, `useExisting`, or
   * `portOneConfig.asProvider()`.
   *
   * @example
   * PortOneModule.forRootAsync({ name: 'b', useFactory: (vault: Vault) => vault.portOne('b'), inject: [Vault] })
   */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return super.forRootAsync(options);
  }
}
