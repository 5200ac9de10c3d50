import { Module, type DynamicModule } from '@nestjs/common';

import { OpenTelemetryInstrumentation } from './opentelemetry.instrumentation.js';
import type { PortOneOpenTelemetryOptions } from './opentelemetry.options.js';

const OPTIONS = 'PORTONE_OPENTELEMETRY_OPTIONS';

/**
 * Spans and metrics of every account's calls and deliveries, and of clients of `createPortOneClient`. The SDK may be
 * started before or after; without one nothing is recorded. Imported once in a process it looks on all of it, and twice is
 * no more.
 *
 * @example
 * imports: [PortOneModule.forRoot(…), PortOneOpenTelemetryModule]
 */
@Module({
  providers: [
    {
      provide: OpenTelemetryInstrumentation,
      useFactory: (options?: PortOneOpenTelemetryOptions) => new OpenTelemetryInstrumentation(options),
      inject: [{ token: OPTIONS, optional: true }],
    },
  ],
})
export class PortOneOpenTelemetryModule {
  /**
   * With options.
   *
   * @example
   * imports: [PortOneOpenTelemetryModule.forRoot({ sendTraceparent: true })]
   */
  static forRoot(options: PortOneOpenTelemetryOptions): DynamicModule {
    return { module: PortOneOpenTelemetryModule, providers: [{ provide: OPTIONS, useValue: options }] };
  }
}
